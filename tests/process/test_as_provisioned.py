"""A server that cannot say what is there: it is no drift, and no reason to end (fault 8)."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from nats.aio.msg import Msg

from chassis.consume.consumer import PullConsumer
from chassis.errors import Drift, Unavailable
from chassis.log.durables import is_there
from chassis.log.provision import NobodyThere, provision
from chassis.process.as_provisioned import AsProvisioned
from chassis.process.service import Service
from lianshen.catalog import SERVICES, durables
from tests.process.unsure import UNSURE, Unsure, unsure
from tests.support.readers import reading
from tests.support.real_bus import RealBus
from tests.support.waiting import until

UNKNOWN = {"code": 404, "err_code": 10059, "description": "stream not found"}
NO_CONSUMER = {"code": 404, "err_code": 10014, "description": "consumer not found"}
OF_SOMETHING_ELSE = {"code": 404, "err_code": 10037, "description": "no message found"}
THESE: list[Service] = [SERVICES["determination"]]
DURABLE, _ = SERVICES["determination"].durables


@pytest.fixture
async def bus(tmp_path: Path) -> AsyncIterator[Unsure]:
    async with unsure(tmp_path) as found:
        await found.nc.subscribe("$JS.API.>", cb=found.answer)
        yield found


async def test_a_start_waits_for_a_server_that_cannot_say_now_and_ends_over_what_it_does_not_know(bus: Unsure) -> None:
    provisioned, ending = AsProvisioned(bus.nc, THESE, patience=0.2), asyncio.Event()
    start = asyncio.create_task(provisioned.at_start(ending))
    await asyncio.wait([start], timeout=2)
    assert not start.done(), "it does not know that anything is wrong"
    assert provisioned.fault == "STREAM.INFO.CASES: JetStream system temporarily unavailable"
    bus.error = UNKNOWN
    with pytest.raises(Drift, match="create stream CASES; run `lianshen provision`"):
        await asyncio.wait_for(start, 24)


async def test_a_start_that_waits_can_be_ended(bus: Unsure) -> None:
    ending = asyncio.Event()
    start = asyncio.create_task(AsProvisioned(bus.nc, THESE).at_start(ending))
    await asyncio.sleep(0.2)
    ending.set()
    assert await asyncio.wait_for(start, 3) is False


async def test_a_start_where_nobody_answers_for_jetstream_ends_and_asks_for_the_seed(tmp_path: Path) -> None:
    async with unsure(tmp_path) as bus:
        with pytest.raises(NobodyThere, match="is this the seed of whoever runs here"):
            await asyncio.wait_for(AsProvisioned(bus.nc, THESE, patience=0.2).at_start(asyncio.Event()), 15)


async def test_a_running_process_ends_only_over_what_the_server_is_certain_of(bus: Unsure) -> None:
    provisioned = AsProvisioned(bus.nc, THESE, every=0.02)
    running = asyncio.create_task(provisioned.run())
    for said in (UNSURE, OF_SOMETHING_ELSE, {"code": 500, "err_code": 10001, "description": "peer"}):
        bus.error = said
        await until(lambda words=said["description"]: str(words) in (provisioned.fault or ""))
    assert not running.done()
    bus.error = UNKNOWN
    with pytest.raises(Drift, match="create stream CASES"):
        await asyncio.wait_for(running, 6)


async def test_a_reader_that_hears_only_503_goes_on_and_has_heard_nothing(bus: Unsure) -> None:
    async def handle(delivery: object) -> None:
        raise AssertionError("there is nothing to handle")

    reader = PullConsumer(bus.nc, DURABLE, handle)
    async with reading(reader) as task:
        began = time.monotonic()
        await asyncio.sleep(1.5)
        assert not task.done()
        assert reader.heard <= began + 0.1
        bus.error = NO_CONSUMER
        with pytest.raises(Drift, match="durable determination is not there"):
            await asyncio.wait_for(asyncio.shield(task), 9)


@pytest.mark.parametrize("error", [UNSURE, OF_SOMETHING_ELSE, None])
async def test_a_durable_is_missing_only_where_the_server_says_so(
    bus: Unsure, error: dict[str, object] | None
) -> None:
    bus.error = error
    assert await is_there(bus.nc, DURABLE) is None


async def test_the_provisioner_says_in_the_servers_words_that_it_cannot_say_now(bus: Unsure) -> None:
    with pytest.raises(Unavailable, match="JetStream system temporarily unavailable"):
        await provision(bus.nc, durables())


async def test_a_consumer_that_is_refused_once_is_made_a_moment_later(real_bus: RealBus) -> None:
    owner = await real_bus.connect("provisioner")
    await owner.request(f"$JS.API.CONSUMER.DELETE.CASES.{DURABLE.name}", b"", timeout=5)
    ask, refused = owner.request, list[str]()

    async def refuses_once(subject: str, *arguments: object, **named: object) -> Msg:
        if "CONSUMER.CREATE" in subject and not refused:
            refused.append(subject)
            return Msg(owner, data=json.dumps({"error": UNSURE}).encode())
        return await ask(subject, *arguments, **named)  # type: ignore[arg-type]

    owner.request = refuses_once  # type: ignore[method-assign, assignment]
    assert [str(change) for change in await provision(owner, [DURABLE])] == ["create consumer determination"]
    assert refused
    assert await is_there(owner, DURABLE) is not None
