"""A family withdraws on its page: on a phone, in large English text, by keys alone."""

from pathlib import Path

import pytest

from contracts.case.states import State
from tests.browser.conftest import Come
from tests.browser.families import posted, sign_in
from tests.browser.meeting import meet
from tests.support.browser.keyboard import Keyboard
from tests.support.browser.visitor import Look
from tests.support.running_system import Start
from tests.support.worlds import one_family

pytestmark = pytest.mark.asyncio(loop_scope="module")
LOOK = Look(width=360, height=740, elder=True, dark=True, language="en")


async def test_a_family_withdraws_and_reads_that_it_has(come: Come, start_once: Start, tmp_path: Path) -> None:
    world, form = one_family(tmp_path / "world")
    running = await start_once(world, without=("tax",))
    receipt = await posted(running, form)
    keys = Keyboard(page := await come(LOOK))
    await sign_in(keys, running.address("family"), receipt)
    await meet(page, "family-waiting-on-a-phone")
    await keys.press("#go-withdraw")
    await keys.press("#send")
    await keys.to("#errors a")
    await page.keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.id") == "sure"
    await meet(page, "family-withdraw-not-sure")
    await keys.tick("#sure")
    await keys.press("#send")
    await meet(page, "family-withdrawn")
    assert (await running.case(receipt.number)).state is State.WITHDRAWN
    await page.goto(f"{running.address('family')}/withdraw")
    assert await page.locator("#over").is_visible()
