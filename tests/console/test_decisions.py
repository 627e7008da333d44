"""Nobody decides about what was not shown, and nothing that a person types breaks a page."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from console.who import Role

from contracts.case.case import NotAllowed
from contracts.case.states import State
from procedures.hainan_2025.determination import confirm
from tests.console.log_of_a_day import the_cases, the_log
from tests.support.console import Stage, StoppedClock
from tests.support.console_views import NoBus, views_in

REVIEW = next(case for case in the_cases().values() if case.state is State.REVIEW)
DECIDE, CAUSE = f"/cases/{REVIEW.application}/decide", "/causes/officer/reviews"
WISH = {"outcome": "ineligible", "reason": "核实后确认", "sequence": str(REVIEW.sequence)}
SELECTED = f"{REVIEW.application}@{REVIEW.sequence}"


@pytest.fixture
def bus() -> NoBus:
    return NoBus(the_log(), answers={"confirm": {}, "reverify": {}})


@pytest.fixture
async def officer(tmp_path: Path, bus: NoBus) -> AsyncIterator[httpx.AsyncClient]:
    (tmp_path / "views").mkdir()
    clock = StoppedClock()
    stage = Stage(tmp_path, more={"views": views_in(tmp_path / "views", clock, bus)}, clock=clock)
    async with stage.browser(Role.OFFICER, name="王审核") as browser:
        yield browser


# --- a decision rests on what was seen -------------------------------------------------------------------------------


@pytest.mark.parametrize("sequence", ["", "1", str(REVIEW.sequence + 1), "x"])
@pytest.mark.parametrize("sure", [{}, {"sure": "yes"}])
async def test_what_moved_since_it_was_shown_is_shown_again_and_not_decided(
    bus: NoBus, officer: httpx.AsyncClient, sequence: str, sure: dict[str, str]
) -> None:
    reply = await officer.post(DECIDE, data={**WISH, **sure, "sequence": sequence})
    assert (reply.status_code, bus.sent) == (409, [])
    assert f'name="sequence" value="{REVIEW.sequence}"' in reply.text
    assert 'id="decide-now"' not in reply.text


async def test_the_page_and_the_preview_carry_what_was_shown(officer: httpx.AsyncClient) -> None:
    for path, data in ((f"/cases/{REVIEW.application}/open", {"reason": "decide"}), (DECIDE, WISH)):
        assert f'name="sequence" value="{REVIEW.sequence}"' in (await officer.post(path, data=data)).text


def test_a_round_that_began_meanwhile_is_not_confirmed_unseen() -> None:
    now = StoppedClock().now()
    assert confirm(REVIEW, "eligible", "x", "王审核", now, REVIEW.round).round == REVIEW.round
    with pytest.raises(NotAllowed, match=f"round {REVIEW.round}"):
        confirm(REVIEW, "eligible", "x", "王审核", now, REVIEW.round + 1)


# --- what people type ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sure", [{}, {"sure": "yes"}])
@pytest.mark.parametrize("reason", ["长" * 2001, "\u200b", "\x00"])
async def test_a_reason_that_no_event_can_hold_is_said_at_its_field(
    bus: NoBus, officer: httpx.AsyncClient, reason: str, sure: dict[str, str]
) -> None:
    reply = await officer.post(DECIDE, data={**WISH, **sure, "reason": reason})
    assert (reply.status_code, bus.sent) == (422, [])
    assert 'href="#why"' in reply.text
    assert (await officer.post(f"{CAUSE}/try", data={"selected": SELECTED, "reason": reason})).status_code == 400


async def test_as_much_as_the_field_takes_is_taken(bus: NoBus, officer: httpx.AsyncClient) -> None:
    lines = "\r\n".join(["因" * 9] * 200)
    wish = {**WISH, "reason": lines}
    wish["mark"] = re.findall(r'name="mark" value="(.+?)"', (await officer.post(DECIDE, data=wish)).text)[0]
    assert (await officer.post(DECIDE, data={**wish, "sure": "yes"})).status_code == 303
    assert len(bus.sent[0][2]["reason"]) == 1999


@pytest.mark.parametrize("n", ["9" * 5000, "0", "-1", "1", "x"])
async def test_an_objection_that_nobody_raised_is_not_there(bus: NoBus, officer: httpx.AsyncClient, n: str) -> None:
    reply = await officer.post(DECIDE, data={**WISH, "n": n, "outcome": "dismissed", "sure": "yes"})
    assert (reply.status_code, bus.sent) == (404, [])


# --- one action for a selection --------------------------------------------------------------------------------------


@pytest.mark.parametrize("selected", ["*@1", ">@1", REVIEW.application, f"{SELECTED}x", f"{SELECTED}{'9' * 5000}"])
@pytest.mark.parametrize("act", ["try", "do"])
async def test_nothing_but_a_number_is_selected(
    bus: NoBus, officer: httpx.AsyncClient, selected: str, act: str
) -> None:
    reply = await officer.post(f"{CAUSE}/{act}", data={"selected": [SELECTED, selected], "reason": "x"})
    assert (reply.status_code, bus.sent) == (400, [])


@pytest.mark.parametrize(
    "cause", ["officer/decides_objection", "tax/answers_later", "nobody/answers", "officer/none_such"]
)
async def test_only_causes_that_one_action_may_end_have_one(
    bus: NoBus, officer: httpx.AsyncClient, cause: str
) -> None:
    for act in ("try", "do"):
        reply = await officer.post(f"/causes/{cause}/{act}", data={"selected": SELECTED, "reason": "x"})
        assert (reply.status_code, bus.sent) == (404, [])


async def test_too_many_are_refused_as_a_whole(bus: NoBus, officer: httpx.AsyncClient) -> None:
    reply = await officer.post(f"{CAUSE}/do", data={"selected": [SELECTED] * 201, "reason": "x"})
    assert (reply.status_code, bus.sent) == (400, [])
