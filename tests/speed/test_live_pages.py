"""Fifty live pages that nothing happens on cost less than a tenth of a core."""

import asyncio
import time
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from console.who import Role

from chassis.log.stored import Stored
from tests.browser.kit.site import served
from tests.console.log_of_a_day import the_log
from tests.support.console import Stage
from tests.support.console_views import NoBus, views_in

PAGES = 50
SECONDS = 3.0
MOST = 0.1
"""Of one core, with what the fifty who listen cost in this process."""


@dataclass
class Quiet:
    """A log on which nothing is written."""

    log: tuple[Stored, ...]

    async def after(self, sequence: int, subjects: str, most: int) -> list[Stored]:
        return [one for one in self.log[-1:] if one.sequence > sequence]


async def test_fifty_of_them_at_rest(tmp_path: Path) -> None:
    (tmp_path / "views").mkdir()
    clock = Stage(tmp_path).clock
    views = replace(views_in(tmp_path / "views", clock, NoBus(the_log())), live_for=45.0)
    views.follower.history = Quiet(the_log())  # type: ignore[assignment]
    stage = Stage(tmp_path, more={"views": views}, clock=clock)
    following = asyncio.create_task(views.follower.run())
    async with served(stage.app) as address, AsyncExitStack() as stack, stage.browser(Role.VIEWER) as browser:
        cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        for _ in range(PAGES):
            writer = await _listener(address, cookie)
            stack.callback(writer.close)
        begun = time.process_time()
        await asyncio.sleep(SECONDS)
        share = (time.process_time() - begun) / SECONDS
    following.cancel()
    with suppress(asyncio.CancelledError):
        await following
    print(f"{PAGES} live pages at rest: {share:.2%} of a core")
    assert share < MOST


async def _listener(address: str, cookie: str) -> asyncio.StreamWriter:
    """Returns once the first event has come."""
    host, _, port = address.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"GET /live HTTP/1.1\r\nhost: {host}:{port}\r\ncookie: {cookie}\r\n\r\n".encode())
    said = await asyncio.wait_for(reader.readuntil(b"event: hello"), 10)
    assert said.startswith(b"HTTP/1.1 200"), said
    return writer
