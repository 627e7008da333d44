"""Decides again what rests: a case verified for longer than a minute may have all its answers and wait for nothing.

A safety net: what is decided is what the consumer of answers should have decided, by the same compare-and-set.
"""

from datetime import datetime, timedelta

from chassis.clock import WALL, Clock
from chassis.consume.decision_handler import CaseDecider, Decide
from chassis.consume.due_index import DueIndex, DueItem, LogRecord, feed_for
from chassis.telemetry.spans import span
from contracts.events import ApplicationAccepted, ApplicationWithdrawn, DeterminationMade, ReverificationOpened

OPENS = (ApplicationAccepted, ReverificationOpened)
INDEX = feed_for("determination", *OPENS, DeterminationMade, ApplicationWithdrawn)
FIRST_LOOK = timedelta(minutes=1)
LAST_LOOK = timedelta(hours=1)
"""A case that waits for a department is looked at ever more seldom, and at least so often."""


def note(entry: DueItem | None, record: LogRecord) -> DueItem | None:
    """Since when a round of questions is open, until it is determined or withdrawn. Reads no body."""
    if record.kind not in {kind.__name__ for kind in OPENS}:
        return None
    opened = record.stored.at
    return {
        "opened": opened.isoformat(),
        "look": (opened + FIRST_LOOK).isoformat(),
        "trace": record.traceparent,
    }


def due(entry: DueItem) -> datetime:
    return datetime.fromisoformat(entry["look"])


def next_look(entry: DueItem, now: datetime) -> DueItem:
    """As long again as the round has been open."""
    age = now - datetime.fromisoformat(entry["opened"])
    return {**entry, "look": (now + min(max(age, FIRST_LOOK), LAST_LOOK)).isoformat()}


def sweep(decider: CaseDecider, decide: Decide, every: float, clock: Clock = WALL) -> DueIndex:
    """The index of open rounds; each that is due is read from the log and decided."""

    async def look(application: str, entry: DueItem) -> DueItem:
        opened = datetime.fromisoformat(entry["opened"])
        trace = entry.get("trace")  # a checkpoint of an older version has none
        with span("decide again case.{application}", parent=trace, since=opened, application=application):
            await decider.decide_afresh(application, decide)
        return next_look(entry, clock.now())

    return DueIndex(INDEX, note, due, look, every=every, clock=clock)
