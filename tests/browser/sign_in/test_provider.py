"""Somebody goes to the provider and comes back: another site, as a browser sees it, and cookies come along."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Page

from tests.browser.conftest import Come
from tests.browser.meeting import meet
from tests.browser.staff import invite, join
from tests.support.browser.keyboard import Keyboard
from tests.support.oidc_provider import CLIENT, SECRET, OidcProvider, running
from tests.support.running_system import Start
from tests.support.worlds import one_family

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_to_the_provider_and_back_and_the_second_factor_here(
    come: Come, start_once: Start, tmp_path: Path
) -> None:
    async with running(OidcProvider(subject="li at the bureau", asks=True)) as provider:
        given = {"ISSUER": provider.url, "CLIENT_ID": CLIENT, "CLIENT_SECRET": SECRET}
        settings = {f"LIANSHEN_CONSOLE_OIDC_{name}": value for name, value in given.items()}
        system = await start_once(one_family(tmp_path / "world")[0], console=True, **settings)
        console = system.address("console").replace("127.0.0.1", "localhost")
        keys = Keyboard(page := await come())
        await join(keys, console + await invite(system, "wang", "王敏"), "wang", "王敏")
        await signed_out(page)

        await page.goto(f"{console}/account")
        await meet(page, "console-sign-in-with-provider")
        await go_there_and_back(keys)
        assert await page.locator("h1").count() == 1
        assert provider.waiting == {}, "it was asked, and the code was used"
        await meet(page, "console-nobody-bound")

        link = await invite(system, "li", "李强", "officer", subject="li at the bureau")
        who = await join(keys, console + link, "li", "李强")
        await signed_out(page)
        await page.goto(f"{console}/account")
        await go_there_and_back(keys)
        await page.wait_for_url(f"{console}/sign-in/second")
        await meet(page, "console-second-after-provider")
        await keys.fill("#code", who.recovery[0])
        await keys.press("main form button:not([type=button])")
        assert page.url == f"{console}/account"
        assert "李强" in await page.locator("main").inner_text()


async def signed_out(page: Page) -> None:
    """Away from the page first: what it hears live would be answered with the way in."""
    await page.goto("about:blank")
    await page.context.clear_cookies(name=re.compile("console.*"))


async def go_there_and_back(keys: Keyboard) -> None:
    await keys.press("#provider")
    async with keys.page.expect_navigation():
        await keys.page.locator("#agree").click()
