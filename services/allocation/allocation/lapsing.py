"""Carries the end of waiting to the families: unpaid when a list is frozen, or in a project that is closed.

A draw that is void undoes the first. List and project stand already; each case is written on its own, so whatever
stops this begins it again.
"""

from functools import partial

from allocation.decide.lapsing import lapse, no_list_stands, restore, send_home
from allocation.desk import Desk
from chassis.consume.consumer import Delivery
from chassis.consume.decision_handler import CaseDecider
from chassis.log.durables import Durable
from contracts.draws import DRAW_EVENTS
from contracts.draws.events import DrawVoid, EntrantsFrozen
from contracts.events import EVENTS, DepositAsked, DepositLapsed
from contracts.projects import PROJECT_EVENTS
from contracts.projects.events import ProjectClosed

LAPSED = Durable(
    "allocation-lapsing",
    (),
    subjects=(
        DRAW_EVENTS.subjects_of(EntrantsFrozen),
        DRAW_EVENTS.subjects_of(DrawVoid),
        PROJECT_EVENTS.subjects_of(ProjectClosed),
    ),
)


class Lapsing:
    """One deployment's families that wait for nothing any more."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._decider = CaseDecider(desk.journal)

    async def handle(self, delivery: Delivery) -> None:
        kind, project, step = delivery.stored.subject.split(".", 2)
        if kind == DRAW_EVENTS.prefix and step.endswith(f".{DrawVoid.tail}"):
            await self._restore(project, step.partition(".")[0], delivery.sequence)
            return
        decide = partial(lapse if kind == DRAW_EVENTS.prefix else send_home, project=project)
        asked = await self.desk.journal.history.under(EVENTS.subjects_of(DepositAsked))
        for application in dict.fromkeys(stored.subject.split(".")[1] for stored in asked):
            await self._decider.decide_afresh(application, decide)

    async def _restore(self, name: str, serial: str, sequence: int) -> None:
        """Asks whoever lapsed by the freeze of a void draw anew; nobody once another list stands in its place."""
        desk = self.desk
        void = (await desk.draws.read(f"{name}.{serial}", sequence)).state
        if void.frozen is None or not no_list_stands(await desk.draws.stages(name)):
            return
        project = (await desk.project(name)).state
        lapsed = await desk.journal.history.under(EVENTS.subjects_of(DepositLapsed))
        by_it = (stored for stored in lapsed if stored.sequence > void.frozen_at)
        for application in dict.fromkeys(stored.subject.split(".")[1] for stored in by_it):
            await self._decider.decide_afresh(
                application,
                lambda case, now: restore(case, project, desk.calendar, desk.law_of(case), now),
            )
