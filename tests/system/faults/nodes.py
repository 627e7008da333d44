"""The nats-servers of a running system, by their names, and all that a drill does to them."""

import asyncio
import contextlib
import os
import shutil
import signal
import time
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import urlsplit

from nats.aio.client import Client

from chassis.errors import Unavailable
from chassis.log.replicas import LOG, replicas_of, until_whole
from lianshen.embedded.bus_server import EmbeddedBus
from lianshen.embedded.served import BusError
from lianshen.embedded.system import System
from tests.system.faults.apart import Cables
from tests.system.faults.disk import Disk
from tests.system.faults.figures import Fault

WHOLE_WITHIN = 90.0
SERVES_WITHIN = 60.0


class Nodes:
    """One server, or three as a cluster. Whatever is done is written down in `faults`."""

    def __init__(
        self,
        system: System,
        nc: Client,
        cables: Cables | None = None,
        disks: Mapping[str, Disk] = MappingProxyType({}),
    ) -> None:
        self._bus = system.bus
        self._cables = cables
        self._disks = disks
        self._nc = nc
        self.faults: list[Fault] = []
        self._looks: set[asyncio.Task[None]] = set()

    @property
    def names(self) -> list[str]:
        return list(self._bus.nodes)

    def node(self, name: str) -> EmbeddedBus:
        return self._bus.nodes[name]

    async def leader(self) -> str:
        """Who leads the log; waits for an election."""
        if len(self.names) == 1:
            return self.names[0]
        while True:
            try:
                found = await replicas_of(self._nc, LOG)
                if found.leader is not None:
                    return found.leader
            except Unavailable:
                pass
            await asyncio.sleep(0.2)

    async def follower(self) -> str:
        leader = await self.leader()
        return next(name for name in self.names if name != leader)

    def send(self, name: str, number: signal.Signals, what: str = "") -> None:
        pid = self.node(name).pid
        if pid is None:
            return
        fault = Fault(what, time.time()) if what else None
        with contextlib.suppress(ProcessLookupError):
            # It may have ended this moment, and is started again.
            os.kill(pid, number)
        if fault is not None:
            self.faults.append(fault)
            if number is signal.SIGKILL:
                self._look(fault, name)

    def _look(self, fault: Fault, name: str) -> None:
        task = asyncio.create_task(self._until_it_serves(fault, name))
        self._looks.add(task)
        task.add_done_callback(self._looks.discard)

    async def _until_it_serves(self, fault: Fault, name: str) -> None:
        await asyncio.sleep(0.05)
        if await self.serves(name):
            fault.serves_at = time.time()

    async def serves(self, name: str, within: float = SERVES_WITHIN) -> bool:
        """Waits until its port greets whoever connects."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            try:
                address = urlsplit(self.node(name).url)
                async with asyncio.timeout(2):
                    reader, writer = await asyncio.open_connection(address.hostname, address.port)
                    greeting = await reader.readline()
                    writer.close()
                if greeting.startswith(b"INFO"):
                    return True
            except (OSError, TimeoutError, BusError):
                pass
            await asyncio.sleep(0.05)
        return False

    async def replace(self, name: str) -> None:
        """Ended, its store thrown away, and begun anew under its name."""
        self.send(name, signal.SIGKILL, f"{name} replaced by an empty node")
        await self.node(name).stop()
        shutil.rmtree(self.node(name).data_dir.jetstream)
        await self.node(name).start()

    async def part(self, name: str, seconds: float, what: str) -> None:
        """Pulls the cable of a node, and plugs it in again."""
        assert self._cables is not None
        self.faults.append(Fault(what, time.time()))
        self._cables.pull(name)
        try:
            await asyncio.sleep(seconds)
        finally:
            self._cables.plug(name)
        await self.whole()

    async def fill(self, name: str, seconds: float, what: str) -> None:
        """Fills the disk of a node, frees it, and waits until its server was restarted for it."""
        fault, before = Fault(what, time.time()), self.node(name).restarts
        self.faults.append(fault)
        disk = self._disks[name]
        disk.fill()
        try:
            await asyncio.sleep(seconds)
        finally:
            disk.free()
        async with asyncio.timeout(WHOLE_WITHIN):
            while self.node(name).restarts == before or not await self.serves(name):
                await asyncio.sleep(0.1)
        fault.serves_at = time.time()
        await self.whole()

    async def whole(self) -> None:
        """Until every copy of the log is current."""
        if len(self.names) > 1:
            await until_whole(self._nc, (LOG,), WHOLE_WITHIN)

    async def mended(self) -> None:
        """Every server runs, and nothing is missing."""
        for name in self.names:
            self.send(name, signal.SIGCONT)
        for name in self.names:
            assert await self.serves(name), f"{name} does not serve"
        await self.whole()
