"""The four verbs of a deciding handler: load the case, decide, append with compare-and-set, acknowledge."""

from collections.abc import Callable
from datetime import UTC, datetime

from chassis.errors import Conflict, Later
from chassis.journal import Journal
from chassis.subscribe import Delivery, Handler
from contracts.case import Case
from contracts.events import Event

TRIES = 6
Decide = Callable[[Case, datetime], tuple[Event, ...]]


def deciding(journal: Journal, decide: Decide) -> Handler:
    """A handler that writes what `decide(case, now)` says, once. Repeated or foreign input decides nothing."""

    async def handle(delivery: Delivery) -> None:
        application = delivery.event.application
        at_least = delivery.sequence
        for _ in range(TRIES):
            case = await journal.load(application, at_least)
            events = decide(case, datetime.now(UTC))
            if not events:
                return
            try:
                await journal.decide(case, *events)
                return
            except Conflict:
                continue
        raise Later("the case is changing; decide again in a moment", 0.2)

    return handle
