"""A family opens the downloaded page from disk and makes a draw again in its own browser, as both other checks do."""

import os
import random
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from allocation.draw import offline
from allocation.draw.check import check
from allocation.draw.entrants import Entrant
from allocation.draw.own_entry import entries_of
from allocation.draw.rules import Pool, Rules
from playwright.async_api import Browser, FilePayload, Page, Route

from tests.browser.conftest import Come
from tests.draws.checkers import HOLDS, code_of, ours
from tests.draws.hostile import hostile
from tests.draws.made_up import Files, given, held, made_up
from tests.draws.tampering import TAMPERINGS, WITHOUT_EFFECT
from tests.support.browser.visitor import PHONE

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(1_200)]
HOW_MANY = int(os.environ.get("DRAWS", "60"))
OWN = "X43GC-4NQHN-2GMHK-041E6-YXRGV-Z"
ON_DISK = (Path(offline.__file__).parent / offline.PAGE).as_uri()
WITHIN = 60.0
"""Seconds for a hundred thousand entrants on two cores that a dozen others use; alone it takes a few."""


@pytest_asyncio.fixture(loop_scope="module")
async def page(come: Come) -> AsyncIterator[Page]:
    opened = await come(PHONE)
    await opened.goto(ON_DISK)
    yield opened


async def choose(page: Page, files: Files) -> None:
    chosen = [FilePayload(name=name, mimeType="", buffer=body) for name, body in files.items()]
    await page.set_input_files("#files", chosen)


async def verdict(page: Page, files: Files, button: str = "#whole", within: float = 10.0) -> str:
    """What stands there once it was computed; a draw of no files is not asked for by the browser's own form."""
    await choose(page, {**files, "notes.txt": b"not of the draw"})
    await page.click(button)
    await page.wait_for_selector("body[data-state=done]", timeout=within * 1000)
    return await page.inner_text("#verdict")


async def test_the_given_draw_holds_and_a_family_reads_what_the_checker_says(page: Page) -> None:
    await page.fill("#own", f" {OWN} ")
    assert await verdict(page, given()) == HOLDS
    (entry,) = entries_of(check(given()), OWN)
    assert await page.locator("#own-entries code").all_inner_texts() == [entry.ticket, entry.command]
    assert "中签（drawn），第 10 位，共 10 位" in await page.inner_text("#own-entries")


async def test_one_ticket_is_computed_without_the_others(page: Page) -> None:
    await page.click("#one", no_wait_after=True)
    await page.fill("#own", OWN)
    await verdict(page, given(), "#one")
    (entry,) = entries_of(check(given()), OWN)
    assert await page.locator("#own-entries code").all_inner_texts() == [entry.ticket, entry.command]
    assert "未重新计算" in await page.inner_text("#explained")
    await page.fill("#own", "nobody")
    await verdict(page, given(), "#one")
    assert "nobody is not in the list" in await page.inner_text("#own-entries")


async def test_whatever_is_tampered_with_is_named_by_the_same_code(page: Page) -> None:
    found = {it.what: await verdict(page, it.change(given())) for it in TAMPERINGS}
    assert {what: code_of(said) for what, said in found.items()} == {it.what: it.code for it in TAMPERINGS}
    wrong_places = {it.what: ours(it.change(given())) for it in TAMPERINGS if it.code == "wrong-place"}
    assert {what: found[what] for what in wrong_places} == wrong_places


async def test_what_no_rule_forbids_holds(page: Page) -> None:
    found = {what: await verdict(page, change(given())) for what, change in WITHOUT_EFFECT.items()}
    assert found == dict.fromkeys(WITHOUT_EFFECT, HOLDS)


async def test_made_up_draws_hold(page: Page) -> None:
    assert {await verdict(page, made_up(number)) for number in range(HOW_MANY)} == {HOLDS}


async def test_of_hostile_files_it_says_the_code_that_ours_says(page: Page) -> None:
    parted = []
    for number in range(HOW_MANY * 2):
        files = hostile(number)
        said, due = code_of(await verdict(page, files)), code_of(ours(files))
        if said != due:
            parted.append(f"{number}: {said}, {due}")
    assert parted == []


async def test_a_hundred_thousand_entrants_take_seconds(page: Page) -> None:
    pools = (Pool("A-60", 4_000, 500, (("disabled", 200),)), Pool("B-85", 6_000, 500))
    rules = Rules("HN-2026-01", "1", 20, "", "", ("housing-bureau", "notary"), pools)
    chance = random.Random(5)
    entrants = [Entrant(chance.randbytes(16).hex(), chance.choice("AB"), "none") for _ in range(100_000)]
    entrants = [Entrant(it.application, {"A": "A-60", "B": "B-85"}[it.pool]) for it in entrants]
    files = held(rules, entrants, chance)
    began = time.monotonic()
    assert await verdict(page, files, within=WITHIN) == HOLDS
    print(f"100,000 entrants: {time.monotonic() - began:.1f} s")


async def test_over_plain_http_it_says_why_it_cannot_compute(browser: Browser) -> None:
    opened = await browser.new_page()

    async def answer(route: Route) -> None:
        await route.fulfill(body=offline.page(), content_type="text/html")

    await opened.route("http://board.test/*", answer)
    await opened.goto("http://board.test/verify_draw.html")
    assert "下载到您的设备" in await opened.inner_text("#unsafe")
    assert await opened.is_disabled("#whole")
    await opened.close()


async def test_it_can_send_nothing(browser: Browser) -> None:
    """Whatever a changed script might try: the page's own rules let no request out."""
    opened, said = await browser.new_page(), []
    opened.on("console", lambda message: said.append(message.text))
    await opened.goto(ON_DISK)
    assert await opened.evaluate("fetch('http://127.0.0.1:1/').then(() => 'sent', () => 'refused')") == "refused"
    assert any("Content Security Policy" in it for it in said)
    await opened.close()
