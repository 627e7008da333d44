"""A real nats-server for whoever asks for one, provisioned as in production."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from nats.aio.client import Client

from chassis.bus import Bus
from chassis.journal import Journal
from chassis.provision import provision
from lianshen.catalog import DEPARTMENTS, durables
from lianshen.data_dir import DataDir, User
from lianshen.embedded_bus import EmbeddedBus

SLOW = ("asking", "bus", "deploy", "embedded", "http", "system")
"""Folders whose tests start servers by the dozen: minutes together, so left out of `make test-fast`."""
SLOW_FILES = ("test_simulated_over_the_bus.py", "test_publicity_on_the_bus.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent.name in SLOW or item.path.name in SLOW_FILES:
            item.add_marker(pytest.mark.slow)


@dataclass
class RealBus:
    """A nats-server of this test's own, and connections to it as one of the users."""

    server: EmbeddedBus
    data_dir: DataDir
    url: str
    connections: list[Bus]

    async def connect(self, user: User = "service") -> Client:
        bus = await Bus.connect(self.url, f"test-{user}", self.data_dir.seed(user))
        self.connections.append(bus)
        return bus.nc

    async def department(self, name: str) -> Client:
        """A connection in the account of one department."""
        bus = await Bus.connect(self.url, f"test-{name}", self.data_dir.department_seed(name))
        self.connections.append(bus)
        return bus.nc


@pytest.fixture
async def real_bus(tmp_path: Path) -> AsyncIterator[RealBus]:
    """A provisioned bus on fresh data."""
    data_dir = DataDir(tmp_path / "data")
    server = EmbeddedBus(data_dir, tuple(DEPARTMENTS))
    bus = RealBus(server, data_dir, await server.start(), [])
    try:
        await provision(await bus.connect("provisioner"), durables())
        yield bus
    finally:
        for connection in bus.connections:
            await connection.close()
        await server.stop()


@pytest.fixture
async def journal(real_bus: RealBus) -> AsyncIterator[Journal]:
    """A journal on the real bus, as a service has it."""
    journal = Journal(await real_bus.connect(), within=10)
    await journal.start()
    yield journal
    await journal.stop()
