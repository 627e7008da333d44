"""kill -9 of each service at every step of its work: the case goes on as if nothing had happened (fault 1)."""

import asyncio
import os
import signal
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from contracts.case.states import State
from evidence.audit import audit
from lianshen.demo.synthetic_world import make_crowd
from lianshen.embedded.supervised import Supervised
from tests.support.running_system import Running, Start
from tests.support.waiting import until
from tests.support.worlds import form_in

STEPS = {
    "intake": ("before-append", "after-append"),
    "verify-household": ("before-append", "after-append", "before-ack"),
    "verify-property": ("before-append", "after-append", "before-ack"),
    "determination": ("after-load", "before-append", "after-append", "before-ack"),
    "publicity": ("after-load", "before-append", "after-append", "before-ack"),
    "notify": ("before-append", "after-append", "before-ack"),
}
"""Every service, and the steps it takes."""
ACK_WAIT = 3.0
"""Seconds, in the place of the minute: whatever is under way here is done in a tenth of one."""
TOLD = {"accepted", "publicity-opened-1", "pool-confirmed"}


async def restarted_to_crash(child: Supervised, point: str) -> int:
    """The child's next life ends at `point`; the one after it is as usual. Returns how often it was started."""
    usual = child.program
    child.program = replace(usual, environment={**usual.environment, "LIANSHEN_CRASH_AT": point})
    before = child.pid
    assert before is not None
    os.kill(before, signal.SIGKILL)
    await until(lambda: child.pid != before and child.is_ready(), within=30)
    child.program = usual
    return child.pid or 0


async def applied(running: Running, form: dict[str, object], key: str) -> str:
    """Posts until it is acknowledged, as a kiosk does."""
    for _ in range(100):
        try:
            reply = await running.post(form, key)
        except httpx.TransportError:
            await asyncio.sleep(0.2)
            continue
        if reply.status_code == 202:
            return str(reply.json()["receipt"]["application_number"])
        await asyncio.sleep(0.3)
    raise AssertionError("not acknowledged within half a minute")


async def dies_at_work(running: Running, service: str, point: str, form: dict[str, object]) -> str:
    """A service lives on to one step of its work, as an application comes in; returns the application's number."""
    child = running.system.children[service]
    doomed = await restarted_to_crash(child, point)
    number = await applied(running, form, f"{service}-dies-{point}")
    await until(lambda: child.pid != doomed, within=30)
    return number


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_killed_at_any_step_every_case_ends_in_the_pool_and_the_audit_is_clean(
    start: Start, tmp_path: Path
) -> None:
    waves = [[(name, points[n]) for name, points in STEPS.items() if n < len(points)] for n in range(4)]
    crashes = [crash for wave in waves for crash in wave]
    assert sorted(crashes) == sorted((service, point) for service, points in STEPS.items() for point in points)
    world = make_crowd(tmp_path / "world", len(crashes) + 3)
    forms = [form_in(world, n) for n in range(len(crashes) + 3) if n % 10 != 9][: len(crashes)]
    running = await start(world, separate=True, ack_wait=ACK_WAIT)
    numbers: list[str] = []
    for wave in waves:
        own = zip(wave, forms[len(numbers) :], strict=False)
        numbers += await asyncio.gather(*(dies_at_work(running, *crash, form) for crash, form in own))

    # What was under way is delivered again after the ack wait.
    async def all_told() -> bool:
        cases = [await running.case(number) for number in numbers]
        in_the_pool = all(case.state is State.POOL_CONFIRMED for case in cases)
        return in_the_pool and all({cause for cause, _ in case.notices} >= TOLD for case in cases)

    await until(all_told, within=120)
    assert await audit(running.nc) == []
    await running.tail.read()
    assert set(running.tail.cases) == set(numbers), "each form opened one case"
