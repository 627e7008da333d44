"""The list of who looked asks for itself again: while the bus is away it says as of when it is and keeps its lines."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from tests.browser.kit.site import served
from tests.contracts.examples import ACCEPTED, NUMBER, SUBMITTED
from tests.family.household import Household
from tests.family.test_who_looked import Kept, look
from tests.support.browser.visitor import WITHIN

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def household() -> Household:
    household = Household(looks=Kept(look()))
    household.happened(SUBMITTED, ACCEPTED)
    return household


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def address(household: Household) -> AsyncIterator[str]:
    async with served(household.app) as address:
        yield address


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, household: Household, address: str) -> AsyncIterator[Page]:
    """Its own context: a 503 meanwhile is what this is about, and no complaint."""
    await household.sign_in(NUMBER)
    context = await browser.new_context(locale="zh-CN")
    context.set_default_timeout(WITHIN)
    for name, value in household.browser.cookies.items():
        await context.add_cookies([{"name": name, "value": value, "url": address}])
    page = await context.new_page()
    await page.goto(f"{address}/looks")
    yield page
    await context.close()


async def test_the_list_says_as_of_when_it_is_keeps_its_lines_and_comes_back_by_itself(
    page: Page, household: Household
) -> None:
    lines = await page.locator("#looks article").all_inner_texts()
    assert len(lines) > 1
    assert await page.locator("#away").count() == 0
    household.log.away = True
    household.later(minutes=5)
    await page.locator("#away").wait_for()
    assert "的情况" in await page.locator("#away").inner_text()
    assert await page.locator("#looks article").all_inner_texts() == lines
    household.log.away = False
    await page.locator("#away").wait_for(state="detached")
    assert await page.locator("#looks article").all_inner_texts() == lines
