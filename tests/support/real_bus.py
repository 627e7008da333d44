"""A real nats-server for one test: a copy of a store that was provisioned once, as production's is."""

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import nats.errors
from nats.aio.client import Client
from publicity.objectors.store import STREAM as OBJECTORS
from publicity.objectors.store import WRITES as OF_OBJECTORS

from chassis.bus import Bus
from chassis.log.durables import Durable
from chassis.log.provision import provision, remake_memory_streams
from chassis.process.service import Context, Parts, Service
from chassis.process.settings import Settings
from contracts.log_subjects import LOG_SUBJECTS
from lianshen.catalog import DEPARTMENTS, SERVICES, durables
from lianshen.embedded.bus_server import EmbeddedBus
from lianshen.embedded.data_dir import USERS, DataDir

EVERYTHING = "everything"
"""One process that may do what any service may, so that a test needs one connection."""


def any_service(names: Iterable[str]) -> list[Service]:
    """What takes the commands of all services, and has the rights of any, on durables of any name."""
    durables = Durable("*", ()), Durable("*", (), stream="TIMERS"), Durable("*", (), pushed_to="index.*")
    log = (*LOG_SUBJECTS, "look.*.*")
    writes = (*log, "timer.>", "$JS.API.DIRECT.GET.DEAD", "$JS.API.DIRECT.GET.SPANS", *OF_OBJECTORS)
    asked = tuple(DEPARTMENTS)
    any_one = Service(
        EVERYTHING, durables, _nothing, writes=writes, reads=("LOOKS", OBJECTORS), asks=asked, manages=asked
    )
    return [any_one, *(Service(name, (), _nothing) for name in SERVICES)]


def _nothing(context: Context, settings: Settings) -> Parts:
    return Parts()


@dataclass
class RealBus:
    """A nats-server of this test's own, and connections to it as one of the users."""

    server: EmbeddedBus
    data_dir: DataDir
    url: str
    connections: list[Bus] = field(default_factory=list)

    def seed(self, user: str = EVERYTHING) -> Path:
        """The seed of one of Lianshen's own users, or of a process of services."""
        own = {name: self.data_dir.seed(name) for name in USERS}
        return own[user] if user in own else self.data_dir.group_seed(user)

    async def connect(self, user: str = EVERYTHING) -> Client:
        bus = await Bus.connect(self.url, f"test-{user}", self.seed(user))
        self.connections.append(bus)
        return bus.nc

    async def department(self, name: str) -> Client:
        """A connection in the account of one department."""
        bus = await Bus.connect(self.url, f"test-{name}", self.data_dir.department_seed(name))
        self.connections.append(bus)
        return bus.nc


@asynccontextmanager
async def running_bus(data: Path) -> AsyncIterator[RealBus]:
    """On a data directory that `make_store` made. What it holds at the end is of no use: the server is killed."""
    data_dir = DataDir(data)
    server = EmbeddedBus(data_dir, tuple(DEPARTMENTS), groups={EVERYTHING: (EVERYTHING,)}, drill=True)
    bus = RealBus(server, data_dir, await server.start())
    try:
        await remake_memory_streams(await bus.connect("provisioner"))
        await bus.connections.pop().close()
        yield bus
    finally:
        for connection in bus.connections:
            with suppress(nats.errors.Error):  # lost: the test killed the server, perhaps
                await connection.close()
        await _kill(server)
        await server.stop()


async def _kill(server: EmbeddedBus) -> None:
    """A quick end; returns once it is over, so that nobody asks for the exit code of a process that is gone."""
    if server.pid is not None:
        os.kill(server.pid, signal.SIGKILL)
    while server.pid is not None:
        await asyncio.sleep(0.002)


async def make_store(data: Path) -> None:
    """A data directory with every key, account, stream and durable, and nothing in the log."""
    data_dir = DataDir(data)
    server = EmbeddedBus(data_dir, tuple(DEPARTMENTS), groups={EVERYTHING: (EVERYTHING,)}, drill=True)
    bus = RealBus(server, data_dir, await server.start())
    try:
        await provision(await bus.connect("provisioner"), durables())
        await bus.connections[0].close()
    finally:
        await server.stop()
    shutil.rmtree(data_dir.run)
    shutil.rmtree(data_dir.logs)
