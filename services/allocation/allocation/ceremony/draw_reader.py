"""Reads a draw without reading its list again: a frozen list never changes, and may be of a hundred thousand."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field

from chassis.errors import Stale
from chassis.log.aggregate import Versioned
from chassis.log.history import History
from contracts.case.case import Recorded
from contracts.draws import CEREMONY, DRAW_EVENTS, DrawRecord
from contracts.draws.draw import Draw, Stage
from contracts.draws.events import DrawAnnounced, EntrantsFrozen, EntrantsListed
from evidence.streams import DRAWS

MOST = 8
"""Draws that are kept; the one that was read longest ago goes."""
LIST = DRAW_EVENTS.subjects_of(EntrantsListed).split(".", 3)[3]
STEPS = tuple(DRAW_EVENTS.subjects_of(kind).split(".", 3)[3] for kind in CEREMONY if kind is not EntrantsListed)


@dataclass
class DrawReader:
    """The same draw as `History.read` gives, and the same object while nothing new happened in it."""

    history: History
    _known: OrderedDict[str, Versioned[Draw]] = field(default_factory=OrderedDict)
    _lists: dict[str, tuple[Recorded[DrawRecord], ...]] = field(default_factory=dict)

    async def read(self, id: str, at_least: int = 0) -> Versioned[Draw]:
        """Raises Unavailable, and Stale if the read does not show sequence `at_least`, or the whole list, yet."""
        for pause in (0.01, 0.05, 0.2, None):
            known = await self._read(id)
            if known is not None and known.sequence >= at_least:
                return known
            if pause is not None:
                await asyncio.sleep(pause)
        raise Stale("the read does not show the newest event yet")

    async def stages(self, project: str) -> dict[str, Stage]:
        """How far each draw of a project is, by serial."""
        announced = DRAW_EVENTS.subjects_of(DrawAnnounced).replace("*.*", f"{project}.*", 1)
        serials = [stored.subject.split(".")[2] for stored in await self.history.under(announced)]
        return {serial: (await self.read(f"{project}.{serial}")).state.stage for serial in serials}

    async def _read(self, id: str) -> Versioned[Draw] | None:
        """None where a replica shows that the list is frozen, and not yet all of it."""
        stream = DRAWS.stream(id)
        steps = [DRAWS.recorded(one) for one in await self.history.under(*(f"{stream}.{tail}" for tail in STEPS))]
        newest = max((step.sequence for step in steps), default=0)
        if (known := self._known.get(id)) is not None and known.sequence == newest:
            self._known.move_to_end(id)
            return known
        frozen = next((step.event for step in steps if isinstance(step.event, EntrantsFrozen)), None)
        listed = await self._list(id, frozen.parts) if frozen is not None else ()
        if listed is None:
            return None
        return self._keep(id, DRAWS.fold(id, (*listed, *steps)))

    async def _list(self, id: str, parts: int) -> tuple[Recorded[DrawRecord], ...] | None:
        if id not in self._lists:
            found = await self.history.under(f"{DRAWS.stream(id)}.{LIST}")
            if len(found) < parts:
                return None
            self._lists[id] = tuple(map(DRAWS.recorded, found))
        return self._lists[id]

    def _keep(self, id: str, known: Versioned[Draw]) -> Versioned[Draw]:
        if not known.sequence:
            # Anybody may ask for one that nobody announced.
            return known
        self._known[id] = known
        self._known.move_to_end(id)
        while len(self._known) > MOST:
            gone, _ = self._known.popitem(last=False)
            self._lists.pop(gone, None)
        return known
