"""A family withdraws on its page: on a phone, in large English text, by keys alone."""

import pytest
import pytest_asyncio
from playwright.async_api import expect

from contracts.case.states import State
from lianshen.demo.synthetic_world import make_crowd
from tests.browser.conftest import Come
from tests.browser.families import posted, sign_in
from tests.browser.meeting import meet
from tests.support.browser.keyboard import Keyboard
from tests.support.browser.visitor import Look
from tests.support.running_system import Running, Start
from tests.support.worlds import form_in

pytestmark = pytest.mark.asyncio(loop_scope="module")
LOOK = Look(width=360, height=740, elder=True, dark=True, language="en")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(start_once: Start, tmp_path_factory: pytest.TempPathFactory) -> Running:
    return await start_once(make_crowd(tmp_path_factory.mktemp("world"), 2), without=("tax",))


async def test_a_family_withdraws_and_reads_that_it_has(come: Come, running: Running) -> None:
    assert running.system.world is not None
    receipt = await posted(running, form_in(running.system.world, 0))
    keys = Keyboard(page := await come(LOOK))
    await sign_in(keys, running.address("family"), receipt)
    await meet(page, "family-waiting-on-a-phone")
    await keys.press("#go-withdraw")
    await keys.press("#send")
    await keys.to("#errors a")
    await page.keyboard.press("Enter")
    await expect(page.locator("#sure")).to_be_focused()
    await meet(page, "family-withdraw-not-sure")
    await keys.tick("#sure")
    await keys.press("#send")
    await meet(page, "family-withdrawn")
    assert (await running.case(receipt.number)).state is State.WITHDRAWN
    await page.goto(f"{running.address('family')}/withdraw")
    assert await page.locator("#over").is_visible()


async def test_a_page_that_nobody_touches_leaves_and_whoever_reads_keeps_it(come: Come, running: Running) -> None:
    assert running.system.world is not None
    receipt = await posted(running, form_in(running.system.world, 1), "another-family")
    page = await come()
    await page.clock.install()
    await sign_in(Keyboard(page), running.address("family"), receipt)
    await page.clock.fast_forward(500_000)
    await page.keyboard.press("Tab")
    await page.clock.fast_forward(500_000)
    assert page.url.endswith("/case")
    # The server forgets by its own clock, which no test turns: here the browser does.
    await page.context.clear_cookies()
    await page.clock.fast_forward(102_000)
    await page.wait_for_url("**/?ended=1")
    assert await page.locator("#ended").is_visible()
