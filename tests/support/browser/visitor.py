"""A person at a browser: how they look at pages, and everything that the browser complained about meanwhile."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote_plus, urlsplit

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    async_playwright,
    expect,
)

HOSTS = ("127.0.0.1", "localhost")
ARGUMENTS = (
    "--no-sandbox",
    "--no-proxy-server",
    # Nothing but this machine has an address.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    "--disable-dev-shm-usage",
    # Pictures are drawn by the processor either way; a process for a card that is not there only costs.
    "--disable-gpu",
    "--disable-extensions",
    "--disable-background-networking",
)
WITHIN = 30_000.0
"""Milliseconds that a page, or what is looked for or expected on it, may take on a machine that is slow and busy."""
expect.set_options(timeout=WITHIN)
OF_A_STATUS = "Failed to load resource: the server responded with a status of"
OF_A_STREAM = "[object Event]"
"""What htmx says when a stream has ended, as each of ours does after a while: the browser asks for it again."""


@dataclass(frozen=True)
class Look:
    """Of the screen and the settings of one person."""

    width: int = 1280
    height: int = 900
    dark: bool = False
    script: bool = True
    elder: bool = False
    language: str = "zh"
    also: tuple[str, ...] = ()
    """Addresses beside a page's own that its scripts may talk to, such as a card reader."""
    private: tuple[str, ...] = ()
    """What stands in no address: it would stay in histories and logs."""


PHONE = Look(width=360, height=740)


@dataclass
class Complaints:
    """What a browser said that it never says of a page in order."""

    look: Look
    found: list[str] = field(default_factory=list)

    def listen(self, context: BrowserContext) -> None:
        context.on("request", self._asked)
        context.on("response", self._answered)
        context.on("console", self._said)
        context.on("weberror", lambda error: self.found.append(f"an exception of a script: {error.error}"))

    def _asked(self, request: Request) -> None:
        """Every address is this machine's; what a page loads is of its own origin."""
        asked = urlsplit(request.url)
        if any(it in unquote_plus(request.url) for it in self.look.private):
            self.found.append(f"something private stands in an address of {asked.path}")
        if asked.scheme in ("data", "blob", "about", "file"):
            return
        if asked.hostname not in HOSTS:
            self.found.append(f"asked for elsewhere: {asked.scheme}://{asked.netloc}")
        elif not request.is_navigation_request():
            page = urlsplit(request.frame.url)
            own = (f"{page.scheme}://{page.netloc}", *self.look.also)
            if f"{asked.scheme}://{asked.netloc}" not in own:
                self.found.append(f"{page.path} loads from {asked.netloc}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            self.found.append(f"{response.status} for {urlsplit(response.url).path}")

    def _said(self, message: ConsoleMessage) -> None:
        # Of an answer's status the two above know more, of a stream's, too: a page may well be a 404.
        if message.type in ("error", "warning") and not message.text.startswith((OF_A_STATUS, OF_A_STREAM)):
            self.found.append(f"the console: {message.text}")


@asynccontextmanager
async def browser_of(program: Path) -> AsyncIterator[Browser]:
    """A browser without a window, which reaches nothing beyond this machine."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def watched(browser: Browser, look: Look) -> AsyncIterator[tuple[Page, Complaints]]:
    """A page of a person who was never here before, and what the browser complains about."""
    context = await browser.new_context(
        viewport={"width": look.width, "height": look.height},
        color_scheme="dark" if look.dark else "light",
        java_script_enabled=look.script,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
    )
    complaints = Complaints(look)
    try:
        chosen = {"lang": look.language, "elder": "on" if look.elder else "off"}
        await context.add_cookies(
            [
                {"name": name, "value": value, "domain": host, "path": "/"}
                for name, value in chosen.items()
                for host in HOSTS
            ]
        )
        context.set_default_timeout(WITHIN)
        complaints.listen(context)
        yield await context.new_page(), complaints
    finally:
        await context.close()


@asynccontextmanager
async def visitor(browser: Browser, look: Look) -> AsyncIterator[Page]:
    """Fails at the end if the browser had to complain."""
    async with watched(browser, look) as (page, complaints):
        yield page
    assert not complaints.found, "\n".join(complaints.found)
