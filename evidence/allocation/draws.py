"""A2: whoever is drawn was in the frozen list, and the result follows from the files. A7: a void draw moved nobody.

Or it was left out, stood confirmed with its deposit before the freeze, and was admitted at the place of its ticket.
A draw's list is kept until it is void.
"""

import json
from collections.abc import Iterator
from typing import Any

from contracts.case.case import Case, NotAllowed, Recorded
from contracts.draws import DrawRecord
from contracts.draws.draw import Draw, Stage, evolve
from contracts.draws.events import Entrant, EntrantAdmitted, EntrantsFrozen, ResultPublished
from contracts.events import DepositPaid, DrawResult, DrawVoided, EnteredInDraw, PoolConfirmed
from evidence.allocation.admitted import Published, Since, wrongly_admitted
from evidence.allocation.places import Place, imported_places, list_sha256, result_of, seed_of, wrong_in

Line = tuple[str, str]
"""Number and pool: what stands in a list once."""


class Draws:
    """The draws as far as the log was read, and who waits for a place."""

    def __init__(self) -> None:
        self._draws: dict[str, Draw] = {}
        self._lists: dict[str, dict[Line, Entrant]] = {}
        self._places: dict[str, dict[Line, Place]] = {}
        self._published_from: dict[str, Published] = {}
        self._admitted: dict[str, set[Line]] = {}
        self._since: dict[str, Since] = {}

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
        if isinstance(event, EntrantAdmitted):
            yield from self._admit(name, event)
        if isinstance(event, ResultPublished):
            yield from self._published(draw, event)
        if draw.stage in (Stage.VOID, Stage.PUBLISHED):
            self._draws[name] = Draw(name, draw.stage)
        if draw.stage is Stage.VOID:
            self._lists.pop(name, None)

    def _published(self, draw: Draw, event: ResultPublished) -> Iterator[str]:
        assert draw.announced
        if draw.imported is not None:
            yield from self._imported(draw, event, json.loads(draw.announced.rules))
            return
        assert draw.held
        try:
            rules = json.loads(draw.announced.rules)
            for what in wrong_in(draw, rules):
                yield f"A2 {what}"
            result, self._places[draw.id] = result_of(draw, rules)
            seed, frozen_at = seed_of(draw, rules), draw.frozen_at
            self._published_from[draw.id] = Published(rules, seed, frozen_at, draw.entrants)
        except (LookupError, TypeError, ValueError, AttributeError) as fault:
            yield f"A2 the files of the draw cannot be read ({type(fault).__name__})"
            return
        if {result} != {draw.held.result, event.result}:
            yield "A2 the published result does not follow from the files"

    def _imported(self, draw: Draw, event: ResultPublished, rules: dict[str, Any]) -> Iterator[str]:
        """What the notary's own software drew follows from nothing; but it names everybody of the list once."""
        try:
            result, self._places[draw.id] = imported_places(draw, rules)
        except (LookupError, TypeError, ValueError, AttributeError):
            yield "A2 the result that was imported does not name everybody of the list once"
            return
        if result != event.result:
            yield "A2 the published result is not the one that was imported"

    def _admit(self, name: str, event: EntrantAdmitted) -> Iterator[str]:
        """From here on it has a line and a place like any other; a wrong one has neither."""
        since = self._since.get(event.entrant.application, Since())
        published = self._published_from.get(name)
        line, admitted = (event.entrant.number, event.entrant.pool), self._admitted.setdefault(name, set())
        if published is None or line in admitted:
            yield f"A2 admitted to draw {name}, {'a second time' if published else 'which has no tickets'}"
            return
        if wrong := wrongly_admitted(published, since, event):
            yield f"A2 admitted to draw {name}, and {wrong}"
            return
        admitted.add(line)
        self._lists[name][line] = event.entrant
        self._places[name][line] = Place(event.fate, event.place, event.ticket)

    def of_case(self, case: Case, item: Recorded[Any]) -> Iterator[str]:
        event = item.event
        if isinstance(event, PoolConfirmed | DepositPaid):
            self._since[event.application] = self._since.get(event.application, Since()).after(case, item)
        if isinstance(event, EnteredInDraw):
            yield from self._entered(event)
        if isinstance(event, DrawVoided) and self._stage(f"{event.project}.{event.serial}") is not Stage.VOID:
            yield f"A7 told that draw {event.project}.{event.serial} is void, and it is not"
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
        elif (event.admitted is not None) != ((event.number, event.pool) in self._admitted.get(name, ())):
            yield f"A2 entered in draw {name}, and what it says of being left out is not so"

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
