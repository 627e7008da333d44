"""A security key is added and signs in, without a mouse, in a browser that has one of Chromium's own making."""

from pathlib import Path

import pytest
from playwright.async_api import Page

from tests.browser.conftest import Come
from tests.browser.meeting import meet
from tests.browser.staff import PASSWORD, invite, join
from tests.support.browser.keyboard import Keyboard
from tests.support.running_system import Start
from tests.support.worlds import one_family

pytestmark = pytest.mark.asyncio(loop_scope="module")
KEY = {
    "protocol": "ctap2",
    "transport": "usb",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


async def plug_in(page: Page) -> None:
    """Whoever sits there touches the key at once."""
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("WebAuthn.enable")
    await devtools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})


async def test_a_key_is_added_and_signs_in_and_the_authenticator_may_go(
    come: Come, start_once: Start, tmp_path: Path
) -> None:
    running = await start_once(one_family(tmp_path / "world")[0], console=True)
    elsewhere = running.address("console")
    console = elsewhere.replace("127.0.0.1", "localhost")
    keys = Keyboard(page := await come())
    await plug_in(page)
    who = await join(keys, console + await invite(running, "li", "李强"), "li", "李强")

    await page.goto(f"{elsewhere}/sign-in")
    assert await page.locator("#keys-elsewhere a").get_attribute("href") == console
    await meet(page, "console-keys-work-elsewhere")

    await page.goto(f"{console}/account")
    await keys.pick("#do-add")
    await keys.fill("#password", PASSWORD)
    await keys.fill("#code", who.recovery[0])
    await keys.press("main form button:not([type=button])")
    await keys.fill("#name", "桌上的密钥")
    await meet(page, "console-new-key")
    await keys.press("#make")
    assert page.url == f"{console}/account"
    assert "桌上的密钥" in await page.locator("#factors").inner_text()
    await meet(page, "console-own-account-with-key")

    await keys.press(".signed-in button")
    await sign_in_with_key(keys, "li", "not the password at all")
    assert await page.locator("#errors").is_visible()
    await sign_in_with_key(keys, "li", PASSWORD)
    assert page.url == f"{console}/"

    await page.goto(f"{console}/account")
    await keys.pick("#do-authenticator")
    await keys.fill("#password", PASSWORD)
    await keys.press("#with-key")
    assert await page.locator("#factors li").count() == 1
    await keys.press(".signed-in button")
    await sign_in_with_key(keys, "li", PASSWORD)
    assert page.url == f"{console}/"


async def sign_in_with_key(keys: Keyboard, account: str, password: str) -> None:
    await keys.fill("#account", account)
    await keys.fill("#password", password)
    await keys.press("#with-key")
