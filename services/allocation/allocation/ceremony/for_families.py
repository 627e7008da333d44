"""Carries a draw to the cases: after the freeze each family's line, after publication each family's place.

The draw is the truth and stands already; each case is written on its own, so whatever stops this begins it again, and
what was written is left as it is.
"""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from functools import partial

from allocation.ceremony.at_once import each
from allocation.ceremony.results import entered, placed, places_of
from chassis.consume.consumer import Delivery
from chassis.consume.decision_handler import CaseDecider
from chassis.log.durables import Durable
from chassis.log.journal import Journal
from contracts.case.case import Case
from contracts.draws import DRAW_EVENTS
from contracts.draws.draw import Draw, Stage
from contracts.draws.events import EntrantsFrozen, ResultPublished
from contracts.events import Event
from evidence.streams import DRAWS

DURABLE = Durable(
    "allocation-draws",
    (),
    subjects=(DRAW_EVENTS.subjects_of(EntrantsFrozen), DRAW_EVENTS.subjects_of(ResultPublished)),
)
Decide = Callable[[Case, datetime], tuple[Event, ...]]


class ForFamilies:
    """One deployment's families in its draws."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._decider = CaseDecider(journal)

    async def handle(self, delivery: Delivery) -> None:
        _, project, serial, _ = delivery.stored.subject.split(".", 3)
        draw = (await self._journal.history.read(DRAWS, f"{project}.{serial}", delivery.sequence)).state
        decisions = self._entries(draw) if draw.stage is not Stage.PUBLISHED else self._places(draw)
        await each(decisions, lambda decision: decision())

    def _entries(self, draw: Draw) -> Iterable[Callable[[], Awaitable[object]]]:
        # Of a draw that was void in the meantime nobody is told its line.
        for entrant in draw.entrants if draw.void is None else ():
            yield self._decision(entrant.application, partial(entered, draw=draw, entrant=entrant))

    def _places(self, draw: Draw) -> Iterable[Callable[[], Awaitable[object]]]:
        for application, place in places_of(draw).items():
            yield self._decision(application, partial(placed, draw=draw, place=place))

    def _decision(self, application: str, decide: Decide) -> Callable[[], Awaitable[object]]:
        return partial(self._decider.decide_afresh, application, decide)
