"""Follows the log into the projection, and knows how far: nothing waits for it, and what it lost is read again."""

import asyncio
import logging
import sqlite3
from dataclasses import dataclass, field
from datetime import datetime

import nats.errors

from chassis.clock import Clock
from chassis.errors import ChassisError
from chassis.log.follow import pages
from chassis.log.history import History
from console.projection.store import Place, Projection

log = logging.getLogger(__name__)
PAGE = 1000
REST = 0.5
"""Seconds until it looks again at the end of the log, and after a bus that was away."""


@dataclass(frozen=True)
class AsOf:
    """What every page says of its figures."""

    place: Place
    heard_at: datetime | None
    """When the log was last read to its end; None while it is read for the first time."""
    away: bool
    """Whether the bus did not answer the newest look."""

    @property
    def is_reading(self) -> bool:
        return self.heard_at is None


@dataclass
class Follower:
    """The one writer of a projection."""

    projection: Projection
    history: History
    clock: Clock
    rest: float = REST
    heard_at: datetime | None = None
    away: bool = False
    _anew: bool = False
    moved: asyncio.Condition = field(default_factory=asyncio.Condition)
    """Notified after each page that changed something, and when the bus goes or comes."""

    @property
    def as_of(self) -> AsOf:
        return AsOf(self.projection.place, self.heard_at, self.away)

    def rebuild(self) -> None:
        """On command: everything is forgotten and read again."""
        self._anew = True

    async def run(self) -> None:
        """Until cancelled. A bus that is away is waited for."""
        while True:
            try:
                await self._same_log()
                await self._follow()
            except (ChassisError, nats.errors.Error, TimeoutError, sqlite3.Error):
                await self._note(away=True)
            await asyncio.sleep(self.rest)

    async def _same_log(self) -> None:
        """A file that was made of another log, or an older one that was restored since, is forgotten."""
        place = self.projection.place
        if place.sequence == 0:
            return
        there = await self.history.after(place.sequence - 1, ">", most=1)
        if not there or Place(there[0].sequence, there[0].at.isoformat()) != place:
            log.warning("the projection was made of another log; it is made anew")
            self._forget()

    async def _follow(self) -> None:
        async for page in pages(self.history, ">", self.projection.place.sequence, size=PAGE, rest=self.rest):
            if self._anew:
                self._forget()
                return
            self.projection.take(page)
            if len(page) < PAGE:
                self.heard_at = self.clock.now()
            await self._note(away=False, moved=bool(page))
            # A log of millions is read while pages are served.
            await asyncio.sleep(0)

    def _forget(self) -> None:
        self._anew, self.heard_at = False, None
        self.projection.forget()

    @property
    def here(self) -> tuple[int, bool, bool]:
        """What a live page shows of it: another one is news."""
        return self.projection.place.sequence, self.away, self.heard_at is None

    async def moved_from(self, here: tuple[int, bool, bool], within: float) -> bool:
        """Whether there is news, waited for so many seconds at most."""
        try:
            async with asyncio.timeout(within), self.moved:
                await self.moved.wait_for(lambda: self.here != here)
        except TimeoutError:
            return False
        return True

    async def _note(self, *, away: bool, moved: bool = False) -> None:
        moved = moved or away is not self.away
        self.away = away
        if moved:
            async with self.moved:
                self.moved.notify_all()
