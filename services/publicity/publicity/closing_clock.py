"""The clock that closes entries: when it was last right is kept on the bus, so that a doubt outlives a restart."""

import asyncio
import json
import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import nats.errors
from nats.aio.client import Client

from chassis.consume.checkpoints import STREAM as CHECKPOINTS
from chassis.consume.due_index import DueIndex
from chassis.consume.other_clocks import ask, differing, vouches
from chassis.consume.trusted_clock import JUMP, TrustedClock
from chassis.errors import ChassisError, CommandRefused, Later, Unavailable
from chassis.log.history import History
from chassis.log.journal import STREAM as CASES
from chassis.log.stored import server_time
from publicity.witnesses import Witnesses

log = logging.getLogger(__name__)
LOOKED_AT_EVERY = 1.0
KEPT_EVERY = 60.0
ASKED_EVERY = 60.0
"""Seconds between two questions to the witnesses, while there is a doubt."""
BEGINS_WITHIN = 4.0
SHOWN_FOR = 60.0
"""Seconds for which it is shown that the two clocks differed; what is due compares them again sooner."""
DIFFER = "the clocks of this machine and of the bus differ"
STILL_BEGINNING = CommandRefused(503, "not ready yet", "the log is still being read; try again in a moment")


@dataclass
class ClosingClock:
    """Our clock, who vouches for it, and the bus's clock beside it."""

    nc: Client
    index: DueIndex
    witnesses: Witnesses
    clock: TrustedClock
    _kept: dict[str, Any] | None = None
    _ask_at: float = 0.0
    _differed_at: float = float("-inf")

    def __post_init__(self) -> None:
        self._begun = asyncio.Event()
        self._subject = f"checkpoint.{self.index.name}.clock"

    @property
    def doubt(self) -> str | None:
        return self.clock.doubt

    @property
    def trouble(self) -> str | None:
        """Why nothing is closed now; None where that goes on."""
        return self.doubt or (DIFFER if time.monotonic() - self._differed_at < SHOWN_FOR else None)

    def between(self) -> tuple[datetime, datetime]:
        """The earliest and the latest that it can be now; two instants while the clock is in doubt."""
        clock = self.clock.clock
        earliest, latest = self.clock.between(clock.wall(), time.monotonic(), self.index.newest_at)
        return earliest + clock.ahead, latest + clock.ahead

    @property
    def has_begun(self) -> bool:
        """Whether the clock was held against the time before this start; until then nothing may rest on it."""
        return self._begun.is_set()

    @property
    def is_kept(self) -> bool:
        """Whether the bus keeps what is known of the clock now."""
        return self._kept is not None and self._kept["doubt"] == self.doubt

    async def begun(self) -> None:
        """For commands. Raises CommandRefused where that takes too long."""
        try:
            async with asyncio.timeout(BEGINS_WITHIN):
                await self._begun.wait()
        except TimeoutError:
            raise STILL_BEGINNING from None

    async def closes_at(self) -> datetime:
        """The time by which entries may be closed: the earlier of our clock and the bus's.

        Raises Later while either is in doubt, or the bus does not say.
        """
        if not self.has_begun:
            raise Later("the clock is looked at once the log was read", 0.5)
        now, _ = self.between()
        if self.doubt:
            raise Later(f"nothing is closed while {self.doubt}; `lianshen trust-clock` ends this", 2)
        of_the_bus = await self._of_the_bus() + self.clock.clock.ahead
        if abs(of_the_bus - now) > JUMP:
            self._differed_at = time.monotonic()
            raise Later(f"nothing is closed while {DIFFER}; set them right", 2)
        self._differed_at = float("-inf")
        return min(now, of_the_bus)

    async def _of_the_bus(self) -> datetime:
        """The clock that will stamp what is written: that of the stream's leader."""
        try:
            reply = await self.nc.request(f"$JS.API.STREAM.INFO.{CASES}", b"", timeout=5)
            return server_time(json.loads(reply.data)["ts"])
        except (nats.errors.Error, TimeoutError, KeyError, ValueError):
            raise Unavailable("the bus does not say what time it is") from None

    def trust(self) -> None:
        """Ends a doubt. Looked at once more: what is trusted is the clock of this moment, not of the last look."""
        self.between()
        self.clock.trust()

    async def run(self) -> None:
        """Until cancelled. Keeps when the clock was last right, and asks the witnesses while it is in doubt."""
        history = History(self.nc, CHECKPOINTS)
        await history.start()
        while True:
            try:
                if self.has_begun:
                    await self._look()
                elif self.index.ready:
                    await self._begin(history)
            except (ChassisError, nats.errors.Error, TimeoutError):
                log.warning("when the clock was last right cannot be read or kept now; trying again")
            await asyncio.sleep(LOOKED_AT_EVERY if self.has_begun else 0.05)

    async def _look(self) -> None:
        self.between()
        if self.doubt and time.monotonic() >= self._ask_at:
            self._ask_at = time.monotonic() + ASKED_EVERY
            await self._ask_witnesses()
        await self._keep()

    async def _begin(self, history: History) -> None:
        stored = await history.last(self._subject)
        kept = _read(stored.body) if stored is not None else {}
        # What was kept goes before any record: others may have written under a wrong clock while publicity was away.
        self.clock.begin(kept.get("right_at") or self.index.newest_before_start, kept.get("doubt"))
        if self.doubt:
            log.warning("nothing is closed while %s; `lianshen trust-clock` ends this", self.doubt)
        self._begun.set()

    async def _ask_witnesses(self) -> None:
        shown = await ask(self.witnesses.clocks)
        wall = self.clock.clock.wall()
        if vouches(shown, wall, self.witnesses.enough):
            log.warning("the clock is trusted again: %s show the same time", ", ".join(shown))
            self.trust()
        for name, instant in differing(shown, wall).items():
            log.warning("%s shows %s, this machine %s", name, instant.isoformat(), wall.isoformat())

    async def _keep(self) -> None:
        before = self._kept
        right_at = self.clock.wall
        if before is not None and before["doubt"] == self.doubt:
            since = right_at - before["right_at"]
            if self.doubt or since < timedelta(seconds=KEPT_EVERY):
                return
        body = json.dumps({"right_at": right_at.isoformat(), "doubt": self.doubt}).encode()
        await self.nc.jetstream().publish(self._subject, body, stream=CHECKPOINTS, timeout=5)
        self._kept = {"right_at": right_at, "doubt": self.doubt}


def _read(body: bytes) -> dict[str, Any]:
    """Good to lose, like every checkpoint: what cannot be read says nothing."""
    try:
        kept = json.loads(body)
        return {"right_at": datetime.fromisoformat(kept["right_at"]), "doubt": kept["doubt"]}
    except (ValueError, KeyError, TypeError):
        return {}
