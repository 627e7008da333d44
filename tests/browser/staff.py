"""Staff at the console: the link of a new account is taken, and whoever has one signs in; by keys alone."""

from dataclasses import dataclass

import pyotp

from chassis.commands import call
from tests.browser.meeting import meet
from tests.support.browser.keyboard import Keyboard
from tests.support.running_system import Running

PASSWORD = "correct horse battery staple"


@dataclass(frozen=True)
class Account:
    """What a member of staff knows of their own account."""

    account: str
    name: str
    seed: str
    recovery: tuple[str, ...]
    password: str = PASSWORD


async def invite(running: Running, account: str, name: str, *roles: str, subject: str | None = None) -> str:
    """The path of a link for somebody new, or for the first one where no roles are given."""
    request = {"by": "the test", "account": account, "name": name, "roles": roles, "subject": subject}
    verb, given = ("staff-add", request) if roles else ("staff-first", {})
    return str((await call(running.nc, "console", verb, given))["path"])


async def join(keys: Keyboard, link: str, account: str, name: str, look: bool = False) -> Account:
    """Takes a link: own password, own second factor, recovery codes; signed in at the end."""
    page = keys.page
    await page.goto(link)
    if await page.locator("#account").count():
        await keys.fill("#account", account)
        await keys.fill("#name", name)
    await keys.fill("#password", PASSWORD)
    await keys.fill("#again", PASSWORD)
    await _met(keys, "console-join", look)
    await keys.press("main form button")
    seed = await page.locator("code").inner_text()
    await keys.fill("#code", pyotp.TOTP(seed.replace(" ", "")).now())
    await _met(keys, "console-second-factor", look)
    await keys.press("main form button")
    recovery = tuple(await page.locator("li code").all_inner_texts())
    await _met(keys, "console-recovery-codes", look)
    await keys.press("main form button")
    return Account(account, name, seed.replace(" ", ""), recovery)


async def sign_in(keys: Keyboard, console: str, who: Account, code: str, look: bool = False) -> None:
    """`code` of the authenticator, or one of the recovery codes: each counts once."""
    await keys.page.goto(console)
    await keys.fill("#account", who.account)
    await keys.fill("#password", who.password)
    await keys.fill("#code", code)
    await _met(keys, "console-sign-in", look)
    await keys.press("main form button")


async def _met(keys: Keyboard, name: str, look: bool) -> None:
    if look:
        await meet(keys.page, name)
