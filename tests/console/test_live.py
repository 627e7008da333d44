"""A page hears that something moved, within its time; what it asks by itself keeps nobody signed in."""

import asyncio
import re
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from console.who import Role

from tests.console.log_of_a_day import the_log
from tests.support.console import Stage
from tests.support.console_views import NoBus, views_in


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    (tmp_path / "views").mkdir()
    clock = Stage(tmp_path).clock
    views = views_in(tmp_path / "views", clock, NoBus(the_log()[:100]))
    return Stage(tmp_path, more={"views": replace(views, live_for=1.0)}, clock=clock)


def events(text: str) -> list[tuple[str, str]]:
    return re.findall(r"event: (\w+)\nid: (\S+)\n", text)


async def test_it_says_what_moved_and_ends_within_its_time(stage: Stage) -> None:
    follower = stage.console.views.follower

    async def more() -> None:
        await asyncio.sleep(0.2)
        follower.projection.take(the_log()[100:120])
        await follower._note(away=False, moved=True)

    async with stage.browser(Role.VIEWER) as browser:
        begun = time.monotonic()
        reply, _ = await asyncio.gather(browser.get("/live"), more())
    assert reply.headers["content-type"].startswith("text/event-stream")
    first, last = the_log()[99].sequence, the_log()[119].sequence
    assert events(reply.text) == [("hello", f"{first}-0-0"), ("moved", f"{last}-0-0")]
    assert time.monotonic() - begun < 5


async def test_who_comes_again_hears_what_moved_meanwhile(stage: Stage) -> None:
    async with stage.browser(Role.VIEWER) as browser:
        behind = await browser.get("/live", headers={"last-event-id": "1-0-0"})
        assert events(behind.text)[0][0] == "moved"
        place = events(behind.text)[0][1]
        assert events((await browser.get("/live", headers={"last-event-id": place})).text)[0][0] == "hello"


async def test_that_the_bus_went_away_is_news(stage: Stage) -> None:
    follower = stage.console.views.follower
    here = follower.here
    told = asyncio.ensure_future(follower.moved_from(here, 5))
    await asyncio.sleep(0)
    await follower._note(away=True)
    assert await told
    assert not await follower.moved_from(follower.here, 0.01)


async def test_an_open_page_keeps_nobody_signed_in(stage: Stage) -> None:
    limit = stage.console.sessions.limits.idle
    async with stage.browser(Role.VIEWER) as browser:
        for _ in range(3):
            stage.clock.move(seconds=limit.total_seconds() * 0.4)
            await browser.get("/cases", headers={"hx-request": "true"})
            reply = await browser.get("/live")
        assert (reply.status_code, reply.headers["location"].partition("?")[0]) == (303, "/sign-in")
        reply = await browser.get("/live", headers={"accept": "text/event-stream"})
        assert (reply.status_code, reply.text) == (204, ""), "a browser takes no page for a stream, and complains"
    assert limit > timedelta()


async def test_only_a_page_that_was_asked_for_is_live(stage: Stage) -> None:
    async with stage.browser(*Role) as browser:
        listens = (await browser.get("/cases", params={"state": "review"})).text
        assert 'hx-get="/cases?state=review"' in listens
        assert 'id="live"' in listens
        number = the_log()[0].subject.split(".")[1]
        opened = await browser.post(f"/cases/{number}/open", data={"reason": "decide"})
        assert "sse-connect" not in opened.text
