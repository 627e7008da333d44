"""Draws as the log has them, read again at most every two seconds; what was read last while the bus is away."""

import time
from dataclasses import dataclass, field
from datetime import datetime

from allocation.ceremony.draw_reader import DrawReader
from chassis.clock import Clock
from chassis.errors import Stale, Unavailable
from contracts.draws import DRAW_EVENTS
from contracts.draws.draw import Draw, Stage
from contracts.draws.events import DrawAnnounced

FRESH = 2.0
MOST = 64
"""Draws that are kept; the one that was read longest ago goes."""


@dataclass(frozen=True)
class Seen:
    """A draw, and when it was read."""

    draw: Draw
    at: datetime
    until: float
    connected: bool = True


@dataclass
class Shelf:
    """The draws of one deployment."""

    draws: DrawReader
    clock: Clock
    _kept: dict[str, Seen] = field(default_factory=dict)
    _names: tuple[tuple[str, ...], float] = ((), 0.0)

    async def draw(self, project: str, serial: str) -> Seen | None:
        """None for one that nobody announced. Raises Unavailable if it was never read and cannot be now."""
        name = f"{project}.{serial}"
        known = self._kept.get(name)
        if known is not None and known.until > time.monotonic():
            return known
        try:
            draw = (await self.draws.read(name)).state
        except (Unavailable, Stale):
            if known is None:
                raise
            return Seen(known.draw, known.at, known.until, connected=False)
        if draw.stage is Stage.NONE:
            return None
        self._kept.pop(name, None)
        self._kept[name] = Seen(draw, self.clock.now(), time.monotonic() + FRESH)
        while len(self._kept) > MOST:
            del self._kept[next(iter(self._kept))]
        return self._kept[name]

    async def all(self) -> list[Seen]:
        """Every draw there is, the newest first. Raises Unavailable."""
        names, until = self._names
        if until < time.monotonic():
            stored = await self.draws.history.under(DRAW_EVENTS.subjects_of(DrawAnnounced))
            names = tuple(".".join(one.subject.split(".")[1:3]) for one in reversed(stored))
            self._names = names, time.monotonic() + FRESH
        found = [await self.draw(*name.split(".")) for name in names[:MOST]]
        return [seen for seen in found if seen is not None]
