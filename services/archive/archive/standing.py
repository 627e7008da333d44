"""How many cases stand where, and what departments owe: a fold of the log so small that it costs next to nothing.

The process that follows every record anyway does it, so no other one reads anything for it.
"""

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from chassis.log.stored import Stored
from contracts.case.standing import Standing, follow
from contracts.case.states import State


@dataclass
class Owed:
    """What one department owes at one instant."""

    backlog: int = 0
    oldest: datetime | None = None
    overdue: int = 0


class Standings:
    """The log up to `sequence`, folded."""

    def __init__(self) -> None:
        self.sequence = 0
        self.open: dict[str, Standing] = {}
        self.at_rest: dict[str, State] = {}
        self.resuming: dict[str, Standing] = {}
        """At rest, and where they go on if they are found eligible after all."""
        self.departments: set[str] = set()

    def take(self, page: Iterable[Stored]) -> None:
        """Records in the order of the log, each once; a record seen before changes nothing."""
        for stored in page:
            if stored.sequence > self.sequence:
                self.sequence = stored.sequence
                if stored.subject.startswith("case."):
                    # What cannot be read moves no case, and holds up no other; the audit names it.
                    with suppress(ValueError, LookupError, TypeError):
                        self._take(stored)

    def _take(self, stored: Stored) -> None:
        _, number, *tail = stored.subject.split(".")
        at = stored.happened_at
        known = self.open.get(number) or self._rested(number, at)
        case = follow(known, stored.headers.get("ce-type", ""), tail, stored.body, at)
        if case is None or case is known:
            return
        if case.at_rest:
            self.open.pop(number, None)
            self.at_rest[number] = case.state
            if case.resumes is not None:
                self.resuming[number] = case
            return
        self.at_rest.pop(number, None)
        self.resuming.pop(number, None)
        self.open[number] = case
        self.departments.update(case.waiting)

    def _rested(self, number: str, at: datetime) -> Standing | None:
        """Of a case at rest its state alone is kept, unless it was asked about again after the pool."""
        if number in self.resuming:
            return self.resuming[number]
        return Standing(self.at_rest[number], at) if number in self.at_rest else None

    def by_state(self) -> Counter[State]:
        return Counter(case.state for case in self.open.values()) + Counter(self.at_rest.values())

    def since(self) -> dict[State, datetime]:
        """Since when the case that stands longest in an open state stands there."""
        found: dict[State, datetime] = {}
        for case in self.open.values():
            found[case.state] = min(case.since, found.get(case.state, case.since))
        return found

    def owed(self) -> dict[str, Owed]:
        """By department, those that owe nothing too."""
        found = {name: Owed() for name in self.departments}
        for case in self.open.values():
            for name in case.waiting:
                owed = found[name]
                owed.backlog += 1
                owed.overdue += name in case.overdue
                if case.asked_at is not None:
                    owed.oldest = min(case.asked_at, owed.oldest or case.asked_at)
        return found

    def overdue_cases(self) -> int:
        return sum(bool(case.overdue) for case in self.open.values())
