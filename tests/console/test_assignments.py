"""An officer is on a case until a day: colleagues see it, its alarm is silent, and nothing is decided by it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from console.assignments import Assignments
from console.projection.untaken import oldest_untaken, show
from console.who import Role, SignedIn

from chassis.telemetry.metrics import OLDEST_UNTAKEN
from contracts.case.states import State
from tests.console.log_of_a_day import the_cases, the_log
from tests.support.console import Stage
from tests.support.console_views import NoBus, views_in

REVIEWS = sorted(number for number, case in the_cases().items() if case.state is State.REVIEW)
NUMBER = REVIEWS[0]
AT_REST = next(number for number, case in the_cases().items() if case.state is State.REFUSED)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    (tmp_path / "views").mkdir()
    clock = Stage(tmp_path).clock
    views = views_in(tmp_path / "views", clock, NoBus(the_log()))
    return Stage(tmp_path, more={"views": views}, clock=clock)


@pytest.fixture
async def wang(stage: Stage) -> AsyncIterator[httpx.AsyncClient]:
    async with stage.browser(Role.OFFICER, account="wang", name="王审核") as browser:
        yield browser


@pytest.fixture
async def zhao(stage: Stage) -> AsyncIterator[httpx.AsyncClient]:
    async with stage.browser(Role.HEAD, account="zhao", name="赵局长") as browser:
        yield browser


async def take(browser: httpx.AsyncClient, number: str = NUMBER, until: str = "2026-12-01") -> int:
    return (await browser.post(f"/cases/{number}/take", data={"until": until})).status_code


async def test_everybody_sees_who_is_on_it_and_until_when(
    stage: Stage, wang: httpx.AsyncClient, zhao: httpx.AsyncClient
) -> None:
    assert 'id="take"' in (await wang.get(f"/cases/{NUMBER}")).text
    assert await take(wang) == 303
    said = "王审核 正在办理，至 2026-12-01 18:00"
    for browser in (wang, zhao):
        assert said in (await browser.get("/desk")).text
        assert said in (await browser.get(f"/cases/{NUMBER}")).text
    mine, theirs = (await wang.get("/desk")).text, (await zhao.get("/desk")).text
    assert 'id="with-others"' not in mine
    assert NUMBER not in theirs.partition('id="with-others"')[0]
    assert NUMBER in theirs.partition('id="with-others"')[2]
    assert stage.looks == []


async def test_one_click_gives_it_back_and_only_their_own(wang: httpx.AsyncClient, zhao: httpx.AsyncClient) -> None:
    await take(wang)
    assert 'id="give-back"' not in (await zhao.get(f"/cases/{NUMBER}")).text
    await zhao.post(f"/cases/{NUMBER}/give-back", data={"back": "yes"})
    assert await take(zhao) == 409
    assert 'id="give-back"' in (await wang.get(f"/cases/{NUMBER}")).text
    await wang.post(f"/cases/{NUMBER}/give-back", data={"back": "yes"})
    assert await take(zhao) == 303


async def test_it_ends_by_itself_at_close_of_business(stage: Stage) -> None:
    stage.clock.move(minutes=50)
    async with (
        stage.browser(Role.OFFICER, account="wang", name="王审核") as wang,
        stage.browser(Role.OFFICER, account="zhao", name="赵复核") as zhao,
    ):
        assert await take(wang, until="2026-11-28") == 303
        stage.clock.move(minutes=9)
        assert 'id="held-by"' in (await zhao.get(f"/cases/{NUMBER}")).text
        stage.clock.move(minutes=2)
        assert 'id="held-by"' not in (await zhao.get(f"/cases/{NUMBER}")).text
        assert await take(zhao) == 303


@pytest.mark.parametrize(
    ("number", "until", "status"),
    [(NUMBER, day, 422) for day in ("", "2026-11-27", "2026-12-13", "tomorrow")]
    + [("YZ713-7XHRH-9G8MR-Q8WXW-RWRD8-E", "2026-12-01", 404)],
)
async def test_only_a_day_within_two_weeks(wang: httpx.AsyncClient, number: str, until: str, status: int) -> None:
    assert await take(wang, number, until) == status


async def test_nobody_is_offered_what_waits_for_no_officer(stage: Stage, wang: httpx.AsyncClient) -> None:
    assert 'id="take"' not in (await wang.get(f"/cases/{AT_REST}")).text
    async with stage.browser(Role.VIEWER) as viewer:
        assert 'id="take"' not in (await viewer.get(f"/cases/{NUMBER}")).text


def age(state: State) -> float:
    return float(OLDEST_UNTAKEN.labels(state)._value.get())


async def test_its_alarm_is_silent_until_then(stage: Stage, wang: httpx.AsyncClient) -> None:
    views = stage.console.views
    show(views.follower, views.assignments, stage.clock.now())
    before = age(State.REVIEW)
    assert before > 0
    for number in REVIEWS:
        await take(wang, number)
    show(views.follower, views.assignments, stage.clock.now())
    assert age(State.REVIEW) == 0
    stage.clock.move(days=4)
    show(views.follower, views.assignments, stage.clock.now())
    assert age(State.REVIEW) > before


def test_the_oldest_that_nobody_is_on(stage: Stage) -> None:
    projection = stage.console.views.projection
    since = [oldest_untaken(projection, REVIEWS[:n], State.REVIEW) for n in range(len(REVIEWS) + 1)]
    assert since[-1] is None
    assert None not in since[:-1]


def test_who_was_on_what_stays_on_record_and_outlives_a_restart(tmp_path: Path, stage: Stage) -> None:
    who, now = SignedIn("wang", "王审核", frozenset({Role.OFFICER})), stage.clock.now()
    assignments = Assignments(tmp_path / "assignments.sqlite")
    assignments.take(NUMBER, who, now, now + timedelta(days=1))
    assignments.take(NUMBER, who, now, now + timedelta(days=3))
    assignments.close()
    assignments = Assignments(tmp_path / "assignments.sqlite")
    held = assignments.of(NUMBER, now + timedelta(days=2))
    assert held is not None
    assert (held.by, held.ends) == ("王审核", now + timedelta(days=3))
    assert assignments._db.execute("SELECT count(*) FROM assignments").fetchone() == (2,)
