"""A real nats-server for whoever asks for one, provisioned as in production."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import pytest
from nats.aio.client import Client

from chassis.bus import Bus
from chassis.journal import Journal
from chassis.provision import provision
from chassis.run import Context, Parts, Service
from chassis.subscribe import Durable
from lianshen import embedded_bus
from lianshen.catalog import DEPARTMENTS, SERVICES, durables
from lianshen.data_dir import USERS, DataDir
from lianshen.embedded_bus import EmbeddedBus

# Beside other tests an example may take any time; what must be fast is measured alone.
hypothesis.settings.register_profile("side by side", deadline=None)
hypothesis.settings.load_profile("side by side")

SLOW = ("asking", "bus", "deploy", "embedded", "http", "running", "system")
"""Folders whose tests start servers by the dozen: minutes together, so left out of `make test-fast`."""
SLOW_FILES = ("test_simulated_over_the_bus.py", "test_publicity_on_the_bus.py")
EVERYTHING = "everything"
"""One process that may do what any service may, so that a test needs one connection."""


LONGEST = ("system", "conformance", "attach", "operating", "asking", "mutants", "evidence", "embedded", "deploy")
"""Folders that run first, file by file side by side: a long file that begins last keeps every core but one idle."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_begins_first)
    for item in items:
        if item.path.parent.name in SLOW or item.path.name in SLOW_FILES:
            item.add_marker(pytest.mark.slow)


def _begins_first(item: pytest.Item) -> int:
    folder = item.path.parent.name
    return LONGEST.index(folder) if folder in LONGEST else len(LONGEST)


def any_service(names: Iterable[str]) -> list[Service]:
    """What takes the commands of all services, and has the rights of any, on durables of any name."""
    durables = Durable("*", ()), Durable("*", (), stream="TIMERS"), Durable("*", (), pushed_to="index.*")
    writes = ("case.>", "claim.>", "register.>", "timer.>", "$JS.API.DIRECT.GET.DEAD", "$JS.API.DIRECT.GET.SPANS")
    asked = tuple(DEPARTMENTS)
    any_one = Service(EVERYTHING, durables, _nothing, writes=writes, asks=asked, cares_for=asked)
    return [any_one, *(Service(name, (), _nothing) for name in SERVICES)]


def _nothing(context: Context) -> Parts:
    return Parts()


@dataclass
class RealBus:
    """A nats-server of this test's own, and connections to it as one of the users."""

    server: EmbeddedBus
    data_dir: DataDir
    url: str
    connections: list[Bus]

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


@pytest.fixture
async def real_bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[RealBus]:
    """A provisioned bus on fresh data."""
    monkeypatch.setattr(embedded_bus, "services_named", any_service)
    data_dir = DataDir(tmp_path / "data")
    server = EmbeddedBus(data_dir, tuple(DEPARTMENTS), groups={EVERYTHING: (EVERYTHING,)})
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
