"""What follows by itself for one family: its deposit is asked, its money settled, its home free again."""

from typing import Any

from allocation.decide.contracts import give_back_price
from allocation.decide.deposits import ask, settle
from allocation.decide.freeing import free
from allocation.decide.lapsing import WAITS_TO_BE_CALLED, came_too_late
from allocation.desk import Desk
from chassis.consume.consumer import Delivery
from chassis.errors import Conflict, Later
from chassis.log.durables import Durable
from chassis.log.journal import Change, change_of
from chassis.telemetry.spans import nothing_happened
from contracts.case.case import Case
from contracts.case.states import State
from contracts.events import (
    ApplicationWithdrawn,
    ChoiceDeclined,
    DepositAsked,
    DeterminationConfirmed,
    DrawResult,
    Event,
    ExitConfirmed,
    ObjectionDecided,
    PoolConfirmed,
    QualificationCancelled,
    ReturnedToPool,
    StruckFromDraw,
)
from evidence.streams import HOMES, PROJECTS

FOLLOWED = Durable(
    "allocation",
    (
        *(PoolConfirmed, DrawResult, ChoiceDeclined, QualificationCancelled, StruckFromDraw, ExitConfirmed),
        *(ReturnedToPool, ApplicationWithdrawn, DeterminationConfirmed, ObjectionDecided),
    ),
)
"""Everything after which a deposit may be asked or settled, or a home be free again."""


class Following:
    """Decides by where the case stands, so that a second delivery finds nothing to do."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def handle(self, delivery: Delivery) -> None:
        """Raises Later where something moved on meanwhile."""
        case = await self.desk.journal.load(delivery.event.application, delivery.sequence)
        law, now = self.desk.law_of(case), self.desk.now()
        events = [*await self._asked(case), *settle(case, law, now), *give_back_price(case, law, now)]
        events += await self._came_too_late(case)
        changes: list[Change[Any, Any]] = [change_of(case, *events)] if events else []
        if case.allocation.home is not None:
            home = await self.desk.home(case.allocation.home)
            if freed := free(case, home.state, now):
                changes.append(Change(HOMES, home, (freed,)))
        if not changes:
            nothing_happened()
            return
        try:
            await self.desk.journal.append_together(*changes)
        except Conflict:
            raise Later("the case or its home is changing; decide again in a moment", 0.2) from None

    async def _came_too_late(self, case: Case) -> tuple[Event, ...]:
        entry = case.allocation.entry
        if case.state not in WAITS_TO_BE_CALLED or entry is None:
            return ()
        project = (await self.desk.journal.history.read(PROJECTS, entry.project)).state
        return came_too_late(case, project, self.desk.now())

    async def _asked(self, case: Case) -> tuple[Event, ...]:
        """Once a family is confirmed in the pool, where its project asks a deposit."""
        first = case.allocation.next(DepositAsked) == 1
        if case.state is not State.POOL_CONFIRMED or not first or case.accepted is None:
            return ()
        project = (await self.desk.journal.history.read(PROJECTS, case.accepted.project)).state
        if project.announced is None or project.closed is not None:
            return ()
        asked = ask(case, project.says, self.desk.calendar, self.desk.law_of(case), self.desk.now())
        return (asked,) if asked else ()
