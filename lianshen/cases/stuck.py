"""Cases that stand still: open, and nothing that happens by itself will move them. Pure but for the reading.

A consumer that knows more than its log, as in a hot copy of a store, leaves such a case; so does a fault of ours.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chassis.log.durables import Durable
from contracts.case.case import Recorded
from contracts.case.states import AT_REST
from contracts.case.waits import CALENDAR, LIANSHEN
from lianshen.cases.cases import WorklistRow

OURS = (LIANSHEN, CALENDAR)
"""Who has to act without anybody's word: if they are late, something stands still."""


@dataclass(frozen=True)
class Handed:
    """One event of a case that is to be given to a consumer once more."""

    service: str
    durable: str
    sequence: int


def is_stuck(row: WorklistRow, now: datetime, older: timedelta) -> bool:
    """Whether the case is open and waits for nobody, or only for us, for longer than that."""
    if row.state in AT_REST:
        return False
    if not row.waits:
        return now - row.since >= older
    return any(wait.whom in OURS and now - (wait.by or row.since) >= older for wait in row.waits)


def once_more(history: Iterable[Recorded], durables: Mapping[str, Iterable[Durable]]) -> Iterator[Handed]:
    """The newest event that each consumer reads, by service; nothing is done twice by it (the log is looked at)."""
    events = list(history)
    for service, own in durables.items():
        for durable in own:
            if durable.stream != "CASES" or not durable.is_read or not durable.to:
                continue
            read = [item.sequence for item in events if isinstance(item.event, durable.to)]
            if read:
                yield Handed(service, durable.name, read[-1])
