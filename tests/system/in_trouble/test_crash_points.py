"""kill -9 of each service at every step of its work: the case goes on as if nothing had happened (fault 1)."""

import asyncio
import os
import signal
from pathlib import Path

import httpx
import pytest

from contracts.case import State
from evidence.audit import audit
from lianshen.demo.synthetic_world import make_crowd
from lianshen.embedded.system import Child
from tests.support.running_system import Running, Start
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
TOLD = {"accepted", "publicity-opened-1", "pool-confirmed"}


async def restarted_to_crash(child: Child, point: str) -> int:
    """The child's next life ends at `point`; the one after it is as usual. Returns how often it was started."""
    usual = child.environment
    child.environment = {**usual, "LIANSHEN_CRASH_AT": point}
    before = child.pid
    assert before is not None
    os.kill(before, signal.SIGKILL)
    for _ in range(400):
        if child.pid != before and child.is_ready():
            break
        await asyncio.sleep(0.05)
    child.environment = usual
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


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_killed_at_any_step_every_case_ends_in_the_pool_and_the_audit_is_clean(
    start: Start, tmp_path: Path
) -> None:
    crashes = [(service, point) for service, points in STEPS.items() for point in points]
    world = make_crowd(tmp_path / "world", len(crashes) + 3)
    forms = [form_in(world, n) for n in range(len(crashes) + 3) if n % 10 != 9][: len(crashes)]
    running = await start(world, separate=True)
    numbers = []
    for (service, point), form in zip(crashes, forms, strict=True):
        child = running.system.children[service]
        doomed = await restarted_to_crash(child, point)
        numbers.append(await applied(running, form, f"{service}-dies-{point}"))
        for _ in range(300):
            if child.pid != doomed:
                break
            await asyncio.sleep(0.1)
        assert child.pid != doomed, f"{service} did not die {point}: the step is not there"

    # What was under way is delivered again after ACK_WAIT, a minute; two are allowed (I8).
    told: dict[str, set[str]] = {}
    for _ in range(240):
        cases = [await running.case(number) for number in numbers]
        told = {case.application: {cause for cause, _ in case.notices} for case in cases}
        if all(case.state is State.POOL_CONFIRMED for case in cases) and all(
            causes >= TOLD for causes in told.values()
        ):
            break
        await asyncio.sleep(0.5)
    left = [
        (crash, case.state)
        for crash, case in zip(crashes, cases, strict=True)
        if case.state is not State.POOL_CONFIRMED
    ]
    assert left == []
    assert [causes for causes in told.values() if not causes >= TOLD] == []
    assert await audit(running.nc) == []
    await running.tail.read()
    assert set(running.tail.cases) == set(numbers), "each form opened one case"
