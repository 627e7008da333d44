"""Cases as the projection lists them: filtered, searched by number, one with its events. Numbers and states only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from console.projection.instants import read
from console.projection.store import STANDING, Projection
from contracts.case.standing import Standing
from contracts.numbers import MEANT
from contracts.text import typed_number

MOST = 50
"""Rows of one page."""
SHORTEST = 3
"""Characters of a number that can be searched for."""
COLUMNS = (
    "c.number, c.project, c.state, c.round, c.sequence, c.since, c.updated, c.due, c.next, c.next_at,"
    " (SELECT group_concat(DISTINCT whom) FROM waits w WHERE w.case_id = c.id)"
)


@dataclass(frozen=True)
class Row:
    """One case of a list."""

    number: str
    project: str
    state: str
    round: int
    sequence: int
    """Of its newest event: by this the list is ordered, and goes on."""
    since: datetime
    updated: datetime
    due: datetime | None
    next: str | None
    next_at: datetime | None
    waits_for: tuple[str, ...]

    def is_late(self, now: datetime) -> bool:
        return self.due is not None and self.due < now


@dataclass(frozen=True)
class Wanted:
    """Which cases are listed, the newest change first; `before` is the sequence of the last one of the page before."""

    state: str = ""
    whom: str = ""
    turn: str = ""
    project: str = ""
    before: int | None = None

    def condition(self) -> tuple[str, list[object]]:
        """The clause, and what fills it."""
        parts: list[str] = []
        values: list[object] = []
        for column, value in (("c.state", self.state), ("c.project", self.project)):
            if value:
                parts.append(f"{column} = ?")
                values.append(value)
        if self.whom:
            parts.append("v.whom = ?" + (" AND v.turn = ?" if self.turn else ""))
            values += [self.whom, *([self.turn] if self.turn else [])]
        if self.before is not None:
            parts.append("v.sequence < ?" if self.whom else "c.sequence < ?")
            values.append(self.before)
        return " AND ".join(parts) or "1", values


@dataclass(frozen=True)
class EventRow:
    """One event of a case, in a word."""

    sequence: int
    at: datetime
    kind: str
    about: str


@dataclass(frozen=True)
class KnownCase:
    """What the projection alone can show of a case, also while the bus is away."""

    row: Row
    standing: Standing
    events: tuple[EventRow, ...]
    """The newest ones, in order."""
    many: int
    """How many events it has."""

    @property
    def earlier(self) -> int:
        """How many of them are not among those above."""
        return self.many - len(self.events)


def listed(projection: Projection, wanted: Wanted, most: int = MOST) -> list[Row]:
    """One more than `most` if there is a next page."""
    condition, values = wanted.condition()
    # A wait knows the newest event of its case, so that either index alone gives the order.
    source, order = ("waits v JOIN cases c ON c.id = v.case_id", "v") if wanted.whom else ("cases c", "c")
    found = projection.db.execute(
        f"SELECT {COLUMNS} FROM {source} WHERE {condition} ORDER BY {order}.sequence DESC LIMIT ?",
        (*values, most + 1),
    )
    return [_row(row) for row in found]


def by_state(projection: Projection) -> dict[str, int]:
    return dict(projection.db.execute("SELECT state, count(*) FROM cases GROUP BY state"))


def searched(projection: Projection, typed: str, most: int = MOST) -> list[Row]:
    """Cases of whose number this is a part, however it is typed; none for fewer than three characters."""
    part = "".join(one for one in typed_number(typed).translate(MEANT) if one.isalnum())
    if len(part) < SHORTEST:
        return []
    found = projection.db.execute(
        f"SELECT {COLUMNS} FROM cases c WHERE c.id IN (SELECT rowid FROM words WHERE number MATCH ? LIMIT ?)"
        " ORDER BY c.sequence DESC",
        (f'"{part}"', most),
    )
    return [_row(row) for row in found]


def one(projection: Projection, number: str, most: int = -1) -> KnownCase | None:
    """With so many of its newest events; with all of them if `most` is negative."""
    db = projection.db
    found = db.execute(f"SELECT {COLUMNS}, c.standing, c.id FROM cases c WHERE c.number = ?", (number,)).fetchone()
    if found is None:
        return None
    *row, standing, id = found
    newest = "SELECT sequence, at, kind, about FROM events WHERE case_id = ? ORDER BY sequence DESC LIMIT ?"
    events = [
        EventRow(sequence, read(at), kind, about) for sequence, at, kind, about in db.execute(newest, (id, most))
    ]
    (many,) = db.execute("SELECT count(*) FROM events WHERE case_id = ?", (id,)).fetchone()
    return KnownCase(_row(row), STANDING.validate_json(standing), tuple(reversed(events)), many)


def _row(found: Sequence[Any]) -> Row:
    number, project, state, round, sequence, since, updated, due, comes, comes_at, waits_for = found
    whom = tuple(sorted(waits_for.split(","))) if waits_for else ()
    instants = (read(since), read(updated), read(due))
    return Row(number, project, state, round, sequence, *instants, comes, read(comes_at), whom)


def provisional(projection: Projection, most: int = MOST) -> list[Row]:
    """Cases on the public list whose last day rests on holidays that nobody has announced, the next ones first."""
    found = projection.db.execute(
        # Left to itself SQLite sorts every case that is on the list.
        f"SELECT {COLUMNS} FROM cases AS c INDEXED BY cases_provisional"
        " WHERE c.provisional = 1 AND c.state IN ('in_publicity', 'objected')"
        " ORDER BY c.next_at LIMIT ?",
        (most,),
    )
    return [_row(row) for row in found]
