"""A2: whoever is drawn was in the frozen list, and the result follows from the files. A7: a void draw moved nobody.

A draw's list is kept until it is void, or its families have their places.
"""

import json
from collections.abc import Iterator

from contracts.case.case import Case, NotAllowed, Recorded
from contracts.draws import DrawRecord
from contracts.draws.draw import Draw, Stage, evolve
from contracts.draws.events import Entrant, EntrantsFrozen, ResultPublished
from contracts.events import DrawResult, EnteredInDraw, Event
from evidence.allocation.places import Place, list_sha256, result_of, wrong_in

Line = tuple[str, str]
"""Number and pool: what stands in a list once."""


class Draws:
    """The draws as far as the log was read, and who waits for a place."""

    def __init__(self) -> None:
        self._draws: dict[str, Draw] = {}
        self._lists: dict[str, dict[Line, Entrant]] = {}
        self._places: dict[str, dict[Line, Place]] = {}

    def take(self, item: Recorded[DrawRecord]) -> Iterator[str]:
        event = item.event
        name = f"{event.project}.{event.serial}"
        before = self._draws.get(name, Draw(name))
        try:
            draw = self._draws[name] = evolve(before, item)
        except NotAllowed as refusal:
            yield f"{'A7' if before.stage is Stage.VOID else 'A2'} {refusal}"
            return
        if isinstance(event, EntrantsFrozen):
            yield from _frozen(draw, event)
            self._lists[name] = {(one.number, one.pool): one for one in draw.entrants}
        if isinstance(event, ResultPublished):
            yield from self._published(draw, event)
        if draw.stage in (Stage.VOID, Stage.PUBLISHED):
            self._draws[name] = Draw(name, draw.stage)
        if draw.stage is Stage.VOID:
            self._lists.pop(name, None)

    def _published(self, draw: Draw, event: ResultPublished) -> Iterator[str]:
        assert draw.announced
        assert draw.held
        try:
            rules = json.loads(draw.announced.rules)
            for what in wrong_in(draw, rules):
                yield f"A2 {what}"
            result, self._places[draw.id] = result_of(draw, rules)
        except (LookupError, TypeError, ValueError, AttributeError) as fault:
            yield f"A2 the files of the draw cannot be read ({type(fault).__name__})"
            return
        if {result} != {draw.held.result, event.result}:
            yield "A2 the published result does not follow from the files"

    def of_case(self, case: Case, event: Event) -> Iterator[str]:
        if isinstance(event, EnteredInDraw):
            yield from self._entered(event)
        if isinstance(event, DrawResult) and (entry := case.allocation.entry) is not None:
            yield from self._placed(entry, event)

    def _entered(self, event: EnteredInDraw) -> Iterator[str]:
        name = f"{event.project}.{event.serial}"
        if self._stage(name) is Stage.VOID:
            yield f"A7 entered in draw {name}, which is void"
            return
        line = self._lists.get(name, {}).get((event.number, event.pool))
        if line is None or (line.application, line.group) != (event.application, event.group):
            yield f"A2 entered in draw {name}, and the frozen list has no such line of this family"

    def _placed(self, entry: EnteredInDraw, event: DrawResult) -> Iterator[str]:
        name, line = f"{entry.project}.{entry.serial}", (entry.number, entry.pool)
        if self._stage(name) is Stage.VOID:
            yield f"A7 a place in draw {name}, which is void"
            return
        place = self._places.get(name, {}).pop(line, None)
        self._lists.get(name, {}).pop(line, None)
        if place is None:
            yield f"A2 a place in draw {name}, whose published list has none for this family"
        elif (event.fate, event.place, event.ticket) != (place.fate, place.place, place.ticket):
            yield f"A2 {event.fate} at place {event.place}; the files of draw {name} say {place.fate} at {place.place}"

    def _stage(self, name: str) -> Stage:
        return self._draws.get(name, Draw(name)).stage


def _frozen(draw: Draw, event: EntrantsFrozen) -> Iterator[str]:
    if list_sha256(draw.entrants) != event.entrants or len(draw.entrants) != event.count:
        yield "A2 the frozen list is not the one that was listed"
