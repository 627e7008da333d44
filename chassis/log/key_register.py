"""The register on the bus: read whole in one direct get, written entry after entry, followed by a wake-up call.

It is small, and changes a few times a year: whoever follows it reads it anew on every call, and now and then anyway.
"""

import asyncio
import logging
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from chassis.errors import ChassisError, CommandRefused, Conflict
from chassis.log.aggregate import Aggregate
from chassis.log.durables import Durable
from chassis.log.history import History
from chassis.log.journal import Journal
from chassis.log.stored import Newer, Unreadable
from contracts.case.case import Recorded
from contracts.jws import Signer
from contracts.key_register import (
    CLOCKS_DIFFER,
    ENTRIES,
    LIANSHEN,
    Holding,
    KeyRegistered,
    Register,
    RegisterEvent,
    Use,
    evolve,
    fold_register,
)

log = logging.getLogger(__name__)
SUBJECTS = "register.>"
NEWS = "index.register"
"""Said after every new entry, to all who follow; who misses it reads within `EVERY` seconds."""
FEED = Durable("register", (), subjects=(SUBJECTS,), pushed_to=NEWS)
"""Says it to the other processes too: what is published by one reaches no other."""
EVERY = 15.0
TRIES = 10
OURS_COUNT_FOR = timedelta(days=3650)

Decide = Callable[[Holding], RegisterEvent | None]
"""The next entry of a holder, or None where there is nothing to add. May raise CommandRefused."""


HOLDINGS = Aggregate(ENTRIES, lambda _: Holding(), lambda holding, recorded: evolve(holding, recorded.event))


async def read_register(history: History) -> Register:
    """The register as the log has it. An entry that cannot be read is left out, and said. Raises Newer."""
    return fold_register([entry.event for entry in await _entries(history, SUBJECTS)])


async def _entries(history: History, subjects: str) -> list[Recorded[RegisterEvent]]:
    entries = []
    for stored in await history.under(subjects):
        try:
            entries.append(HOLDINGS.recorded(stored))
        except Newer:
            # It may revoke a key: what was read before counts on, until a process of that version is here.
            raise
        except Unreadable:
            log.error("an entry of the register cannot be read", extra={"sequence": stored.sequence})
    return entries


async def enter(journal: Journal, nc: Client, holder: str, decide: Decide) -> RegisterEvent | None:
    """Reads, decides, appends; if another entry came between, decides again. Raises CommandRefused."""
    for attempt in range(TRIES):
        known = HOLDINGS.fold(holder, await _entries(journal.history, f"{HOLDINGS.stream(holder)}.>"))
        event = decide(known.state)
        if event is None:
            return None
        try:
            await journal.append(HOLDINGS, known, event)
        except Conflict:
            await asyncio.sleep(random.uniform(0, 0.05) * (attempt + 1))
            continue
        with suppress(nats.errors.Error):
            await nc.publish(NEWS, b"")
        return event
    raise CommandRefused(503, "too busy", "the register is changing; try again in a moment")


async def register_own_key(journal: Journal, nc: Client, signer: Signer, use: Use, now: datetime) -> None:
    """So that others can verify what a service of ours signs; done once for each key."""

    def decide(holding: Holding) -> RegisterEvent | None:
        if signer.kid in holding.keys:
            return None
        return KeyRegistered(
            holder=LIANSHEN,
            n=holding.n + 1,
            at=now,
            by="lianshen",
            kid=signer.kid,
            x=signer.x,
            use=use,
            not_before=now - CLOCKS_DIFFER,
            not_after=now + OURS_COUNT_FOR,
        )

    await enter(journal, nc, LIANSHEN, decide)


@dataclass
class FollowedRegister:
    """The register as it stands now; `known()` waits until it was read once."""

    journal: Journal
    changed: list[Callable[[Register], None]] = field(default_factory=list)
    """Called after every reading, also where nothing changed: certificates and keys end by themselves."""
    _register: Register = field(default_factory=Register)
    _read: asyncio.Event = field(default_factory=asyncio.Event)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def newest(self) -> Register:
        """As last read; empty before the first reading."""
        return self._register

    async def known(self) -> Register:
        await self._read.wait()
        return self._register

    async def run(self, nc: Client, own: tuple[Signer, Use] | None = None) -> None:
        """Until cancelled; registers our own key where it is not there. A bus that is away is waited for."""

        async def news(_: Msg) -> None:
            self._news.set()

        await nc.subscribe(NEWS, cb=news)
        while True:
            self._news.clear()
            try:
                if own is not None:
                    # Before anybody may sign with it: what a key signed too early proves nothing.
                    await register_own_key(self.journal, nc, *own, self.journal.clock.now())
                    own = None
                await self.look()
            except (ChassisError, nats.errors.Error, TimeoutError) as error:
                why = str(error) if isinstance(error, Newer) else type(error).__name__
                log.warning("the register cannot be read now; trying again (%s)", why)
                await asyncio.sleep(1)
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(EVERY):
                    await self._news.wait()

    async def look(self) -> Register:
        """Reads the register now."""
        self._register = await read_register(self.journal.history)
        self._read.set()
        for told in self.changed:
            told(self._register)
        return self._register
