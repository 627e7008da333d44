"""Erases who objected once the year is over: looked at every hour, and on command."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime

import nats.errors

from chassis.errors import ChassisError
from chassis.log.history import History
from chassis.log.stored import Unreadable
from contracts.case.case import NotAllowed
from publicity.closing_clock import ClosingClock
from publicity.objectors.kept_until import kept_until, settled_at
from publicity.objectors.store import Kept, ObjectorStore

log = logging.getLogger(__name__)
EVERY = 3600.0
AGAIN_AFTER = 30.0
"""Seconds until the next look, where the bus or the clock did not let us."""


@dataclass(frozen=True)
class Looked:
    """What a look came to."""

    erased: int = 0
    kept: int = 0


@dataclass(frozen=True)
class Erasing:
    """By the clock that closes entries: what is erased too early cannot be brought back, so a doubt holds it, too."""

    store: ObjectorStore
    cases: History
    clock: ClosingClock
    every: float = EVERY

    async def run(self) -> None:
        """Until cancelled."""
        await self.store.start()
        while True:
            rest = self.every
            try:
                await self.erase_due()
            except (ChassisError, nats.errors.Error, TimeoutError) as trouble:
                log.debug("nothing is erased now: %s", trouble)
                rest = min(rest, AGAIN_AFTER)
            await asyncio.sleep(rest)

    async def erase_due(self) -> Looked:
        """Raises Later while a clock is in doubt, Unavailable while the bus does not answer."""
        now, erased, kept = await self.clock.closes_at(), 0, 0
        async for each in self.store.all():
            settled = await self._settled_at(each)
            if settled is None or now < kept_until(settled):
                kept += 1
                continue
            await self.store.erase(each)
            erased += 1
            log.info("who raised an objection was erased", extra={"application": each.application, "n": each.n})
        return Looked(erased, kept)

    async def _settled_at(self, kept: Kept) -> datetime | None:
        try:
            history = await self.cases.of(kept.application)
            return settled_at(history, kept.application, kept.n, kept.at)
        except (Unreadable, NotAllowed):
            log.warning("a case cannot be read, so who objected is kept", extra={"application": kept.application})
            return None
