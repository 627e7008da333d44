"""A case that a consumer passed over stands still for good: it is found, and one command moves it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from contracts.case.states import State
from contracts.case.waits import CALENDAR, LIANSHEN, Wait
from lianshen.cases.cases import WorklistRow
from lianshen.cases.stuck import is_stuck
from tests.support import command_line
from tests.support.running_system import Running, Start
from tests.support.waiting import until
from tests.support.worlds import one_family

NOW = datetime(2026, 11, 29, tzinfo=UTC)
LIMIT = timedelta(minutes=2)


@pytest.mark.parametrize(
    ("state", "waits", "old", "stuck"),
    [
        ("verifying", (), timedelta(minutes=3), True),
        ("verifying", (), timedelta(minutes=1), False),
        ("pool_confirmed", (), timedelta(days=9), False),
        ("verifying", (Wait(LIANSHEN, "x"),), timedelta(minutes=3), True),
        ("review", (Wait("officer", "x"),), timedelta(days=9), False),
        ("in_publicity", (Wait(CALENDAR, "x", NOW + LIMIT),), timedelta(days=9), False),
        ("in_publicity", (Wait(CALENDAR, "x", NOW - LIMIT),), timedelta(days=9), True),
    ],
)
def test_only_what_nobody_is_to_move_stands_still(
    state: str, waits: tuple[Wait, ...], old: timedelta, stuck: bool
) -> None:
    assert is_stuck(WorklistRow("n", state, NOW - old, waits), NOW, LIMIT) is stuck


async def lianshen(running: Running, *arguments: str) -> tuple[int, str, str]:
    return await command_line.lianshen(*arguments, "--data-dir", str(running.system.data_dir.path))


@pytest.mark.slow
async def test_a_consumer_that_knows_more_than_its_log_leaves_a_case_that_a_command_moves(
    start: Start, tmp_path: Path
) -> None:
    world, form = one_family(tmp_path / "world")
    running = await start(world, separate=True, LIANSHEN_DRILL_TYPED_NAMES="true")
    publicity = running.system.children.pop("publicity")
    await publicity.stop()
    receipt = await running.post(form, "key-" + "1" * 26)
    number = receipt.json()["receipt"]["application_number"]

    async def determined() -> bool:
        return (await running.case(number)).determination is not None

    await until(determined, 30)
    provisioner = await running.connect("provisioner")
    state = json.loads((await provisioner.request("$JS.API.STREAM.INFO.CASES", b"")).data)["state"]
    beyond = json.dumps({"seq": state["last_seq"] + 1}).encode()
    reply = await provisioner.request("$JS.API.CONSUMER.RESET.CASES.publicity", beyond, timeout=5)
    assert "error" not in json.loads(reply.data), reply.data
    await running.system._start(publicity.program)
    await running.system.ready(30)

    code, out, err = await lianshen(running, "stuck", "--older", "0m")
    assert (code, number in out) == (1, True), out + err
    assert "publicity opens its entry" in out
    code, out, err = await lianshen(running, "stuck", "--older", "0m", "--move")
    assert code == 0, out + err

    async def in_the_pool() -> bool:
        return (await running.case(number)).state is State.POOL_CONFIRMED

    await until(in_the_pool, 30)
    code, _, err = await lianshen(running, "stuck", "--older", "0m")
    assert (code, "no case stands still" in err) == (0, True)
