"""A department's key is revoked, renewed or added while everything runs: that department notices, nobody else does."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import nats
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import NoRespondersError

from chassis.bus import flushed
from chassis.log.journal import Journal
from chassis.log.provision import provision
from lianshen.catalog import durables
from lianshen.embedded import served
from lianshen.embedded.bus_server import EmbeddedBus
from lianshen.embedded.data_dir import DataDir
from lianshen.embedded.reload_accounts import reload_accounts
from lianshen.embedded.served import BusError
from tests.support.families import an_application_number, answered
from tests.support.waiting import until

AT_ONCE = 6.0
"""Seconds within which who was revoked is out."""


@dataclass
class Running:
    bus: EmbeddedBus
    clients: list[Client] = field(default_factory=list)

    @property
    def data_dir(self) -> DataDir:
        return self.bus.data_dir

    async def connect(self, seed: Path, **more: object) -> Client:
        nc = await nats.connect(
            self.bus.url,
            nkeys_seed=str(seed),
            reconnect_time_wait=0.05,
            error_cb=_said_already,
            **more,  # type: ignore[arg-type]
        )
        self.clients.append(nc)
        return nc

    async def is_let_in(self, seed: Path) -> bool:
        try:
            nc = await self.connect(seed, allow_reconnect=False, connect_timeout=1)
        except (nats.errors.Error, TimeoutError):
            return False
        await nc.close()
        return True


async def here(message: Msg) -> None:
    await message.respond(b"here")


async def _said_already(error: Exception) -> None:
    """The tests look at what it did to the connection."""


@asynccontextmanager
async def running(path: Path, departments: tuple[str, ...] = ("tax", "housing")) -> AsyncIterator[Running]:
    bus = EmbeddedBus(DataDir(path / "data"), departments)
    await bus.start()
    world = Running(bus)
    try:
        owner = await world.connect(bus.data_dir.seed("provisioner"))
        await provision(owner, durables())
        yield world
    finally:
        for nc in world.clients:
            await nc.close()
        await bus.stop()


class Load:
    """A service that records answers without a pause, and asks a department."""

    def __init__(self, nc: Client) -> None:
        self.nc = nc
        self.acknowledged: list[str] = []
        self.failed: list[BaseException] = []
        self.longest = 0.0
        self._journal = Journal(nc, within=10)
        self._over = False
        self._writers: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "Load":
        await self._journal.start()
        self._writers = [asyncio.create_task(self._write()) for _ in range(20)]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._over = True
        await asyncio.gather(*self._writers)
        await self._journal.stop()

    async def _write(self) -> None:
        while not self._over:
            number, began = an_application_number(), time.monotonic()
            try:
                await self._journal.once(answered(number, "tax"))
                self.acknowledged.append(number)
            except Exception as error:
                self.failed.append(error)
            self.longest = max(self.longest, time.monotonic() - began)

    async def asks(self, department: str) -> bytes:
        return (await self.nc.request(f"department.{department}.query.v1", b"", timeout=5)).data

    async def nothing_was_lost(self) -> None:
        assert self.failed == []
        for number in self.acknowledged:
            assert len(await self._journal.history.of(number)) == 1


async def test_a_revoked_department_is_out_at_once_and_services_work_on_without_losing_an_append(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as world:
        seed = world.data_dir.department_seed("tax")
        tax = await world.connect(seed, max_reconnect_attempts=-1)
        housing = await world.connect(world.data_dir.department_seed("housing"))
        asking = await world.connect(world.data_dir.group_seed("asking"))
        for nc, name in ((tax, "tax"), (housing, "housing")):
            await nc.subscribe(f"department.{name}.query.v1", cb=here)
            await flushed(nc)
        async with Load(asking) as load:
            await until(lambda: len(load.acknowledged) > 200)
            assert await load.asks("tax") == b"here"

            world.data_dir.revoke_department("tax")
            began = time.monotonic()
            await asyncio.to_thread(reload_accounts, world.data_dir)
            await until(lambda: not tax.is_connected)
            assert time.monotonic() - began < AT_ONCE
            assert not await world.is_let_in(seed)
            with pytest.raises(NoRespondersError):
                await load.asks("tax")
            assert await load.asks("housing") == b"here"

            so_far = len(load.acknowledged)
            await until(lambda: len(load.acknowledged) > so_far + 200)
            world.data_dir.restore_department("tax")
            await asyncio.to_thread(reload_accounts, world.data_dir)
            assert await world.is_let_in(seed)

            so_far = len(load.acknowledged)
            await until(lambda: len(load.acknowledged) > so_far + 200)
        await load.nothing_was_lost()
        assert load.longest < AT_ONCE
        assert (asking.stats["reconnects"], housing.stats["reconnects"]) == (0, 0)


async def test_a_reply_on_its_way_arrives_although_the_accounts_are_read_again_meanwhile(tmp_path: Path) -> None:
    """Whoever is attached, rotated or revoked, no other department is asked a second time for that."""
    async with running(tmp_path) as world:
        housing = await world.connect(world.data_dir.department_seed("housing"))
        asking = await world.connect(world.data_dir.group_seed("asking"))
        asked: asyncio.Future[Msg] = asyncio.get_running_loop().create_future()

        async def keep(message: Msg) -> None:
            asked.set_result(message)

        await housing.subscribe("department.housing.query.v1", cb=keep)
        await flushed(housing)
        answer = asyncio.create_task(asking.request("department.housing.query.v1", b"", timeout=5))
        question = await asked
        world.data_dir.renew_department_seed("tax")
        await asyncio.to_thread(reload_accounts, world.data_dir)
        await question.respond(b"looked up meanwhile")
        assert (await answer).data == b"looked up meanwhile"


async def test_a_renewed_seed_counts_and_the_old_one_no_more(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        seed = world.data_dir.department_seed("tax")
        old = tmp_path / "old.seed"
        old.write_bytes(seed.read_bytes())
        tax = await world.connect(seed, max_reconnect_attempts=-1)
        world.data_dir.renew_department_seed("tax")
        assert await world.is_let_in(old)
        assert not await world.is_let_in(seed)
        await asyncio.to_thread(reload_accounts, world.data_dir)
        await until(lambda: not tax.is_connected)
        assert not await world.is_let_in(old)
        assert await world.is_let_in(seed)


async def test_another_department_is_let_in_and_asked_while_everything_runs(tmp_path: Path) -> None:
    async with running(tmp_path, ("tax",)) as world:
        asking = await world.connect(world.data_dir.group_seed("asking"))
        assert not world.data_dir.department_seed("housing").exists()
        await asyncio.to_thread(reload_accounts, world.data_dir, ["tax", "housing"])
        housing = await world.connect(world.data_dir.department_seed("housing"))
        await housing.subscribe("department.housing.query.v1", cb=here)
        await flushed(housing)
        assert (await asking.request("department.housing.query.v1", b"", timeout=5)).data == b"here"
        assert asking.stats["reconnects"] == 0

        # Also after the server died and was started again.
        assert world.bus.pid is not None
        os.kill(world.bus.pid, 9)
        await until(lambda: housing.stats["reconnects"] == 1 and asking.stats["reconnects"] == 1)
        assert (await asking.request("department.housing.query.v1", b"", timeout=5)).data == b"here"


async def test_a_department_stays_revoked_when_the_server_is_started_again(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        world.data_dir.revoke_department("tax")
        await asyncio.to_thread(reload_accounts, world.data_dir)
        assert world.bus.pid is not None
        os.kill(world.bus.pid, 9)
        await until(lambda: world.bus.restarts == 1 and world.bus.pid is not None)
        await until(lambda: world.clients[0].is_connected)
        assert not await world.is_let_in(world.data_dir.department_seed("tax"))
        assert await world.is_let_in(world.data_dir.department_seed("housing"))


async def test_any_process_may_have_the_accounts_read_again(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from lianshen.embedded.data_dir import DataDir;"
        "from lianshen.embedded.reload_accounts import reload_accounts; reload_accounts(DataDir(Path(sys.argv[1])))"
    )
    async with running(tmp_path) as world:
        world.data_dir.revoke_department("tax")
        run = [sys.executable, "-c", program, str(world.data_dir.path)]
        done = await asyncio.to_thread(subprocess.run, run, capture_output=True, timeout=30, check=False)
        assert done.returncode == 0, done.stderr
        assert not await world.is_let_in(world.data_dir.department_seed("tax"))


async def test_where_no_bus_runs_it_is_said_and_no_other_process_is_touched(tmp_path: Path) -> None:
    with pytest.raises(BusError, match="no bus was started on this data directory"):
        reload_accounts(DataDir(tmp_path / "nothing"))
    async with running(tmp_path) as world:
        data_dir = world.data_dir
    bystander = await asyncio.create_subprocess_exec(sys.executable, "-c", "input()", stdin=subprocess.PIPE)
    try:
        (data_dir.run / f"nats-server_{bystander.pid}.ports").write_text("{}")
        with pytest.raises(BusError, match="no bus runs on this data directory"):
            reload_accounts(data_dir)
        assert bystander.returncode is None
    finally:
        bystander.kill()
        await bystander.wait()


async def test_accounts_that_the_server_refuses_are_told_and_the_old_ones_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(tmp_path) as world:
        tax = await world.connect(world.data_dir.department_seed("tax"))
        with monkeypatch.context() as broken:
            broken.setattr(served, "server_config", lambda *_: "accounts { A { nonsense ")
            with pytest.raises(BusError, match="keeps its old accounts"):
                await asyncio.to_thread(reload_accounts, world.data_dir)
        assert tax.is_connected
        await asyncio.to_thread(reload_accounts, world.data_dir)
