"""Carries a draw to the cases: after the freeze each family's line, after publication its place, or that it is void;
and line and place of whoever is admitted after the result.

The draw is the truth and stands already; each case is written on its own, so whatever stops this begins it again, and
what was written is left as it is.
"""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from functools import partial

from allocation.ceremony.at_once import each
from allocation.ceremony.results import admitted, entered, placed, places_of, voided
from chassis.consume.consumer import Delivery
from chassis.consume.decision_handler import CaseDecider
from chassis.log.durables import Durable
from chassis.log.journal import Journal
from contracts.case.case import Case
from contracts.draws import DRAW_EVENTS, DrawRecord
from contracts.draws.draw import Draw
from contracts.draws.events import DrawVoid, EntrantAdmitted, EntrantsFrozen, ResultPublished
from contracts.events import Event
from evidence.streams import DRAWS

CARRIED: tuple[type[DrawRecord], ...] = (EntrantsFrozen, ResultPublished, EntrantAdmitted, DrawVoid)
DURABLE = Durable(
    "allocation-draws",
    (),
    subjects=tuple(DRAW_EVENTS.subjects_of(kind) for kind in CARRIED),
)
ADMITTED = EntrantAdmitted.tail.partition("{")[0]
Decide = Callable[[Case, datetime], tuple[Event, ...]]


class ForFamilies:
    """One deployment's families in its draws."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._decider = CaseDecider(journal)

    async def handle(self, delivery: Delivery) -> None:
        _, project, serial, step = delivery.stored.subject.split(".", 3)
        draw = (await self._journal.history.read(DRAWS, f"{project}.{serial}", delivery.sequence)).state
        await each(self._decisions(draw, step), lambda decision: decision())

    def _decisions(self, draw: Draw, step: str) -> Iterable[Callable[[], Awaitable[object]]]:
        """By the step that is carried: a draw that is published by now still enters its families first."""
        if draw.void is not None:
            return self._void(draw)
        if step.startswith(ADMITTED):
            return self._admitted(draw)
        return self._places(draw) if step == ResultPublished.tail else self._entries(draw)

    def _void(self, draw: Draw) -> Iterable[Callable[[], Awaitable[object]]]:
        for entrant in draw.entrants:
            yield self._decision(entrant.application, partial(voided, draw=draw))

    def _entries(self, draw: Draw) -> Iterable[Callable[[], Awaitable[object]]]:
        for entrant in draw.entrants:
            yield self._decision(entrant.application, partial(entered, draw=draw, entrant=entrant))

    def _admitted(self, draw: Draw) -> Iterable[Callable[[], Awaitable[object]]]:
        for admission in draw.admitted:
            yield self._decision(admission.entrant.application, partial(admitted, draw=draw, admission=admission))

    def _places(self, draw: Draw) -> Iterable[Callable[[], Awaitable[object]]]:
        for application, place in places_of(draw).items():
            yield self._decision(application, partial(placed, draw=draw, place=place))

    def _decision(self, application: str, decide: Decide) -> Callable[[], Awaitable[object]]:
        return partial(self._decider.decide_afresh, application, decide)
