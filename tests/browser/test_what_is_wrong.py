"""Operations look: three clicks from the first page to a slow department by a trace; a dead letter is tried again."""

import pytest
import pytest_asyncio

from chassis.bus import Bus
from chassis.clock import WALL
from chassis.log.dead_letters import bury, open_letters
from contracts.case.states import State
from contracts.events import ApplicationAccepted
from lianshen.demo.synthetic_world import make_crowd
from tests.browser.at_the_kiosk import Receipt
from tests.browser.conftest import Come
from tests.browser.families import in_state, posted
from tests.browser.meeting import meet
from tests.browser.staff import Account, invite, join, sign_in
from tests.support.browser.keyboard import Keyboard
from tests.support.running_system import Running, Start
from tests.support.worlds import form_in

pytestmark = pytest.mark.asyncio(loop_scope="module")
SLOW = "tax"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(start_once: Start, tmp_path_factory: pytest.TempPathFactory) -> Running:
    world = make_crowd(tmp_path_factory.mktemp("world"), 1)
    (faults := world / "faults.toml").write_text(f"[{SLOW}]\nlatency = [2.0, 2.0]\n")
    return await start_once(world, faults=faults, console=True)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def receipt(running: Running) -> Receipt:
    """Of a family whose case waited for the slow one."""
    assert running.system.world is not None
    receipt = await posted(running, form_in(running.system.world, 0))
    await in_state(running, receipt.number, State.POOL_CONFIRMED)
    return receipt


@pytest_asyncio.fixture(loop_scope="module")
async def operations(come: Come, running: Running, receipt: Receipt) -> Keyboard:
    """Signed in; the account is made by whoever comes first."""
    keys, console = Keyboard(await come()), running.address("console")
    if not ACCOUNTS:
        ACCOUNTS.append(await join(keys, console + await invite(running, "he", "何平"), "he", "何平"))
    else:
        await sign_in(keys, console, ACCOUNTS[0], ACCOUNTS[0].recovery[0])
    return keys


ACCOUNTS: list[Account] = []


async def test_three_clicks_from_the_first_page_to_the_slow_department(operations: Keyboard, receipt: Receipt) -> None:
    page = operations.page
    await operations.press(".menu a[href='/cases']")
    await meet(page, "console-cases")
    await operations.press(f"#cases a[href='/cases/{receipt.number}']")
    await meet(page, "console-trace")
    longest = await page.evaluate(
        """() => {
            const bars = [...document.querySelectorAll('#waterfall .bar')].slice(0, 7);
            const wide = bars.sort((a, b) => b.width.baseVal.value - a.width.baseVal.value)[0];
            return wide.previousElementSibling.textContent;
        }"""
    )
    assert longest == "税务"
    step = f"#spans summary:has-text('ask {SLOW}')"
    await operations.to(step)
    await page.keyboard.press("Enter")
    await page.locator(f"#spans details[open] dd:has-text('{SLOW}')").first.wait_for()


async def test_a_dead_letter_is_tried_again_and_gone(running: Running, receipt: Receipt, operations: Keyboard) -> None:
    bus = await Bus.connect(running.system.url, "test", running.system.data_dir.group_seed("decisions"))
    running.others.append(bus)
    sequence = await accepted_at(running, receipt.number)
    await bury(bus.nc, "CASES", "notify", sequence, 5, "the template was missing", WALL.now())

    page = operations.page
    await page.goto(f"{running.address('console')}/now")
    await meet(page, "console-now")
    await operations.press(f"#letter-notify-{sequence} button")
    await page.locator("#no-letters").wait_for()
    await meet(page, "console-now-mended")
    assert await open_letters(running.nc) == []


async def accepted_at(running: Running, number: str) -> int:
    """Where in the log it stands that the case was accepted."""
    events = await running.history.of(number)
    return next(it.sequence for it in events if isinstance(it.event, ApplicationAccepted))
