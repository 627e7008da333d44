"""A whole ceremony by the head of the bureau and a notary, who both type the dice; without a mouse."""

from datetime import timedelta
from pathlib import Path

import pytest
from allocation.draw.hashes import commitment
from console.bureau.rules import PARTIES
from playwright.async_api import Page

from chassis.clock import WALL
from contracts.case.states import State
from contracts.local_time import SHANGHAI
from lianshen.demo.one_draw import PROJECT, OneDraw
from lianshen.demo.synthetic_world import make_crowd
from tests.browser.conftest import Come
from tests.browser.families import in_state, posted
from tests.browser.meeting import meet
from tests.browser.staff import invite, join
from tests.support.browser.keyboard import Keyboard
from tests.support.running_system import Running, Start
from tests.support.worlds import form_in

pytestmark = pytest.mark.asyncio(loop_scope="module")
FAMILIES = 2
FIGURES = "67674954409959029496"
SECRETS = {party: f"{n:064x}" for n, party in enumerate(PARTIES, 1)}
DRAW = f"/draws/{PROJECT}/1"


async def at_the_console(come: Come, running: Running, account: str, name: str, role: str) -> Keyboard:
    keys = Keyboard(await come())
    link = await invite(running, account, name, role)
    await join(keys, running.address("console") + link, account, name)
    return keys


async def everybody_has_paid(running: Running, world: Path) -> OneDraw:
    """A priced project, and a deposit of each family."""
    numbers = [(await posted(running, form_in(world, n), f"family-{n}")).number for n in range(FAMILIES)]
    for number in numbers:
        await in_state(running, number, State.POOL_CONFIRMED)
    walk = OneDraw(running.nc, running.history, {number: f"family {n}" for n, number in enumerate(numbers)}, print)
    await walk.announce()
    await walk.deposits(numbers)
    return walk


def field(verb: str, name: str) -> str:
    return f'[id="draw-{verb}.{name}"]'


def button(verb: str) -> str:
    return f"#draw-{verb} button"


async def a_party(page: Page, verb: str, party: str, name: str, said: str) -> None:
    """One of five: what keys reach is tried once, where an envelope does not fit."""
    await page.locator(field(verb, "party")).select_option(party)
    await page.locator(field(verb, name)).fill(said)
    async with page.expect_navigation():
        await page.locator(button(verb)).press("Enter")


async def announce_and_bind(keys: Keyboard, console: str) -> None:
    page = keys.page
    await page.goto(f"{console}/draws/{PROJECT}")
    await meet(page, "console-draw-rules")
    held = (WALL.now() + timedelta(days=9)).astimezone(SHANGHAI)
    await page.locator("#held_at").fill(f"{held:%Y-%m-%dT%H:%M}")
    await keys.fill("#place", "区政务服务大厅")
    await keys.press("#announce button")
    await keys.press(button("freeze"))
    await meet(page, "console-ceremony-frozen")
    for party in PARTIES:
        await a_party(page, "commit", party, "commitment", commitment(PROJECT, "1", party, SECRETS[party]))
    await keys.press(button("manifest"))


async def type_dice(keys: Keyboard, console: str) -> None:
    await keys.page.goto(console + DRAW)
    await keys.fill(field("dice", "dice"), FIGURES)
    await keys.press(button("dice"))


async def open_envelopes(keys: Keyboard, console: str) -> None:
    page = keys.page
    await page.goto(console + DRAW)
    await keys.choose(field("open", "party"), "notary")
    await keys.fill(field("open", "secret"), "f" * 64)
    await keys.press(button("open"))
    assert "第二个信封" in await page.locator('[id="draw-open.secret-wrong"]').inner_text()
    await meet(page, "console-ceremony-wrong")
    for party in PARTIES:
        await a_party(page, "open", party, "secret", SECRETS[party])
    assert await page.locator("#unverified").count() == 1
    await keys.press(button("verify"))


async def test_rules_list_commitments_dice_envelopes_a_second_look_and_the_result(
    come: Come, start_once: Start, tmp_path: Path
) -> None:
    world = make_crowd(tmp_path / "world", FAMILIES)
    running = await start_once(world, console=True, LIANSHEN_DRILL_CLOCK_AHEAD_DAYS="0")
    walk = await everybody_has_paid(running, world)
    console = running.address("console")
    head = await at_the_console(come, running, "wang", "王局长", "head")
    notary = await at_the_console(come, running, "zhou", "周公证", "notary")

    await announce_and_bind(head, console)
    await walk.turn(9)
    await type_dice(head, console)
    await notary.page.goto(console + DRAW)
    assert "王局长" in await notary.page.locator("#typed-by").inner_text()
    await type_dice(notary, console)
    await open_envelopes(notary, console)
    assert await notary.page.locator(button("publish")).count() == 0

    page = head.page
    await page.goto(console + DRAW)
    assert await page.locator("#verified").count() == 1
    await head.press(button("publish"))
    assert str(FAMILIES) in await page.locator("#foreseen").inner_text()
    await meet(page, "console-foreseen")
    await head.press("#do")
    assert len(await page.locator("#drawn-1 li").all_inner_texts()) == FAMILIES
    await meet(page, "console-ceremony-published")
    seed = await page.locator("#seed").inner_text()
    await head.press("#start-again")
    assert "没有写入" in await page.locator("#done").inner_text()
    assert await page.locator("#seed").inner_text() == seed
    await head.press("#wall")
    assert await page.locator("#seed").inner_text() == seed

    [number, _] = walk.names
    await in_state(running, number, State.DRAWN)
    await page.goto(f"{console}/cases/{number}")
    await head.press("#after-pool")
    await head.press("#open")
    await meet(page, "console-after-the-pool")
    await page.goto(f"{console}/projects/{PROJECT}")
    await head.press("#homes a >> nth=0")
    await head.press("#open-file")
    await meet(page, "console-a-homes-file")
