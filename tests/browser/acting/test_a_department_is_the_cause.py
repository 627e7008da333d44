"""A dozen cases wait for one department that was away: one cause, tried first, and each question sent again."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from nats.aio.msg import Msg

from chassis.bus import Bus
from chassis.clock import WALL
from chassis.commands import call
from lianshen.demo.synthetic_world import make_crowd
from tests.browser.conftest import Come
from tests.browser.families import posted
from tests.browser.meeting import meet
from tests.browser.staff import invite, join
from tests.support.browser.keyboard import Keyboard
from tests.support.departments import an_answer
from tests.support.running_system import Running, Start
from tests.support.waiting import until
from tests.support.worlds import form_in

pytestmark = pytest.mark.asyncio(loop_scope="module")
AWAY, FAMILIES = "tax", 12


async def comes_back(running: Running) -> None:
    """Somebody answers for it from now on."""
    bus = await Bus.connect(running.system.url, "tax is back", running.system.data_dir.department_seed(AWAY))
    running.others.append(bus)

    async def take(message: Msg) -> None:
        await bus.nc.publish(message.reply, json.dumps(an_answer(json.loads(message.data))).encode())

    await bus.nc.subscribe(f"department.{AWAY}.query.v1", cb=take)
    await bus.nc.flush()


async def is_left_alone_for_a_while(running: Running) -> bool:
    """So long that no probe of its durable comes first."""
    found = await call(running.nc, "verify-household", "departments", {})
    at = next(one["asked_next"] for one in found["departments"] if one["department"] == AWAY)
    return at is not None and (datetime.fromisoformat(at) - WALL.now()).total_seconds() > 14


async def test_the_questions_that_were_listed_are_sent_again_and_answered(
    come: Come, start_once: Start, tmp_path: Path
) -> None:
    world = make_crowd(tmp_path / "world", FAMILIES)
    running = await start_once(world, console=True, without=(AWAY,))
    receipts = [await posted(running, form_in(world, n), f"family-{n}") for n in range(FAMILIES)]
    keys = Keyboard(page := await come())
    console = running.address("console")
    await join(keys, console + await invite(running, "he", "何平", "operations"), "he", "何平")

    async def all_wait() -> bool:
        """For nobody else: an answer of another department would move a case after it was shown."""
        if any([(await running.case(it.number)).waiting_for != (AWAY,) for it in receipts]):
            return False
        await page.goto(f"{console}/causes")
        counted = page.locator(f"tr:has(#cause-{AWAY}-answers) td.amount")
        return bool(await counted.count()) and await counted.first.inner_text() == str(FAMILIES)

    await until(all_wait, 60)
    await until(lambda: is_left_alone_for_a_while(running), 90)
    await keys.press(f"#cause-{AWAY}-answers")
    await meet(page, "console-cause-department")
    await keys.press("#try")
    assert await page.locator("#tried tbody tr").count() == FAMILIES
    assert await page.locator("#do").count(), await page.locator("#tried").inner_text()
    await until(lambda: is_left_alone_for_a_while(running), 90)
    await comes_back(running)
    await keys.press("#do")
    await meet(page, "console-cause-department-done")
    assert await page.locator("#results .mark.good").count() == FAMILIES

    async def all_answered() -> bool:
        return all([AWAY not in (await running.case(it.number)).waiting_for for it in receipts])

    await until(all_answered, 10)
