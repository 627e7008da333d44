"""nats-server is stopped under everybody's eyes and comes back; the console is killed, and nothing waits for it."""

import os
import signal
from typing import Any

import pytest
import pytest_asyncio
from console.app import ROUTES
from console.route import OPEN
from console.who import Role
from playwright.async_api import expect

from contracts.case.states import State
from contracts.looks import LookReason
from lianshen.demo.synthetic_world import make_crowd
from tests.browser.at_the_kiosk import Receipt
from tests.browser.conftest import Come
from tests.browser.families import in_state, posted
from tests.browser.families import sign_in as at_the_familys_page
from tests.browser.meeting import meet
from tests.browser.staff import invite, join, sign_in
from tests.support.browser.keyboard import Keyboard
from tests.support.running_system import Running, Start
from tests.support.waiting import until
from tests.support.worlds import form_in

pytestmark = pytest.mark.asyncio(loop_scope="module")
NOT_OF_THE_LOG = ("/live", "/account")
OF_THE_LOG = [
    it.path
    for it in ROUTES
    if it.method == "GET" and it.roles is not OPEN and "." not in it.path and not it.path.startswith(NOT_OF_THE_LOG)
]
"""Every page of the console that shows something of the log."""
READ_ANEW = ("/projects", "/announce", "/payments", "/families", "/draws", "/homes")
"""What is given out is read from the log itself, never from a copy that may be old: away with the bus, and says so."""
PLACES = {"whom": "officer", "turn": "reviews", "project": "P-1", "serial": "1", "home": "H-1"}
NO_CAUSE = "/causes/officer/reviews"
"""Nobody waits for it: a page that is not there."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(start_once: Start, tmp_path_factory: pytest.TempPathFactory) -> Running:
    world = make_crowd(tmp_path_factory.mktemp("world"), 2)
    return await start_once(world, console=True, LIANSHEN_DRILL_PUBLICITY_SECONDS="600")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def receipt(running: Running) -> Receipt:
    receipt = await posted(running, form_of(running, 0))
    await in_state(running, receipt.number, State.IN_PUBLICITY)
    return receipt


def form_of(running: Running, n: int) -> dict[str, Any]:
    assert running.system.world is not None
    return form_in(running.system.world, n)


async def test_a_console_that_is_killed_loses_nothing_and_nothing_waits_for_it(
    come: Come, running: Running, receipt: Receipt
) -> None:
    console, keys = running.address("console"), Keyboard(await come())
    who = await join(keys, console + await invite(running, "li", "李强", "officer"), "li", "李强")
    await keys.page.goto("about:blank")
    child = running.system.children["console"]
    before = child.pid
    assert before is not None
    os.kill(before, signal.SIGSTOP)
    late = await posted(running, form_of(running, 1), "while-the-console-hangs")
    await in_state(running, late.number, State.IN_PUBLICITY)
    os.kill(before, signal.SIGKILL)

    await until(lambda: child.pid != before and child.is_ready(), 60)
    await sign_in(keys, console, who, who.recovery[0])
    await keys.page.goto(f"{console}/cases")
    for number in (receipt.number, late.number):
        assert await keys.page.locator(f"#cases a[href='/cases/{number}']").count() == 1
    await keys.page.goto(f"{console}/cases/{receipt.number}")
    assert await keys.page.locator("#spans tbody tr").count(), "steps that were kept are still there"


async def test_every_page_says_as_of_when_it_is_shows_nobody_and_goes_on_by_itself(
    come: Come, running: Running, receipt: Receipt
) -> None:
    console, server = running.address("console"), running.system.bus.server
    applicant = form_of(running, 0)["applicant"]
    keys, family, reader = Keyboard(await come()), Keyboard(await come()), await come()
    await join(keys, console + await invite(running, "he", "何平", *Role), "he", "何平")
    await at_the_familys_page(family, running.address("family"), receipt)
    page = keys.page
    await page.goto(f"{console}/cases/{receipt.number}")
    assert server is not None
    await server.stop()

    await expect(page.locator("#bus-away")).to_be_visible()
    for path in OF_THE_LOG:
        path = path.format(application=receipt.number, **PLACES)
        answer = await page.goto(console + path)
        assert answer is not None
        text = await page.content()
        assert not [it for it in (applicant["name"], applicant["id_number"], "Traceback") if it in text], path
        if path.startswith(READ_ANEW) or path.endswith("/after-pool"):
            assert answer.status in (200, 404, 503), path
        elif path != NO_CAUSE:
            assert answer.status == 200, path
            assert "截至" in await page.locator("#bus-away").inner_text(), path
    await meet(page, "console-bus-away")
    await page.goto(f"{console}/cases/{receipt.number}")
    await meet(page, "console-case-bus-away")
    assert not await page.locator("#open").count()
    asked = await page.request.post(
        f"{console}/cases/{receipt.number}/open", form={"reason": LookReason.SUPERVISION}, headers={"origin": console}
    )
    assert (asked.status, applicant["name"] in await asked.text()) == (503, False)

    await family.page.reload()
    await meet(family.page, "family-bus-away")
    assert "以下是" in await family.page.locator("#away").inner_text()
    await reader.goto(running.address("board"))
    await meet(reader, "board-bus-away")
    assert await reader.locator("#incomplete").is_visible()
    assert "截至" in await reader.locator("#as-of").inner_text()

    await server.start()
    running.system._bus_is_back()  # as it is told after any other end of the bus
    await expect(page.locator("#bus-away")).to_have_count(0)
    await page.goto(f"{console}/cases/{receipt.number}")
    await keys.choose("#reason", LookReason.SUPERVISION)
    await keys.press("#open button")
    assert applicant["name"] in await page.content()
    await family.page.reload()
    await expect(family.page.locator("#away")).to_have_count(0)
