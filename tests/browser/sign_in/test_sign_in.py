"""The first account of the console is made by its link, and signs out and in again: by keys alone."""

from pathlib import Path

import pytest

from tests.browser.conftest import Come
from tests.browser.meeting import meet
from tests.browser.staff import invite, join, sign_in
from tests.support.browser.keyboard import Keyboard
from tests.support.running_system import Start
from tests.support.worlds import one_family

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_first_account_from_its_link_to_the_second_sign_in(
    come: Come, start_once: Start, tmp_path: Path
) -> None:
    running = await start_once(one_family(tmp_path / "world")[0], console=True)
    console = running.address("console")
    keys = Keyboard(page := await come())
    who = await join(keys, console + await invite(running, "li", "李强"), "li", "李强", look=True)
    await meet(page, "console-home")
    await page.goto(f"{console}/account")
    await meet(page, "console-own-account")
    await keys.press(".signed-in button")
    await sign_in(keys, console, who, "000000")
    assert await page.locator("#errors").is_visible()
    await meet(page, "console-sign-in-wrong")
    await sign_in(keys, console, who, who.recovery[0], look=True)
    assert page.url == f"{console}/"
