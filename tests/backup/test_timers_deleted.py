"""The alarm clock of publicity is lost: `lianshen provision` makes its stream again, and every entry still closes.

By day one entry; TIMERS_CASES=500 that many applications, and the figure (`make test-nightly`).
"""

import asyncio
import json
import os
from datetime import datetime
from pathlib import Path

import pytest

from contracts.case.states import State
from contracts.events import PublicityClosed, PublicityOpened
from evidence.audit import audit
from lianshen.demo.synthetic_world import make_crowd
from tests.support import command_line
from tests.support.running_system import Running, Start
from tests.support.waiting import until
from tests.system.in_trouble.ledger import Ledger, hand_in

pytestmark = pytest.mark.slow
CASES = int(os.environ.get("TIMERS_CASES", "1"))
SHOWN_FOR = 8 + CASES // 4
"""Seconds that an entry is shown: until all are, and then the alarm clock is lost."""
AT_ONCE = 16
LATEST = 600.0
"""Seconds after its due instant until an entry must be closed."""
RESTS = (State.IN_PUBLICITY, State.POOL_CONFIRMED, State.INELIGIBLE_PROPOSED, State.REVIEW)


async def hand_in_all(running: Running, world: Path, ledger: Ledger) -> list[str]:
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(form: Path) -> str:
        async with turn:
            return await hand_in(running.kiosk, form.read_bytes(), ledger)

    return await asyncio.gather(*(one(form) for form in sorted((world / "applications").iterdir())))


@pytest.mark.timeout(600 + 4 * SHOWN_FOR)
async def test_an_entry_closes_though_the_stream_of_its_alarm_was_deleted(start: Start, tmp_path: Path) -> None:
    world = make_crowd(tmp_path / "world", CASES)
    running = await start(world, LIANSHEN_DRILL_PUBLICITY_SECONDS=str(SHOWN_FOR))
    due: dict[str, datetime] = {}
    late: dict[str, float] = {}

    async def look() -> None:
        for item in await running.tail.read():
            match item.event:
                case PublicityOpened() as shown:
                    due[shown.application] = shown.closes_at
                case PublicityClosed() as closed:
                    late[closed.application] = (item.stored_at - due[closed.application]).total_seconds()

    async def stands_still(number: str) -> bool:
        return (await running.case(number)).state in RESTS

    for number in await hand_in_all(running, world, Ledger(tmp_path / "ledger.jsonl")):
        await until(lambda number=number: stands_still(number), 60)  # type: ignore[misc]
    await look()
    waiting = due.keys() - late.keys()
    assert waiting, "some are still shown"
    provisioner = await running.connect("provisioner")
    deleted = await provisioner.request("$JS.API.STREAM.DELETE.TIMERS", b"", timeout=5)
    assert json.loads(deleted.data)["success"]
    code, out, err = await command_line.lianshen("provision", "--data-dir", str(running.system.data_dir.path))
    assert code == 0, err
    assert "create stream TIMERS" in out
    assert "create consumer publicity-alarm" in out

    async def all_closed() -> bool:
        await look()
        return late.keys() >= waiting

    await until(all_closed, SHOWN_FOR + LATEST / 6)
    latest = max(late[number] for number in waiting)
    print(f"{len(waiting)} entries without an alarm: each closed at most {latest:.1f} s after it was due")
    assert latest <= LATEST
    assert await audit(running.nc, tmp_path / "ledger.jsonl") == []
