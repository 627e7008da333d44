"""A cluster of three that loses its quorum for a while: what runs on it waits, says so, and goes on."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from chassis.bus import Bus
from chassis.consume.consumer import Delivery, PullConsumer
from chassis.errors import Unavailable
from chassis.log.append_health import AppendProbe
from chassis.log.journal import Journal
from chassis.log.provision import check, provision
from chassis.process.as_provisioned import AsProvisioned
from lianshen.catalog import SERVICES, durables
from lianshen.embedded.bus_server import server_binary
from lianshen.lasting_ports import lasting_port
from tests.support.readers import SUBMITTED, reading, submit
from tests.support.waiting import until

CONFIG = """
server_name: n{n}
listen: "127.0.0.1:{client}"
jetstream {{ store_dir: "{store}", sync_interval: always }}
cluster {{ name: three, listen: "127.0.0.1:{port}", routes: [{routes}] }}
"""


def free_ports(how_many: int) -> list[int]:
    with ExitStack() as bound:
        return [lasting_port(bound) for _ in range(how_many)]


@dataclass
class Three:
    url: str
    """Of the first alone: it stays up."""
    nodes: list[asyncio.subprocess.Process]

    def all(self, number: signal.Signals) -> None:
        """The two that a client is not connected to."""
        for node in self.nodes[1:]:
            os.kill(node.pid, number)


@asynccontextmanager
async def three(folder: Path) -> AsyncIterator[Three]:
    ports = free_ports(6)
    routes = ", ".join(f'"nats://127.0.0.1:{port}"' for port in ports[3:])
    nodes = []
    for n in range(3):
        config = folder / f"n{n}.conf"
        places = {"n": n, "client": ports[n], "port": ports[3 + n], "store": folder / f"n{n}", "routes": routes}
        config.write_text(CONFIG.format(**places))
        with (folder / f"n{n}.log").open("wb") as log:
            nodes.append(await asyncio.create_subprocess_exec(server_binary(), "-c", str(config), stderr=log))
    try:
        yield Three(f"nats://127.0.0.1:{ports[0]}", nodes)
    finally:
        for node in nodes:
            node.kill()
            await node.wait()


@pytest.fixture
async def cluster(tmp_path: Path) -> AsyncIterator[Three]:
    async with three(tmp_path) as found:
        yield found


async def provisioned_on(bus: Bus) -> None:
    async with asyncio.timeout(120):
        while True:
            try:
                await provision(bus.nc, [*durables(), SUBMITTED], replicas=3)
                await check(bus.nc, [*durables(), SUBMITTED])
                return
            except Unavailable:
                await asyncio.sleep(0.5)


async def test_a_lost_quorum_is_waited_for_and_said_and_what_was_on_its_way_is_stored(cluster: Three) -> None:
    bus = await Bus.connect(cluster.url, "test")
    await provisioned_on(bus)
    journal = Journal(bus.nc, within=3)
    await journal.start()
    heard: list[int] = []

    async def handle(delivery: Delivery) -> None:
        heard.append(delivery.sequence)

    looking = AsProvisioned(bus.nc, list(SERVICES.values()), every=0.5)
    running = [
        asyncio.create_task(looking.run()),
        asyncio.create_task(AppendProbe(bus.nc, "test", journal.appends, while_it_fails=0.5).run()),
    ]
    async with reading(PullConsumer(bus.nc, SUBMITTED, handle)) as reader:
        await submit(journal, 3)
        await until(lambda: len(heard) == 3, within=15)
        cluster.all(signal.SIGSTOP)
        try:
            with pytest.raises(Unavailable):
                await submit(journal)
            await until(lambda: "temporarily unavailable" in (looking.fault or ""), within=40)
            assert journal.appends.fault is not None
            assert not any(task.done() for task in (*running, reader))
        finally:
            cluster.all(signal.SIGCONT)
        await until(lambda: looking.fault is None and journal.appends.fault is None, within=40)
        before = len(heard)
        await submit(journal, 2)
        await until(lambda: len(heard) >= before + 2, within=20)
        assert not any(task.done() for task in (*running, reader))
    for task in running:
        task.cancel()
    await journal.stop()
    await bus.close()
