"""Follows the whole log and folds every case: what the demo, `follow` and `audit` look at."""

from collections.abc import Iterator

from chassis.log.follow import records
from chassis.log.history import History
from chassis.log.stored import recorded
from contracts.case.case import Case, Recorded
from contracts.case.fold import evolve


class LogTail:
    """The cases as far as the log was read; `read()` reads on to its end."""

    def __init__(self, history: History) -> None:
        self._history = history
        self.sequence = 0
        self.cases: dict[str, Case] = {}

    async def read(self) -> list[Recorded]:
        """The events since the last read, in the order of the log."""
        fresh: list[Recorded] = []
        async for stored in records(self._history, "case.>", self.sequence):
            item = recorded(stored)
            self.sequence = stored.sequence
            number = item.event.application
            self.cases[number] = evolve(self.cases.get(number, Case(number)), item)
            fresh.append(item)
        return fresh

    def __iter__(self) -> Iterator[Case]:
        return iter(self.cases.values())
