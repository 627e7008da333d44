"""Carries the end of waiting to the families: unpaid when a list is frozen, or in a project that is closed.

List and project stand already; each case is written on its own, so whatever stops this begins it again.
"""

from functools import partial

from allocation.decide.lapsing import lapse, send_home
from allocation.desk import Desk
from chassis.consume.consumer import Delivery
from chassis.consume.decision_handler import CaseDecider
from chassis.log.durables import Durable
from contracts.draws import DRAW_EVENTS
from contracts.draws.events import EntrantsFrozen
from contracts.events import EVENTS, DepositAsked
from contracts.projects import PROJECT_EVENTS
from contracts.projects.events import ProjectClosed

LAPSED = Durable(
    "allocation-lapsing",
    (),
    subjects=(DRAW_EVENTS.subjects_of(EntrantsFrozen), PROJECT_EVENTS.subjects_of(ProjectClosed)),
)


class Lapsing:
    """One deployment's families that wait for nothing any more."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._decider = CaseDecider(desk.journal)

    async def handle(self, delivery: Delivery) -> None:
        kind, project, _ = delivery.stored.subject.split(".", 2)
        decide = partial(lapse if kind == DRAW_EVENTS.prefix else send_home, project=project)
        asked = await self.desk.journal.history.under(EVENTS.subjects_of(DepositAsked))
        for application in dict.fromkeys(stored.subject.split(".")[1] for stored in asked):
            await self._decider.decide_afresh(application, decide)
