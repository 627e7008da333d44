"""What only the kiosk's screen does: it reads a card, survives a bad line, prints one sheet, and clears itself."""

import threading
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from intake.kiosk.receipt import in_the_code
from intake.kiosk.site import build_kiosk
from intake.settings import IntakeSettings
from playwright.async_api import Browser, Route, expect

from chassis.clock import WALL
from contracts.application import ApplicationForm
from examples.card_reader.card_reader import Reader, serve
from lianshen.demo.synthetic_world import make_crowd
from tests.browser.at_the_kiosk import apply, fill_in
from tests.browser.conftest import Come
from tests.browser.kit.site import served
from tests.kiosk.at_the_kiosk import Kiosk, StillClock, on_monday, screens_of
from tests.kiosk.test_card_reader import CARDS
from tests.support.browser.keyboard import Keyboard
from tests.support.browser.measures import sheets
from tests.support.browser.visitor import Look, watched
from tests.support.command_line import ROOT
from tests.support.running_system import Running, Start
from tests.support.worlds import form_in

pytestmark = pytest.mark.asyncio(loop_scope="module")
IDLE = 3
"""Seconds that a receipt stands."""


@pytest.fixture(scope="module")
def reader() -> Iterator[str]:
    server = serve("", str(ROOT / CARDS), 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(start_once: Start, reader: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    world = make_crowd(tmp_path_factory.mktemp("world"), 2)
    running = await start_once(world, LIANSHEN_INTAKE_KIOSK_CARD_READER=reader)
    Reader.origin = running.address("kiosk")
    yield running


def form(running: Running, n: int) -> ApplicationForm:
    assert running.system.world is not None
    return ApplicationForm.model_validate(form_in(running.system.world, n))


async def test_a_card_fills_in_name_and_number(come: Come, running: Running, reader: str) -> None:
    page = await come(Look(also=(reader,)))
    keys = Keyboard(page)
    await page.goto(running.address("kiosk"))
    await keys.press("#begin")
    await page.goto(f"{running.address('kiosk')}/applicant")
    await keys.to("#applicant-card")
    await page.keyboard.press("Enter")
    await expect(page.locator("#applicant-name")).to_have_value("王建国")
    await expect(page.locator("#applicant-id_number")).to_have_value("150303198803126067")
    await expect(page.locator("#applicant-id_number-live")).to_have_class("live good")


async def test_an_answer_that_is_lost_on_the_way_is_asked_for_again_and_opens_one_case(
    browser: Browser, running: Running
) -> None:
    lost: list[str] = []

    async def lose(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append((await route.fetch(max_redirects=0)).headers["location"])
            await route.abort()
        else:
            await route.continue_()

    async with watched(browser, Look()) as (page, complaints):
        keys = Keyboard(page)
        await fill_in(keys, running.address("kiosk"), form(running, 0))
        await page.route("**/check", lose)
        await keys.press("#submit")
        await expect(page.locator("#receipt")).to_be_visible()
        number = await page.locator("#number").inner_text()
        assert await page.evaluate("sessionStorage.length") == 0
        assert await sheets(page) == 1
    assert lost == ["/receipt"]
    assert [it for it in complaints.found if "net::ERR_FAILED" not in it] == []
    await running.tail.read()
    assert list(running.tail.cases) == [number]


async def test_a_screen_that_nobody_touches_forgets_whoever_was_there(come: Come, running: Running) -> None:
    page = await come()
    keys = Keyboard(page)
    await page.clock.install()
    await fill_in(keys, running.address("kiosk"), whole := form(running, 1))
    assert whole.applicant.name in await page.content()
    await page.clock.run_for(151_000)
    await expect(page.locator("#idle")).to_be_visible()
    await page.clock.run_for(30_000)
    await page.wait_for_url("**/cleared")
    for _ in range(3):
        await page.go_back()
        assert whole.applicant.name not in await page.content()
        assert page.url.endswith("/cleared")


async def test_the_sheet_of_who_has_most_to_hand_in_is_one(come: Come, running: Running) -> None:
    keys = Keyboard(page := await come(Look(language="en")))
    poor = form(running, 1).model_copy(update={"documents": (), "consents": ()})
    await apply(keys, running.address("kiosk"), poor, look=False)
    assert await page.locator("#reasons li").count() >= 6
    assert await sheets(page) == 1


async def test_the_code_of_the_sheet_opens_the_familys_page_and_leaves_nothing_in_its_address(
    come: Come, running: Running
) -> None:
    keys = Keyboard(page := await come())
    receipt = await apply(keys, running.address("kiosk"), form(running, 1), look=False)
    code = in_the_code(receipt.number, receipt.secret.replace("-", ""), f"{running.address('family')}/")
    keys = Keyboard(phone := await come(Look(width=360, height=740)))
    await phone.goto(code)
    await phone.wait_for_url(f"{running.address('family')}/")
    await keys.press("#enter")
    await phone.wait_for_url("**/case")
    await phone.goto(f"{running.address('family')}/#{code.partition('#')[2]}")
    await phone.wait_for_url(f"{running.address('family')}/case")  # nor where somebody is signed in already
    assert await page.locator("#number").inner_text() == receipt.number


async def test_without_a_script_a_family_applies_and_the_screen_clears_itself(browser: Browser) -> None:
    """Its receipt stands at a second address, too, with an idle time that is shorter than any setting may make it."""
    kiosk = Kiosk(clock=StillClock(WALL.now()))
    short = IntakeSettings().model_copy(update={"intake_kiosk_idle_seconds": IDLE})
    soon = build_kiosk(kiosk.reception, short, kiosk.intake.texts, kiosk.visits)
    async with (
        served(kiosk.app) as address,
        served(soon) as cleared_soon,
        watched(browser, Look(script=False)) as (page, complaints),
    ):
        await page.goto(address)
        async with page.expect_navigation():
            await page.click("#begin")
        for fields in screens_of(on_monday()).values():
            for name, value in fields.items():
                if not await page.locator(f'[name="{name}"]').count():
                    async with page.expect_navigation():
                        await page.click("#add")
                for one in [value] if isinstance(value, str) else value:
                    kind = await page.locator(f'[name="{name}"]').first.get_attribute("type")
                    if kind in ("radio", "checkbox"):
                        await page.check(f'[name="{name}"][value="{one}"]')
                    elif kind != "hidden":
                        await page.fill(f'[name="{name}"]', one)
            async with page.expect_navigation():
                await page.click("#continue")
        async with page.expect_navigation(url="**/receipt"):
            await page.click("#submit")
        assert len(kiosk.intake.memory.cases) == 1
        await page.goto(f"{cleared_soon}/receipt")
        await page.wait_for_url("**/cleared")
        assert kiosk.visits._open == {}
        await page.go_back()
        assert page.url == f"{cleared_soon}/cleared"
    assert complaints.found == []
