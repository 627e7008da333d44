"""Where it is switched on, nats-server says how messages of a trace went; where it is not, it says nothing."""

import json
from pathlib import Path
from typing import Any

import pytest
from console.trace.hops import hops_in

from chassis.bus import flushed
from chassis.log.history import History
from chassis.log.provision import provision
from lianshen.bus_access.accounts import HOPS
from lianshen.catalog import SERVICES, durables
from lianshen.embedded.bus_server import EmbeddedBus
from lianshen.embedded.data_dir import DataDir
from lianshen.embedded.served import Served
from tests.embedded.attempts import ONE_EVENT, World
from tests.support.waiting import until

TRACED = {"traceparent": f"00-{1:032x}-{2:016x}-01"}
NOT_SAMPLED = {"traceparent": f"00-{1:032x}-{3:016x}-00"}


async def reports(world: World) -> list[dict[str, Any]]:
    history = History((await world.owner()).nc, "SPANS")
    await history.start()
    return [json.loads(stored.body) for stored in await history.after(0, HOPS, 100)]


async def a_day(world: World) -> dict[str, str]:
    """Records and a question, some of no trace; returns the headers that the department saw."""
    await provision((await world.owner()).nc, durables())
    service, department = await world.user("verify-household"), await world.user("tax")
    asked: list[dict[str, str]] = []

    async def answer(question: Any) -> None:
        asked.append(dict(question.headers))
        await question.respond(b"{}")

    await department.nc.subscribe("department.tax.query.v1", cb=answer)
    await flushed(department.nc)
    await service.nc.request("case.A.answered.tax.1", ONE_EVENT, headers=TRACED)
    await service.nc.request("department.tax.query.v1", ONE_EVENT, headers=TRACED)
    await service.nc.request("case.A.answered.tax.2", ONE_EVENT, headers=NOT_SAMPLED)
    await service.nc.request("case.A.answered.tax.3", ONE_EVENT)
    await until(lambda: asked)
    return asked[0]


async def a_world(folder: Path, hops: int) -> World:
    bus = EmbeddedBus(DataDir(folder), ("tax",), groups={name: (name,) for name in SERVICES}, hops=hops)
    await bus.start()
    return World(bus)


async def end(world: World) -> None:
    for nc in world.clients:
        await nc.close()
    await world.bus.stop()


async def test_a_record_is_followed_to_its_stream_and_a_question_to_the_account_of_its_department(
    tmp_path: Path,
) -> None:
    world = await a_world(tmp_path, hops=100)
    try:
        seen = await a_day(world)
        assert seen.get("Nats-Trace-Dest") in (None, "trace disabled"), "a department could report what it likes"
        found = await reports(world)
        names = [[hop.span["name"] for hop in hops_in(json.dumps(report).encode())] for report in found]
        assert names == [
            ["in: case.{application}.answered.tax.1", "into account LOG", "stream CASES"],
            ["in: department.tax.query.v1", "into account DEPARTMENT-tax"],
        ]
        assert Served.read(world.bus.data_dir).hops == 100
    finally:
        await end(world)


@pytest.mark.parametrize("user", ["tax", "check", "operator"])
async def test_nobody_but_a_service_can_make_such_a_report(tmp_path: Path, user: str) -> None:
    world = await a_world(tmp_path, hops=100)
    try:
        await provision((await world.owner()).nc, durables())
        assert not await (await world.user(user)).publish(HOPS, b"{}")
        assert await reports(world) == []
    finally:
        await end(world)


async def test_a_department_that_sends_a_trace_or_asks_for_a_report_gets_none(tmp_path: Path) -> None:
    world = await a_world(tmp_path, hops=100)
    try:
        await provision((await world.owner()).nc, durables())
        service, tax = await world.user("verify-household"), await world.user("tax")
        _, taken = await service.subscribe("answer.tax.v1")
        _, told = await tax.subscribe("_INBOX.mine")
        for headers in (TRACED, {"Nats-Trace-Dest": "_INBOX.mine"}):
            await tax.publish("answer.tax.v1", b"{}", headers=headers)
        await until(lambda: taken)
        assert await reports(world) == []
        # It may not publish there, so the server sends nothing in its name.
        assert told == []
    finally:
        await end(world)


async def test_where_it_is_off_the_server_reports_nothing_and_marks_no_record(tmp_path: Path) -> None:
    world = await a_world(tmp_path, hops=0)
    try:
        await a_day(world)
        assert await reports(world) == []
        history = History((await world.owner()).nc, "CASES")
        await history.start()
        assert all("Nats-Trace-Dest" not in stored.headers for stored in await history.after(0, "case.>", 10))
        config = (world.bus.data_dir.run / "nats-server.conf").read_text()
        assert "msg_trace" not in config
        assert "allow_trace" not in config
    finally:
        await end(world)
