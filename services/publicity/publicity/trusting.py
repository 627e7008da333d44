"""A person's word that the clock is right, taken to every instance: each knows of its own doubt alone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from chassis.consume.trusted_clock import JUMP
from publicity.closing_clock import ClosingClock

SUBJECT = "publicity.clock-is-right"
"""Passes to and from no other account: who may say it are the instances themselves."""
TRUSTED, NOT_TRUSTED = b"trusted", b"not trusted"
QUIET = 1.0
"""Seconds without another answer after which no more are waited for."""


@dataclass(frozen=True)
class Trusting:
    """One instance: it hears the word from others, and takes it to them."""

    nc: Client
    clock: ClosingClock
    quiet: float = QUIET
    _own: set[str] = field(default_factory=set)
    """Where the answers to our own word come: it reaches us, too, and is counted already."""

    async def run(self) -> None:
        """Until cancelled."""
        word = await self.nc.subscribe(SUBJECT, cb=self._hear)
        try:
            await asyncio.Event().wait()
        finally:
            await word.unsubscribe()

    async def everywhere(self) -> dict[str, Any]:
        """Trusts the clock here, and has all others do so. Says how many there are, and how many trust theirs now."""
        self.clock.trust()
        said = [answer async for answer in self._others()]
        return {"instances": 1 + len(said), "trusted": 1 + said.count(TRUSTED)}

    async def _others(self) -> AsyncIterator[bytes]:
        shown = self.clock.clock.clock.wall().isoformat().encode()
        async with self._answers() as (inbox, heard):
            await self.nc.publish(SUBJECT, shown, reply=inbox)
            while True:
                try:
                    answer = await asyncio.wait_for(heard.get(), self.quiet)
                except TimeoutError:
                    return
                # Without an instance that listens the server answers itself, with a status.
                if not answer.headers:
                    yield answer.data

    @asynccontextmanager
    async def _answers(self) -> AsyncIterator[tuple[str, asyncio.Queue[Msg]]]:
        inbox, heard = self.nc.new_inbox(), asyncio.Queue[Msg]()
        self._own.add(inbox)
        answers = await self.nc.subscribe(inbox, cb=heard.put)
        try:
            yield inbox, heard
        finally:
            self._own.discard(inbox)
            await answers.unsubscribe()

    async def _hear(self, word: Msg) -> None:
        if word.reply in self._own:
            return
        trusted = self._agrees(datetime.fromisoformat(word.data.decode()))
        if trusted:
            self.clock.trust()
        try:
            await word.respond(TRUSTED if trusted else NOT_TRUSTED)
        except nats.errors.Error:
            return

    def _agrees(self, shown: datetime) -> bool:
        """On another machine is another clock: one that shows another time was not looked at."""
        return self.clock.has_begun and abs(self.clock.clock.clock.wall() - shown) <= JUMP
