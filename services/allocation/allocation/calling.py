"""Carries choosing to the cases: each drawn family is called with its slot, and at the end the rest goes back.

The project's record stands already; each case is written on its own, so whatever stops this begins it again.
"""

from contextlib import suppress
from datetime import datetime
from functools import partial

from allocation.ceremony.results import places_of
from allocation.decide.choosing import call, free_in, send_back
from allocation.desk import Desk
from chassis.consume.consumer import Delivery
from chassis.consume.decision_handler import CaseDecider
from chassis.log.durables import Durable
from contracts.case.case import Case, NotAllowed
from contracts.events import Event
from contracts.projects import PROJECT_EVENTS
from contracts.projects.events import ChoosingClosed, ChoosingOpened, Slot
from evidence.streams import PROJECTS

CALLED = Durable(
    "allocation-choosing",
    (),
    subjects=(PROJECT_EVENTS.subjects_of(ChoosingOpened), PROJECT_EVENTS.subjects_of(ChoosingClosed)),
)


class Calling:
    """One deployment's families before the homes."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._decider = CaseDecider(desk.journal)

    async def handle(self, delivery: Delivery) -> None:
        name = delivery.stored.subject.split(".")[1]
        project = (await self.desk.journal.history.read(PROJECTS, name, delivery.sequence)).state
        opened = project.choosing
        if opened is None:
            return
        draw = (await self.desk.draws.read(f"{name}.{opened.serial}")).state
        places, homes = places_of(draw), await self.desk.homes_of(name)
        slots = {(slot.pool, slot.place, slot.admitted): slot for slot in opened.slots}
        for entrant in draw.families:
            place = places[entrant.application]
            if project.choosing_over:
                decide = partial(sent_back, draw=draw.id, by=opened.by)
            elif place.fate == "drawn" and (slot := slots.get((entrant.pool, place.place, place.admitted))):
                # Whoever is admitted once choosing is open has none: it is called by a person, before any substitute.
                left = len(free_in(entrant.pool, homes))
                decide = partial(first_call, slot=slot, left=left, by=opened.by)
            else:
                continue
            await self._decider.decide_afresh(entrant.application, decide)


def first_call(case: Case, now: datetime, slot: Slot, left: int, by: str) -> tuple[Event, ...]:
    """Once: whoever was excused is called again by a person."""
    if case.allocation.call is not None:
        return ()
    with suppress(NotAllowed):
        return (call(case, slot.slot_from, slot.slot_until, left, now, by, None),)
    return ()


def sent_back(case: Case, now: datetime, draw: str, by: str) -> tuple[Event, ...]:
    """Whoever has another entry by now is not meant."""
    entry = case.allocation.entry
    if entry is None or f"{entry.project}.{entry.serial}" != draw:
        return ()
    event = send_back(case, now, by)
    return (event,) if event else ()
