"""allocation in this process on a real bus, wired as in production; its clock is turned by the test."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from allocation.service import NAME, build
from allocation.settings import AllocationSettings
from intake.claims import Claims
from intake.commands import commands
from intake.service import NAME as INTAKE
from intake.submission import ApplicationDesk
from nats.aio.client import Client

from chassis.clock import TurnedClock
from chassis.commands import call, serve_commands, stop_commands
from chassis.consume.consumer import PullConsumer
from chassis.log.journal import Journal
from chassis.process.keys import make_keys, read_key
from chassis.process.service import Context
from chassis.timing import TIMING
from evidence.audit import audit
from procedures.working_days import Calendar
from tests.support.real_bus import RealBus
from tests.support.waiting import ended


async def audited(nc: Client) -> list[str]:
    """What the audit of the log says of homes, draws, prices, deposits, bans and keys."""
    # Our own key is in no register here.
    wanted = r": A[1-8] |: I12 (?!our signature)|a second event"
    return [said for said in await audit(nc) if re.search(wanted, said)]


def intake_of(bus: RealBus, journal: Journal) -> ApplicationDesk:
    """What of intake holds a family's place; nobody hands in here."""
    nobody: Any = None
    claims = Claims(read_key(bus.data_dir.keys, "claim"), journal.history)
    return ApplicationDesk(journal, claims, nobody, nobody, {}, Calendar())


@dataclass
class Stage:
    nc: Client
    journal: Journal
    clock: TurnedClock

    async def do(self, verb: str, **request: Any) -> dict[str, Any]:
        """One command. Raises CommandRefused."""
        return await call(self.nc, NAME, verb, request)

    async def audited(self) -> list[str]:
        return await audited(self.nc)

    def turn(self, days: float) -> None:
        self.clock.ahead += timedelta(days=days)


@asynccontextmanager
async def allocation(bus: RealBus, **changed: Any) -> AsyncIterator[Stage]:
    nc, clock = await bus.connect(), TurnedClock(timedelta())
    journal = Journal(nc, within=10, clock=clock)
    await journal.start()
    make_keys(bus.data_dir.keys)
    settings = AllocationSettings(keys_dir=bus.data_dir.keys, open_cases_every=0.1, **changed)
    parts = build(Context(settings, nc, journal), settings)
    timing = replace(TIMING, fetch_expires=0.1)
    readers = [PullConsumer(nc, listen.durable, listen.handle, timing=timing) for listen in parts.listens]
    tasks = [asyncio.ensure_future(reader.run()) for reader in readers]
    tasks += [asyncio.ensure_future(index.run(nc)) for index in parts.indexes]
    tasks += [asyncio.ensure_future(work()) for work in parts.background]
    served = [await serve_commands(nc, NAME, parts.commands)]
    served.append(await serve_commands(nc, INTAKE, commands(intake_of(bus, journal), clock)))
    try:
        yield Stage(nc, journal, clock)
    finally:
        await stop_commands(served)
        for reader in readers:
            reader.stopping = True
        await ended(*tasks, patience=5)
        await journal.stop()
