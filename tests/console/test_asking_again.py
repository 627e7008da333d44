"""A department is the cause: its questions of the cases that were listed are sent again, each with its result."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from console.who import Role

from tests.console.log_of_a_day import the_cases, the_log
from tests.support.console import Stage
from tests.support.console_views import NoBus, views_in

DEPARTMENT = "real-estate"
CAUSE = f"/causes/{DEPARTMENT}/answers"
WAITING = {
    number
    for number, case in the_cases().items()
    if DEPARTMENT in case.waiting_for and (DEPARTMENT, case.round) not in case.deferred
}


def as_it_is(**changes: Any) -> dict[str, Any]:
    usual = {"department": DEPARTMENT, "attached_by": "http", "not_asked_because": None, "breaker_open": False}
    return {"departments": [{**usual, "paused": None, **changes}]}


@pytest.fixture
def bus() -> NoBus:
    return NoBus(the_log(), answers={"departments": as_it_is(), "ask-now": {"result": "answered"}})


@pytest.fixture
def stage(tmp_path: Path, bus: NoBus) -> Stage:
    (tmp_path / "views").mkdir()
    clock = Stage(tmp_path).clock
    return Stage(tmp_path, more={"views": views_in(tmp_path / "views", clock, bus)}, clock=clock)


@pytest.fixture
async def operator(stage: Stage) -> AsyncIterator[httpx.AsyncClient]:
    async with stage.browser(Role.OPERATIONS) as browser:
        yield browser


def found(name: str, page: httpx.Response) -> list[str]:
    return re.findall(rf'name="{name}" value="([^"]+)"', page.text)


async def tried(browser: httpx.AsyncClient) -> httpx.Response:
    selected = found("selected", await browser.get(CAUSE))
    assert {one.partition("@")[0] for one in selected} == WAITING
    return await browser.post(f"{CAUSE}/try", data={"selected": selected})


def asked_again(bus: NoBus) -> list[dict[str, Any]]:
    return [asked for _, verb, asked in bus.sent if verb == "ask-now"]


@pytest.mark.parametrize(
    ("said", "good"),
    [("answered", True), ("deferred", True), ("on_its_way", True), ("waits", True)]
    + [(said, False) for said in ("silent", "no_answer", "not_believed", "left_alone")],
)
async def test_each_question_is_sent_once_after_the_preview_and_has_its_result(
    bus: NoBus, operator: httpx.AsyncClient, said: str, good: bool
) -> None:
    bus.answers["ask-now"] = {"result": said}
    preview = await tried(operator)
    assert asked_again(bus) == []
    data = {"selected": found("selected", preview), "mark": found("mark", preview)[0]}
    done = await operator.post(f"{CAUSE}/do", data=data)
    assert done.text.count(f'class="mark {"good" if good else "bad"}"') == len(WAITING)
    rounds = {number: the_cases()[number].round for number in WAITING}
    wanted = [{"application": one, "department": DEPARTMENT, "round": rounds[one]} for one in sorted(WAITING)]
    assert sorted(asked_again(bus), key=lambda one: str(one["application"])) == wanted


@pytest.mark.parametrize(
    "state", [{"attached_by": "clerk"}, {"not_asked_because": "paused: maintenance", "paused": "maintenance"}, None]
)
async def test_where_it_may_not_be_asked_the_preview_says_so_and_nothing_can_be_done(
    bus: NoBus, operator: httpx.AsyncClient, state: dict[str, Any] | None
) -> None:
    bus.answers["departments"] = {"departments": []} if state is None else as_it_is(**state)
    preview = await tried(operator)
    assert (found("selected", preview), 'id="do"' in preview.text) == ([], False)


async def test_a_department_that_is_left_alone_is_probed_by_one_question_and_that_is_said(
    bus: NoBus, operator: httpx.AsyncClient
) -> None:
    bus.answers["departments"] = as_it_is(breaker_open=True)
    assert "先发一个查询试探" in (await tried(operator)).text


async def test_what_was_never_shown_is_never_asked(bus: NoBus, operator: httpx.AsyncClient) -> None:
    selected = [f"{number}@{the_cases()[number].sequence}" for number in WAITING]
    reply = await operator.post(f"{CAUSE}/do", data={"selected": selected})
    assert (reply.status_code, asked_again(bus)) == (409, [])


async def test_operations_do_not_decide_and_viewers_do_neither(stage: Stage, operator: httpx.AsyncClient) -> None:
    assert 'id="try"' not in (await operator.get("/causes/officer/reviews")).text
    reply = await operator.post("/causes/officer/reviews/try", data={"selected": "x", "reason": "x"})
    assert reply.status_code == 403
    async with stage.browser(Role.VIEWER) as viewer:
        assert 'id="try"' not in (await viewer.get(CAUSE)).text
