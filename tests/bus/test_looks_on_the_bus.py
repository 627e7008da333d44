"""A look is on the disk of the bus before the page is sent, and while the bus is away no page shows anybody."""

import asyncio
import json
import os
import signal
from functools import partial
from pathlib import Path

import nats
import pytest
from console.service import record
from console.who import Role

from chassis.log.history import History
from chassis.log.journal import Journal
from chassis.log.write_once import write_once
from chassis.process.service import Context
from chassis.process.settings import Settings
from chassis.timing import Timing
from contracts.looks import STREAM, Look, looks_at
from evidence.looks import unsound
from tests.support.console import CASE, FAMILY, ROUTED, Stage
from tests.support.real_bus import RealBus
from tests.support.waiting import until

PAGE = f"/tried/{CASE}?reason=decide"


@pytest.fixture
def timing() -> Timing:
    return Timing(request_timeout=0.5)


@pytest.fixture
def stage(tmp_path: Path, journal: Journal, real_bus: RealBus) -> Stage:
    context = Context(Settings(), real_bus.connections[0].nc, journal)
    (tmp_path / "console").mkdir()
    return Stage(tmp_path / "console", ROUTED, {"record": partial(record, context)})


async def recorded(real_bus: RealBus) -> list[Look]:
    history = History(await real_bus.connect(), STREAM)
    await history.start()
    return [Look.model_validate_json(stored.body) for stored in await history.under(looks_at(CASE))]


async def test_a_look_is_stored_once_before_the_page_comes_and_moves_no_case(
    stage: Stage, real_bus: RealBus, journal: Journal
) -> None:
    before = await journal.history.after(0, ">", 10)
    async with stage.browser(Role.OFFICER, name="王敏") as browser:
        for _ in range(3):
            assert (await browser.get(PAGE)).text == FAMILY
            stage.clock.move(minutes=10)
    (look,) = await recorded(real_bus)
    assert (look.by, look.reason, look.at) == ("王敏", "decide", stage.clock.now().replace(minute=0))
    assert await journal.history.after(0, ">", 10) == before


async def test_two_pages_at_once_are_one_look(stage: Stage, real_bus: RealBus) -> None:
    async with stage.browser(Role.OFFICER) as browser:
        pages = await asyncio.gather(*(browser.get(PAGE) for _ in range(10)))
    assert {page.text for page in pages} == {FAMILY}
    assert len(await recorded(real_bus)) == 1


async def test_while_the_bus_does_not_answer_nobody_is_shown_and_afterwards_by_itself(
    stage: Stage, real_bus: RealBus
) -> None:
    pid = real_bus.server.pid
    assert pid is not None
    async with stage.browser(Role.OFFICER) as browser:
        os.kill(pid, signal.SIGSTOP)
        try:
            page = await browser.get(PAGE)
        finally:
            os.kill(pid, signal.SIGCONT)
        assert (page.status_code, FAMILY in page.text) == (503, False)

        async def shown() -> bool:
            return (await browser.get(PAGE)).text == FAMILY

        await until(shown)


async def test_a_bus_that_ended_is_not_waited_for(tmp_path: Path, real_bus: RealBus) -> None:
    nc = await nats.connect(real_bus.url, nkeys_seed=str(real_bus.seed()), max_reconnect_attempts=-1)

    async def written(look: Look) -> None:
        await write_once(nc, STREAM, look.subject, b"{}", within=30)

    await real_bus.server.stop()
    while nc.is_connected:
        await asyncio.sleep(0.01)
    stage = Stage(tmp_path, ROUTED, {"record": written})
    async with stage.browser(Role.OFFICER, name="王敏") as browser, asyncio.timeout(3):
        page = await browser.get(PAGE)
    await nc.close()
    assert (page.status_code, FAMILY in page.text) == (503, False)
    assert "查看无法登记" in page.text


async def test_the_audit_finds_what_is_no_record_of_a_look(stage: Stage, real_bus: RealBus) -> None:
    nc = await real_bus.connect()
    async with stage.browser(Role.OFFICER) as browser:
        assert (await browser.get(PAGE)).status_code == 200
    assert await unsound(nc) == []
    (look,) = await recorded(real_bus)
    await nc.request(f"look.{CASE}.0123", look.model_dump_json().encode())
    await nc.request(f"look.{CASE}.4567", b"{}")
    assert await unsound(nc) == [
        "I13 look 2 is not of the subject on which it stands",
        "I13 look 3 is no readable record of a look",
    ]


async def test_without_its_stream_no_look_is_taken_for_stored(stage: Stage, real_bus: RealBus) -> None:
    owner = await real_bus.connect("provisioner")
    reply = await owner.request(f"$JS.API.STREAM.DELETE.{STREAM}", b"", timeout=5)
    assert json.loads(reply.data)["success"]
    async with stage.browser(Role.OFFICER) as browser:
        assert (await browser.get(PAGE)).status_code == 503
