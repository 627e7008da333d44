"""The kit of pages in a real browser: who sees badly, who has no mouse, who has a phone, who prints."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Error, expect

from tests.browser.conftest import Come
from tests.browser.kit.site import build, served
from tests.support.browser.keyboard import Keyboard
from tests.support.browser.measures import (
    no_serious_violation,
    runs_out_sideways,
    sheets,
    small_targets,
    small_texts,
    violations,
    well_made,
)
from tests.support.browser.visitor import PHONE, Look, watched

pytestmark = pytest.mark.asyncio(loop_scope="module")
LOOKS = {
    "light": Look(),
    "dark": Look(dark=True),
    "elder": Look(elder=True),
    "phone": PHONE,
    "elder phone, dark": Look(width=360, height=740, elder=True, dark=True, language="en"),
}
REPORTS: list[bytes] = []


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site() -> AsyncIterator[str]:
    async with served(build(REPORTS)) as address:
        yield address


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
async def test_every_part_of_it_is_well_made_for_every_eye_and_screen(come: Come, site: str, look: Look) -> None:
    page = await come(look)
    for path in ("/", "/everything", "/none"):
        await page.goto(site + path)
        await well_made(page)
    await page.goto(site)
    await page.locator("form button").click()
    await expect(page.locator("#errors li")).to_have_count(4)
    await well_made(page)
    assert REPORTS == []


@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without"])
async def test_keys_alone_fill_a_form_in_are_led_to_what_is_wrong_and_send_it(
    come: Come, site: str, script: bool
) -> None:
    page = await come(Look(script=script))
    keys = Keyboard(page)
    await page.goto(site)
    await keys.fill("#name", "王建国")
    await keys.press("form button")

    assert await page.locator("#errors").evaluate("e => e === document.activeElement")
    await keys.to("#errors a[href='#status']")
    await page.keyboard.press("Enter")
    await expect(page.locator("#status")).to_be_focused()
    await keys.pick("#status-married")
    await keys.choose("#town", "b")
    await keys.tick("#consent")
    await keys.press("form button")
    assert page.url == f"{site}/everything"


async def test_whoever_has_no_mouse_skips_the_menu(come: Come, site: str) -> None:
    page = await come()
    await page.goto(f"{site}/everything")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.className") == "skip"
    assert await page.locator(".skip").bounding_box() is not None
    await page.keyboard.press("Enter")
    await expect(page.locator("#content")).to_be_focused()


async def test_language_and_size_are_chosen_where_one_is_and_stay_chosen(come: Come, site: str) -> None:
    page = await come()
    await page.goto(f"{site}/everything")
    await page.get_by_role("link", name="English").click()
    assert page.url.startswith(f"{site}/everything")
    await page.get_by_role("link", name="Large text").click()
    await expect(page.locator("html.elder[lang=en]")).to_have_count(1)
    await page.goto(site)
    assert await page.locator("html.elder[lang=en]").count() == 1
    assert await page.locator("p.hint").first.evaluate("e => getComputedStyle(e).fontSize") == "26px"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_on_paper_is_what_is_read_and_nothing_to_press(come: Come, site: str, dark: bool) -> None:
    page = await come(Look(dark=dark))
    await page.goto(f"{site}/everything")
    await page.emulate_media(media="print")
    for on_screen in (".menu", ".choices", ".actions", ".no-print", ".skip"):
        assert not await page.locator(on_screen).is_visible()
    assert await page.locator(".only-print").is_visible()
    assert await page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    await no_serious_violation(page)
    assert await sheets(page) == 1


async def test_what_must_not_be_on_a_page_is_seen_by_all_who_look(browser: Browser, site: str) -> None:
    async with watched(browser, Look()) as (page, complaints):
        await page.goto(f"{site}/breach")
        found = {it.rule for it in await violations(page)}
        await page.evaluate(
            "document.querySelector('input').style.minHeight = document.querySelector('input').style.height = '20px'"
        )
        await page.evaluate("document.querySelector('h1').style.fontSize = '12px'")
        await page.evaluate("document.querySelector('h1').style.width = '2000px'")
        measured = [*await small_targets(page), *await small_texts(page), *await runs_out_sideways(page)]
    assert {"image-alt", "label"} <= found
    assert len(measured) == 3
    for word in ("inline style", "inline script", "loads from 127.0.0.1:9"):
        assert word in str(complaints.found)
    assert len(REPORTS) == 3
    REPORTS.clear()


async def test_what_is_private_in_an_address_is_seen(browser: Browser, site: str) -> None:
    async with watched(browser, Look(private=("王建国",))) as (page, complaints):
        await page.goto(f"{site}/?name=王建国")
    assert complaints.found == ["something private stands in an address of /"]


async def test_a_browser_of_ours_reaches_nothing_beyond_this_machine(browser: Browser) -> None:
    async with watched(browser, Look()) as (page, complaints):
        with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
            await page.goto("http://example.org/")
    assert "asked for elsewhere: http://example.org" in complaints.found
