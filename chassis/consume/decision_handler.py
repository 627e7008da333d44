"""The four verbs of a deciding handler: know the case, decide, append with compare-and-set, acknowledge."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from weakref import WeakValueDictionary

from chassis.consume.consumer import Delivery, Handler
from chassis.errors import Conflict, Later
from chassis.log.journal import Journal
from chassis.telemetry.spans import OUTCOME, annotate, nothing_happened
from contracts.case.case import Case
from contracts.events import DeterminationMade, Event

TRIES = 6
Decide = Callable[[Case, datetime], tuple[Event, ...]]


def deciding(journal: Journal, decide: Decide, follows: bool = False) -> Handler:
    """A handler that writes what `decide(case, now)` says, once. Repeated or foreign input decides nothing.

    It `follows` where its durable brings, in order, everything that can change what is decided: then the events of a
    case are gathered as they come, and the case is read only where it is not known.
    """

    turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def handle(delivery: Delivery) -> None:
        application = delivery.event.application
        if follows and delivery.item is not None:
            if delivery.after_gap:
                journal.known.forget_all()
            journal.known.follow(delivery.item)
        # Answers of one case come together: where it has to be loaded, each of them would decide the same.
        async with turns.setdefault(application, asyncio.Lock()):
            if not await _decided(journal, decide, application, delivery.sequence):
                nothing_happened()

    return handle


def _outcome(events: tuple[Event, ...]) -> str:
    """What was found, where something was; else what happened."""
    found = [event.outcome for event in events if isinstance(event, DeterminationMade)]
    return found[0] if found else ", ".join(type(event).__name__ for event in events)


async def _decided(journal: Journal, decide: Decide, application: str, at_least: int) -> bool:
    """Whether there was something to decide; it is in the log then."""
    case = await journal.newest(application, at_least)
    for _ in range(TRIES):
        events = decide(case, datetime.now(UTC))
        if not events:
            return False
        try:
            await journal.decide(case, *events)
            annotate(OUTCOME, _outcome(events))
            return True
        except Conflict:
            case = await journal.load(application, at_least)
    raise Later("the case is changing; decide again in a moment", 0.2)
