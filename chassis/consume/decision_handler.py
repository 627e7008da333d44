"""Knows the case, decides, appends with compare-and-set; the consumer acknowledges."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from weakref import WeakValueDictionary

from chassis.consume.consumer import Arrived, Delivery, Handler
from chassis.errors import Conflict, Later
from chassis.log.journal import Journal
from chassis.telemetry.spans import OUTCOME, annotate, nothing_happened
from contracts.case.case import Case
from contracts.events import DeterminationMade, Event

TRIES = 6
Decide = Callable[[Case, datetime], tuple[Event, ...]]


class CaseDecider:
    """Decides cases, each by one task at a time; one instance for all deliveries of a consumer."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def decide(self, application: str, decide: Decide, at_least: int) -> tuple[Event, ...]:
        """Writes what `decide(case, now)` says, and returns it; decides on what is known up to `at_least`."""
        # Answers of one case come together: if it has to be loaded, each of them would decide the same.
        async with self._turns.setdefault(application, asyncio.Lock()):
            return await self._decide(await self._journal.newest(application, at_least), decide)

    async def decide_afresh(self, application: str, decide: Decide) -> tuple[Event, ...]:
        """The same, on the case as the log has it, whatever is known of it here."""
        async with self._turns.setdefault(application, asyncio.Lock()):
            return await self._decide(await self._journal.load(application), decide)

    async def _decide(self, case: Case, decide: Decide) -> tuple[Event, ...]:
        for _ in range(TRIES):
            events = decide(case, self._journal.clock.now())
            if not events:
                nothing_happened()
                return ()
            try:
                await self._journal.decide(case, *events)
                annotate(OUTCOME, _outcome(events))
                return events
            except Conflict:
                case = await self._journal.load(case.application, case.sequence)
        raise Later("the case is changing; decide again in a moment", 0.2)


def deciding(decider: CaseDecider, decide: Decide) -> Handler:
    """A handler that writes what `decide(case, now)` says, once. Repeated or foreign input decides nothing."""

    async def handle(delivery: Delivery) -> None:
        await decider.decide(delivery.event.application, decide, delivery.sequence)

    return handle


def follow(journal: Journal, decide: Decide) -> Arrived:
    """Keeps the known cases of a journal up to date with a durable as its events arrive.

    An event that decides nothing is done with at once: of the answers of a round all but the last are such, and a task
    for each costs more than the rest of its delivery.

    Only for a durable that brings everything that can change what is decided: then a case is read only if it is not
    known. It must not be left to the handler: of two events of one case whose handlers begin in the wrong order, the
    earlier one would be passed over, and the case never decided.
    """

    def arrived(delivery: Delivery) -> bool:
        if delivery.after_gap:
            journal.known.forget_all()
        if delivery.item is None:
            return False
        journal.known.follow(delivery.item)
        # What is being written now is known to nobody, so that it is left to its handler.
        case = journal.known.get(delivery.event.application, delivery.sequence)
        # Where nobody is waited for, something is decided, most likely: that is done once, by the handler.
        return case is not None and bool(case.waiting_for) and not decide(case, journal.clock.now())

    return arrived


def _outcome(events: tuple[Event, ...]) -> str:
    """What was found, if something was; else what happened."""
    found = [event.outcome for event in events if isinstance(event, DeterminationMade)]
    return found[0] if found else ", ".join(type(event).__name__ for event in events)
