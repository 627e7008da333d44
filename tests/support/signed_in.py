"""An account at the console of a running system, made by its link as a person makes it, and a terminal of theirs."""

import re
from dataclasses import dataclass

import httpx
import pyotp

from tests.support.up import Up

PASSWORD = "eine lange Reihe von Wörtern"


@dataclass
class Person:
    """Somebody who joined; each recovery code signs in once."""

    account: str
    recovery: list[str]

    async def login(self, running: Up) -> tuple[int, str, str]:
        return await running.cli("login", typed=f"{self.account}\n{PASSWORD}\n{self.recovery.pop()}\n")


async def joined(link: str, account: str, name: str) -> Person:
    """By the link of the first account, or of an account that was added."""
    address, _, token = link.strip().partition("/join/")
    form = {"token": token, "account": account, "name": name, "password": PASSWORD, "again": PASSWORD}
    async with httpx.AsyncClient(
        base_url=address, headers={"origin": address}, trust_env=False, follow_redirects=True
    ) as browser:
        page = await browser.post("/join", data=form)
        found = re.search(r'<code class="code">([A-Z2-7 ]+)</code>', page.text)
        assert found is not None, page.text
        page = await browser.post("/join/second", data={"code": pyotp.TOTP(found[1].replace(" ", "")).now()})
        codes = re.findall(r'<code class="code">([0-9A-Z-]{19})</code>', page.text)
    assert codes, page.text
    return Person(account, codes)
