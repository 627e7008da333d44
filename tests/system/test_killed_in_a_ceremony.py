"""kill -9 of allocation at every step of a draw: it is finished, each family with one line and one place, or void."""

import asyncio
import os
import random
import signal
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from allocation.draw.check import check
from allocation.draw.documents import RESULT

from chassis.commands import call
from chassis.errors import CommandRefused
from contracts.case.states import State
from contracts.events import DrawResult, EnteredInDraw
from evidence.audit import audit
from lianshen.demo.one_draw import PROJECT, OneDraw
from lianshen.demo.rehearsal import TURNING
from lianshen.demo.synthetic_world import make_crowd
from tests.support.running_system import Running, Start
from tests.support.waiting import until
from tests.support.worlds import form_in

pytestmark = pytest.mark.slow
FAMILIES = 6
EVERY = 1 if os.environ.get("KILLS") == "all" else 4
"""By night every step is interrupted, by day one in four."""
STEPS = 15
PLACED = {State.DRAWN, State.SUBSTITUTE, State.POOL_CONFIRMED}


class Killed(OneDraw):
    """Each step of the ceremony is interrupted at some moment, and done again until it is done."""

    running: Running
    steps: int = 0
    kills: int = 0

    async def do(self, verb: str, by: str = "project unit [演练 DRILL]", **asked: Any) -> dict[str, Any]:
        if not verb.startswith("draw-"):
            return await super().do(verb, by, **asked)
        self.steps += 1
        if self.steps % EVERY:
            return await self._until_done(verb, {**asked, "by": by})
        step = asyncio.ensure_future(call(self.nc, "allocation", verb, {**asked, "by": by}))
        await asyncio.sleep(random.uniform(0, 0.04))
        await self._kill()
        await asyncio.wait([step], timeout=0.1)
        step.cancel()
        return await self._until_done(verb, {**asked, "by": by})

    async def _kill(self) -> None:
        child = self.running.system.children["decisions"]
        before = child.pid
        assert before is not None
        os.kill(before, signal.SIGKILL)
        self.kills += 1
        await until(lambda: child.pid != before and child.is_ready(), 40)
        # A rehearsal's clock stands where the machine's does after a start.
        await until(self._turned, 20)

    async def _turned(self) -> bool:
        try:
            for service in TURNING:
                await call(self.nc, service, "turn-clock", {"ahead_days": self.ahead}, timeout=2)
        except CommandRefused:
            return False
        return True

    async def _until_done(self, verb: str, asked: dict[str, Any]) -> dict[str, Any]:
        for _ in range(40):
            try:
                return await call(self.nc, "allocation", verb, asked, timeout=5)
            except CommandRefused as refused:
                # What was typed before the kill stands: the same person does not type it twice.
                if "typed these figures already" in refused.detail:
                    return {}
                if refused.status != 503:
                    raise
            await asyncio.sleep(0.25)
        raise AssertionError(f"{verb} is never done")


@pytest.mark.timeout(600)
async def test_a_draw_is_finished_whatever_is_killed_and_nobody_has_two_lines(start: Start, tmp_path: Path) -> None:
    world = make_crowd(tmp_path / "world", FAMILIES)
    running = await start(world, ack_wait=3.0, LIANSHEN_DRILL_CLOCK_AHEAD_DAYS="0")
    numbers = [
        (await running.post(form_in(world, n), f"family-of-a-ceremony-{n}")).json()["receipt"]["application_number"]
        for n in range(FAMILIES)
    ]

    async def states() -> Counter[State | None]:
        return Counter([(await running.case(number)).state for number in numbers])

    async def all_in_the_pool() -> bool:
        return await states() == {State.POOL_CONFIRMED: FAMILIES}

    await until(all_in_the_pool, 60)
    walk = Killed(running.nc, running.history, {number: f"family {n}" for n, number in enumerate(numbers)}, print)
    walk.running = running
    await walk.announce()
    await walk.deposits(numbers)
    await walk.draw(numbers)

    assert walk.steps >= STEPS
    assert walk.kills == walk.steps // EVERY
    assert set(await states()) <= PLACED
    for number in numbers:
        history = [item.event for item in await running.history.of(number)]
        assert [sum(isinstance(event, kind) for event in history) for kind in (EnteredInDraw, DrawResult)] == [1, 1]
    posted = await call(running.nc, "allocation", "draw-show", {"project": PROJECT, "serial": "1"})
    files = {name: body.encode() for name, body in posted["files"].items()}
    assert check(files).to_bytes() == files[RESULT]
    assert await audit(running.nc) == []
