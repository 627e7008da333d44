"""The project unit gives one family its home by pages: announced by a file, priced, paid, chosen, signed, keys."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from allocation.draw.rules import Pool, Rules
from playwright.async_api import FilePayload, Page

from contracts.case.states import State
from contracts.local_time import SHANGHAI
from lianshen.embedded import served as embedded
from tests.allocation.announced import PER_M2, approval
from tests.allocation.ceremonies import PARTIES
from tests.allocation.drawn import case_in, hold
from tests.allocation.families import a_confirmed_family
from tests.allocation.stage import Stage
from tests.browser.conftest import Come
from tests.browser.meeting import meet
from tests.browser.unit.at_the_table import RENTED, Table, at_work
from tests.support.browser.keyboard import Keyboard
from tests.support.browser.measures import NARROWEST, fits
from tests.support.browser.visitor import Look
from tests.support.real_bus import any_service

pytestmark = pytest.mark.asyncio(loop_scope="module")
RULES = Rules("P-1", "1", 20, "", "", PARTIES, (Pool("two-rooms", 1, 1),))


def an_announcement(stage: Stage) -> bytes:
    today = stage.clock.now().astimezone(SHANGHAI).date()
    return f"""
project = "P-1"
title = "海南区第一批（演示）"
place = "公乌素镇"
way = "offline"
stock = "new"
registration_opens = {today}
registration_closes = {today + timedelta(days=30)}
method = "公开摇号"
deposit = {{ amount = "20000.00", working_days = 10 }}
pools = [{{ name = "two-rooms", substitutes = 1 }}]
homes = [{{ code = "P-1-0001", building = "1", floor = 2, area = "75.30", pool = "two-rooms" }}]
""".encode()


async def announce_and_price(keys: Keyboard, stage: Stage, console: str) -> None:
    page = keys.page
    await page.goto(f"{console}/announce")
    await meet(page, "console-announce")
    await keys.press("#by-file button")
    assert "请先选择文件" in await page.locator("#file-wrong").inner_text()
    await choose(page, "project.toml", an_announcement(stage))
    await keys.press("#by-file button")
    for line, yuan in {**PER_M2, "profit": "300.00"}.items():
        await keys.fill(f'[id="determine-price.per_m2.{line}"]', yuan)
    await keys.press("#determine-price button")
    assert "最多 140.00 元" in await page.locator('[id="determine-price.per_m2.profit-wrong"]').inner_text()
    await meet(page, "console-project-profit")
    await keys.fill('[id="determine-price.per_m2.profit"]', PER_M2["profit"])
    await keys.press("#determine-price button")
    assert await page.locator("#done").count() == 1


async def choose(page: Page, name: str, body: bytes) -> None:
    await page.set_input_files("#file", FilePayload(name=name, mimeType="text/plain", buffer=body))


async def everybody_pays(keys: Keyboard, stage: Stage, console: str, numbers: list[str]) -> None:
    """By a bank's list, with a line for nobody."""
    page = keys.page
    for number in numbers:
        await case_in(stage, number, State.DEPOSIT_ASKED)
    lines = [f"{number},20000.00,R{n},2026-11-20" for n, number in enumerate(numbers)]
    await page.goto(f"{console}/payments")
    listed = "\n".join(["application,amount,reference,paid_on", *lines, "nobody,20000.00,R9,2026-11-20"])
    await choose(page, "list.csv", listed.encode())
    await keys.press("#bank-file button")
    await keys.press("#do")
    assert await page.locator("#fates tbody tr").count() == len(numbers) + 1
    assert await page.locator("#fates .late").all_inner_texts() == ["未登记"]
    await meet(page, "console-payments")
    async with page.expect_download() as download:
        await page.click("#fates-csv")
    assert "已入账" in Path(await (await download.value).path()).read_text("utf-8-sig")


async def open_choosing(keys: Keyboard, stage: Stage, table: Table, number: str) -> None:
    page = keys.page
    await page.goto(f"{table.address}/projects/P-1")
    begins = (stage.clock.now() + timedelta(hours=1)).astimezone(SHANGHAI)
    await page.locator('[id="open-choosing.begins"]').fill(f"{begins:%Y-%m-%dT%H:%M}")
    await keys.fill('[id="open-choosing.where"]', "区政务服务大厅")
    await keys.press("#open-choosing button")
    await case_in(stage, number, State.CALLED_TO_CHOOSE)
    stage.turn(1 / 24 + 1 / 1440)
    await table.sit(page)
    await keys.press("#choosing")
    await meet(page, "console-choosing")
    assert "下一户" not in await page.locator("main").inner_text(), "nobody is called while one may still choose"


async def to_the_keys(keys: Keyboard, rents: list[object]) -> None:
    page = keys.page
    await keys.press("#show-names button")
    assert await page.locator("#names dd").count() >= 1
    await keys.choose('[id="choose.home"]', "P-1-0001")
    await keys.press("#choose button")
    await keys.fill('[id="sign-contract.number"]', "HT-2026-1")
    await keys.press("#sign-contract button")
    assert await page.locator("#balance").inner_text() == "201382.00"
    await keys.press("#hand-over button")
    assert await page.locator("#missing li").count() == 2
    await meet(page, "console-family-missing")
    await keys.fill('[id="pay.reference"]', "B2")
    await page.locator('[id="pay.paid_on"]').fill("2026-11-21")
    await keys.press("#pay button")
    rents.clear()
    await keys.press("#hand-over button")
    assert "已交付" in await page.locator("#state").inner_text()
    assert await page.locator("#nothing-possible").count() == 1


async def in_english_on_a_phone(page: Page, console: str, family: str) -> None:
    await page.set_viewport_size(NARROWEST)
    for path in (
        "/announce",
        "/projects",
        "/projects/P-1",
        "/projects/P-1/choosing",
        "/payments",
        "/families",
        family,
    ):
        await page.goto(f"{console}{path}?lang=en")
        await fits(page)


async def test_one_family_from_the_announcement_to_the_keys(
    come: Come, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "services_named", any_service)
    rents = [RENTED]
    async with at_work(store, tmp_path, rents) as (stage, table):
        keys = Keyboard(page := await come(Look()))
        await table.sit(page)
        await announce_and_price(keys, stage, table.address)
        today = stage.clock.now().astimezone(SHANGHAI).date()
        await stage.do("approve-price", project="P-1", determination=1, **approval(today), by="officer 7")
        numbers = await asyncio.gather(*(a_confirmed_family(stage.journal) for _ in range(2)))
        await everybody_pays(keys, stage, table.address, list(numbers))
        await hold(stage, RULES)
        cases = [await case_in(stage, number, State.DRAWN, State.SUBSTITUTE) for number in numbers]
        drawn = next(case.application for case in cases if case.state is State.DRAWN)
        await table.sit(page)
        await open_choosing(keys, stage, table, drawn)
        await page.goto(f"{table.address}/families/{drawn}")
        await to_the_keys(keys, rents)
        assert [(look.by, look.reason) for look in table.pages.looks] == [("孙项目", "give-home")]
        assert await stage.audited() == []
        await page.goto(f"{table.address}/projects")
        await meet(page, "console-projects")
        await in_english_on_a_phone(page, table.address, f"/families/{drawn}")
        await page.goto("about:blank")
