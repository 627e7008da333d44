"""A clerk answers for a department without a system, in a form made from its contract; by keys alone."""

from datetime import timedelta
from pathlib import Path

import pytest

from chassis.clock import WALL
from chassis.commands import call
from contracts.local_time import SHANGHAI
from lianshen.demo.synthetic_world import make_crowd
from tests.browser.conftest import Come
from tests.browser.families import posted, sign_in
from tests.browser.meeting import meet
from tests.browser.staff import invite, join
from tests.support.browser.keyboard import Keyboard
from tests.support.running_system import Running, Start
from tests.support.waiting import until
from tests.support.worlds import form_in

pytestmark = pytest.mark.asyncio(loop_scope="module")
BY_CLERK = "tax"
"""No system answers for it here."""
ROW = {"income_recorded": True, "division": "150303"}


async def clerk(come: Come, running: Running) -> Keyboard:
    """Signed in, and named for the department."""
    keys = Keyboard(await come())
    await join(keys, running.address("console") + await invite(running, "sun", "孙经办", "clerk"), "sun", "孙经办")
    given = {"by": "the test", "account": "sun", "departments": (BY_CLERK,)}
    await call(running.nc, "console", "staff-departments", given)
    return keys


async def test_a_clerk_says_until_when_they_need_and_then_what_was_found(
    come: Come, start_once: Start, tmp_path: Path
) -> None:
    world = make_crowd(tmp_path / "world", 1)
    (attached := tmp_path / "departments.toml").write_text(f'[{BY_CLERK}]\nby = "clerk"\n')
    running = await start_once(world, console=True, without=(BY_CLERK,), LIANSHEN_DEPARTMENTS_FILE=str(attached))
    receipt = await posted(running, form_in(world, 0))
    keys = await clerk(come, running)
    page, console = keys.page, running.address("console")

    async def listed() -> bool:
        await page.goto(f"{console}/clerk")
        return bool(await page.locator("#questions").count())

    await until(listed, 30)
    await meet(page, "console-clerk")
    await keys.press(f"#open-{BY_CLERK}-1")
    await meet(page, "console-clerk-question")
    day = (WALL.now() + timedelta(days=3)).astimezone(SHANGHAI).date()
    await page.locator("#until").fill(str(day))
    await keys.press("#defer")

    async def put_off() -> bool:
        await page.goto(f"{console}/clerk")
        return str(day) in await page.locator("#questions").inner_text()

    await until(put_off, 20)
    promised = (await running.case(receipt.number)).deferred[BY_CLERK, 1]
    assert promised.astimezone(SHANGHAI).date() == day

    await keys.press(f"#open-{BY_CLERK}-1")
    await keys.pick("#p0-kind-found")
    await keys.choose("#p0-0-income_recorded", "yes")
    await keys.fill("#p0-0-division", "1503")
    await keys.press("#check")
    assert await page.locator("#p0-0-division-wrong").count() == 1
    await meet(page, "console-clerk-wrong")
    await keys.fill("#p0-0-division", "150303")
    await page.keyboard.press("Enter")
    await page.locator("#send").wait_for()
    await meet(page, "console-clerk-checked")
    assert BY_CLERK in (await running.case(receipt.number)).waiting_for
    await keys.press("#send")
    await page.locator("#done").wait_for()
    answer = (await running.case(receipt.number)).answers[BY_CLERK, 1].answer
    assert (answer.kind, answer.answered_by, answer.persons[0].records) == ("found", "孙经办", (ROW,))

    family = Keyboard(await come())
    await sign_in(family, running.address("family"), receipt)
    await family.page.goto(f"{running.address('family')}/looks")
    assert "向税务查询的内容" in await family.page.locator("#looks").inner_text()
