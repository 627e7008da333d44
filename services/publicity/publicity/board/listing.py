"""What the public list shows, by project and in pages that can be printed. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from contracts.local_time import SHANGHAI

NO_PROJECT = "-"
"""In the place of a name, which never begins so: entries of records that do not say their project."""
A_PAGE = 200
Kept = Mapping[str, Any]
"""What the index keeps of an entry."""


@dataclass(frozen=True)
class Entry:
    """One family exactly as its record shows it (regulation §7), and until when."""

    number: str
    name: str
    id_number: str
    family_size: int
    outcome: str
    how_to_object: str
    posted_on: date
    last_day: date
    closes_at: datetime
    provisional: bool
    drill: bool
    project: str

    @classmethod
    def of(cls, number: str, kept: Kept) -> "Entry":
        """From what the index keeps; a checkpoint of an older version knows no project."""
        return cls(
            number=number,
            name=kept["name"],
            id_number=kept["id_number"],
            family_size=kept["family_size"],
            outcome=kept["outcome"],
            how_to_object=kept["how_to_object"],
            posted_on=_local(kept["posted_at"]).date(),
            last_day=date.fromisoformat(kept["last_day"]),
            closes_at=_local(kept["closes_at"]),
            provisional=kept["provisional"],
            drill=kept["drill"],
            project=kept.get("project") or NO_PROJECT,
        )

    def is_over(self, now: datetime) -> bool:
        """Whether an objection would come late; nobody is late for a date that is not certain yet."""
        return now > self.closes_at and not self.provisional


@dataclass(frozen=True)
class Freshness:
    """How current the list is: up to which record of the log, read until when, and what is wrong."""

    sequence: int
    at: datetime | None
    """None before anything was read."""
    reading: bool = False
    connected: bool = True
    doubt: bool = False
    """Whether a clock is in doubt: what is over may still be shown."""

    @property
    def is_whole(self) -> bool:
        """Whether an entry that is not there is on no list."""
        return self.connected and not self.reading

    @property
    def is_complete(self) -> bool:
        return self.is_whole and not self.doubt


@dataclass(frozen=True)
class ProjectList:
    """The entries of one project."""

    name: str
    count: int
    last_day: date
    """The last one of all its entries."""


def projects_of(entries: Mapping[str, Kept]) -> list[ProjectList]:
    """Every project with an entry, by name; those without a project come last."""
    counts: dict[str, int] = {}
    days: dict[str, str] = {}
    for kept in entries.values():
        name = kept.get("project") or NO_PROJECT
        counts[name] = counts.get(name, 0) + 1
        days[name] = max(days.get(name, ""), kept["last_day"])
    ordered = sorted(counts, key=lambda name: (name == NO_PROJECT, name))
    return [ProjectList(name, counts[name], date.fromisoformat(days[name])) for name in ordered]


@dataclass(frozen=True)
class Page:
    """A sheet of a project's list, counted from 1."""

    entries: tuple[Entry, ...]
    number: int
    of: int
    total: int


def page_of(entries: Mapping[str, Kept], project: str, asked_for: int) -> Page | None:
    """The sheet that was asked for, or the nearest there is; None where the project has no entry."""
    numbers = sorted(number for number, kept in entries.items() if (kept.get("project") or NO_PROJECT) == project)
    if not numbers:
        return None
    sheets = -(-len(numbers) // A_PAGE)
    sheet = min(max(asked_for, 1), sheets)
    shown = numbers[(sheet - 1) * A_PAGE : sheet * A_PAGE]
    return Page(tuple(Entry.of(number, entries[number]) for number in shown), sheet, sheets, len(numbers))


def _local(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp).astimezone(SHANGHAI)
