"""Every page that can be asked for, on a phone in the dark and in large text; a glance in English; with pictures."""

import pytest
import pytest_asyncio
from console.app import ROUTES as OF_THE_CONSOLE
from console.route import OPEN
from console.who import Role
from intake.family.app import ROUTES as OF_THE_FAMILY
from intake.kiosk.screens import SCREENS

from contracts.case.states import State
from lianshen.demo.synthetic_world import make_crowd
from tests.browser.at_the_kiosk import Receipt
from tests.browser.conftest import Come
from tests.browser.families import in_state, posted, sign_in
from tests.browser.meeting import glance, meet
from tests.browser.staff import invite, join
from tests.support.browser.keyboard import Keyboard
from tests.support.browser.visitor import Look
from tests.support.running_system import Running, Start
from tests.support.worlds import form_in

pytestmark = pytest.mark.asyncio(loop_scope="module")
LOOKS = {
    "English": Look(language="en"),
    "phone, dark, large": Look(width=360, height=740, dark=True, elder=True),
}
MET = {"English": glance, "phone, dark, large": meet}
FILES = (".csv", ".json", ".ics", ".xlsx", ".toml")
LEFT_OUT = ("/live", "/causes/{whom}/{turn}")
"""A stream; and a cause that this world has not, at which test_one_cause looks."""
FAMILY = [it.path for it in OF_THE_FAMILY if it.method == "GET" and not it.path.endswith(FILES)]

CONSOLE = [
    it.path
    for it in OF_THE_CONSOLE
    if it.method == "GET"
    and it.roles is not OPEN
    and not it.path.endswith(FILES)
    and it.path not in LEFT_OUT
    # This world has no project: journeys of their own meet those pages.
    and not {"{project}", "{home}"} & {*it.path.split("/")}
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(start_once: Start, tmp_path_factory: pytest.TempPathFactory) -> Running:
    world = make_crowd(tmp_path_factory.mktemp("world"), 1)
    return await start_once(world, console=True, LIANSHEN_DRILL_PUBLICITY_SECONDS="600")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def receipt(running: Running) -> Receipt:
    """Of a family on the public list."""
    assert running.system.world is not None
    receipt = await posted(running, form_in(running.system.world, 0))
    await in_state(running, receipt.number, State.IN_PUBLICITY)
    return receipt


@pytest.mark.parametrize("name", LOOKS)
async def test_of_the_kiosk(come: Come, running: Running, name: str) -> None:
    page = await come(LOOKS[name])
    await page.goto(running.address("kiosk"))
    await MET[name](page, f"{name}: kiosk-start")
    async with page.expect_navigation():
        await page.locator("#begin").click()
    for path in (*(screen.path for screen in SCREENS), "/check", "/cleared"):
        await page.goto(running.address("kiosk") + path)
        await MET[name](page, f"{name}: kiosk{path.replace('/', '-')}")


@pytest.mark.parametrize("name", LOOKS)
async def test_of_the_family(come: Come, running: Running, receipt: Receipt, name: str) -> None:
    page = await come(LOOKS[name])
    await sign_in(Keyboard(page), running.address("family"), receipt)
    for path in FAMILY:
        await page.goto(running.address("family") + path)
        await MET[name](page, f"{name}: family{path.replace('/', '-')}")


@pytest.mark.parametrize("name", LOOKS)
async def test_of_the_board(come: Come, running: Running, receipt: Receipt, name: str) -> None:
    page = await come(LOOKS[name])
    entry = f"/entries/{receipt.number}"
    for at, path in enumerate(("/", "/projects/HN-2026-01", "/draws", entry, f"{entry}/objection")):
        await page.goto(running.address("board") + path)
        await MET[name](page, f"{name}: board-{at}")


@pytest.mark.parametrize("name", LOOKS)
async def test_of_the_console(come: Come, running: Running, receipt: Receipt, name: str) -> None:
    page = await come(LOOKS[name])
    console = running.address("console")
    who = f"li-{list(LOOKS).index(name)}"
    link = await invite(running, who, f"李 {who}", *Role)
    await join(Keyboard(page), console + link, who, who)
    for path in CONSOLE:
        await page.goto(console + path.replace("{application}", receipt.number))
        await MET[name](page, f"{name}: console{path.replace('/', '-')}")
