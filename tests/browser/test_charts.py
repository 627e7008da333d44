"""Charts of series over time: drawn by a script of ours under the strict policy; without one, picture or table."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from console.who import Role
from playwright.async_api import Page

from chassis.telemetry.metrics import CONTENT_BREACHES
from tests.browser.conftest import Come
from tests.browser.kit.site import served
from tests.browser.meeting import meet
from tests.console.random_stories import stories
from tests.support.browser.measures import NARROWEST, runs_out_sideways
from tests.support.browser.visitor import Look
from tests.support.console import Stage
from tests.support.console_views import NoBus, views_in

pytestmark = pytest.mark.asyncio(loop_scope="module")
LOOKS = {
    "light": Look(language="en"),
    "elder phone, dark": Look(width=360, height=740, elder=True, dark=True),
}
DRAWN = """all => all.every(
    one => one.getContext('2d').getImageData(0, 0, one.width, one.height).data.some(n => n)
)"""
PAGES = {"/departments": 6, "/figures?month=2027-01": 1}
"""How many charts are on each."""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    folder: Path = tmp_path_factory.mktemp("console")
    (folder / "views").mkdir()
    clock = Stage(folder).clock
    views = views_in(folder / "views", clock, NoBus(stories(5, 60)))
    return Stage(folder, more={"views": replace(views, live_for=20.0)}, clock=clock)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def console(stage: Stage) -> AsyncIterator[str]:
    async with served(stage.app) as address:
        yield address


async def signed_in(page: Page, console: str, stage: Stage) -> Page:
    async with stage.browser(Role.OPERATIONS) as browser:
        cookies = [{"name": name, "value": value, "url": console} for name, value in browser.cookies.items()]
    await page.context.add_cookies(cookies)  # type: ignore[arg-type]  # its own shape of dict
    return page


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
async def test_a_chart_stands_in_the_place_of_the_picture(come: Come, console: str, stage: Stage, look: Look) -> None:
    page = await signed_in(await come(look), console, stage)
    for path, most in PAGES.items():
        await page.goto(console + path)
        charts = page.locator("figure .chart[role=img] canvas")
        await charts.nth(most - 1).wait_for()
        assert await charts.count() == most
        assert await page.locator("figure svg:visible").count() == 0
        assert all(await charts.evaluate_all("all => all.map(one => one.closest('.chart').ariaLabel)"))
        assert await charts.evaluate_all(DRAWN)
        await meet(page, f"console-charts{path.partition('?')[0].replace('/', '-')}")
    assert CONTENT_BREACHES.labels("console")._value.get() == 0


async def test_a_page_made_narrower_never_runs_out_before_its_charts_are_drawn_anew(
    come: Come, console: str, stage: Stage
) -> None:
    page = await signed_in(await come(LOOKS["light"]), console, stage)
    await page.add_init_script("window.ResizeObserver = class { observe() {} }")
    await page.goto(console + "/departments")
    await page.locator("figure .chart canvas").nth(PAGES["/departments"] - 1).wait_for()
    await page.set_viewport_size(NARROWEST)
    assert await runs_out_sideways(page) == []


async def test_without_scripts_the_picture_and_the_table_stay(come: Come, console: str, stage: Stage) -> None:
    page = await signed_in(await come(Look(script=False)), console, stage)
    await page.goto(console + "/departments")
    assert await page.locator("figure svg:visible").count() == PAGES["/departments"]
    await page.goto(console + "/figures?month=2027-01")
    assert await page.locator("#months tbody tr").count() > 1
