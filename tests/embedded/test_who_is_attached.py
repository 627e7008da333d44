"""The console learns who answers for a department now, in a bounded time, and how much the bus keeps."""

import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nats.micro
import pytest
from console.attached import MOST, Attached, instance_of
from console.storage import free_on, storage_of
from nats.aio.msg import Msg
from nats.micro.request import Request
from nats.micro.service import EndpointConfig

from chassis.bus import flushed
from chassis.errors import Unavailable
from tests.embedded.attempts import World, a_bus
from tests.support.waiting import PATIENCE


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with a_bus(tmp_path) as world:
        yield world


async def test_two_programs_of_one_department_and_none_of_another(world: World) -> None:
    tax, asker, console = [await world.user(name) for name in ("tax", "verify-household", "console")]
    for version in ("1.2.0", "1.3.0"):
        running = await nats.micro.add_service(tax.nc, name="tax", version=version)
        subject = "department.tax.query.v1"
        await running.add_endpoint(EndpointConfig(name="query", subject=subject, handler=_fails))
    await flushed(tax.nc)
    await asker.ask("department.tax.query.v1")
    began = time.monotonic()
    found = await Attached(console.nc).now(("tax", "housing"))
    assert time.monotonic() - began < 2 * PATIENCE
    assert found["housing"] == ()
    assert [(one.name, one.version) for one in found["tax"]] == [("tax", "1.2.0"), ("tax", "1.3.0")]
    assert sorted(one.requests or 0 for one in found["tax"]) == [0, 1]
    assert sum(one.errors or 0 for one in found["tax"]) == 1
    assert all(one.since and datetime.now(UTC) - one.since < timedelta(minutes=5) for one in found["tax"])
    assert not console.refused


async def _fails(request: Request) -> None:
    raise ValueError("nothing is well")


async def test_a_department_that_only_pings_is_named_and_one_that_floods_or_hangs_is_bounded(world: World) -> None:
    tax, housing, console = [await world.user(name) for name in ("tax", "housing", "console")]

    async def flood(asked: Msg) -> None:
        for n in range(500):
            await asked.respond(f'{{"id": "{n}", "name": "tax", "version": "1"}}'.encode())

    async def hang(asked: Msg) -> None:
        return

    await tax.nc.subscribe("$SRV.PING.tax", cb=flood)
    await housing.nc.subscribe("$SRV.*.housing", cb=hang)
    for user in (tax, housing):
        await flushed(user.nc)
    began = time.monotonic()
    found = await Attached(console.nc, within=0.3).now(("tax", "housing"))
    assert time.monotonic() - began < 2 * PATIENCE
    assert len(found["tax"]) == MOST
    assert {(one.requests, one.since) for one in found["tax"]} == {(None, None)}
    assert found["housing"] == ()


async def test_how_much_the_bus_keeps_and_what_its_clock_says(world: World) -> None:
    found = await storage_of((await world.user("console")).nc)
    assert 0 < found.disk < 10**8
    assert (found.most_disk, found.most_memory) == (None, None)
    assert abs(found.clock_ahead) <= timedelta(seconds=2)
    with pytest.raises(Unavailable):
        await storage_of((await world.user("notify")).nc)


def test_what_a_program_says_of_itself_is_shortened_and_masked() -> None:
    said = instance_of(b'{"id": "a\\nb", "name": "11010519491231002X", "version": "%s"}' % (b"1" * 500))
    assert said is not None
    assert "\n" not in said.id
    assert "11010519491231002X" not in said.name
    assert len(said.version) == 60
    for body in (b"", b"{}", b"[]", b"\xff", b'{"id": 1, "name": 2, "version": 3, "started": 4}'):
        assert instance_of(body) is None


def test_what_is_free_is_known_where_there_is_a_folder(tmp_path: Path) -> None:
    assert (free_on(tmp_path) or 0) > 0
    assert free_on(tmp_path / "nothing") is None
