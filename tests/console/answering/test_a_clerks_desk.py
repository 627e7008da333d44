"""A clerk answers for a department without a system: sees whom it is asked about, and says what was found."""

from collections.abc import AsyncIterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from console.who import Role

from contracts.local_time import SHANGHAI
from inquiry.questions import persons_asked
from procedures.registry import PROCEDURES
from tests.console.answering.answer_forms import typed
from tests.console.log_of_a_day import the_cases, the_log
from tests.support.console import Stage
from tests.support.console_views import NoBus, views_in

CASE = next(case for case in the_cases().values() if "real-estate" in case.waiting_for)
NUMBER, DEPARTMENT = CASE.application, "real-estate"
ASKED = persons_asked(PROCEDURES.of(CASE).department(DEPARTMENT), CASE.persons, date(2026, 11, 1))
PAGE = f"/clerk/{NUMBER}/{DEPARTMENT}"
OPEN = {"open": "yes"}
UNIT = {"unit_code": "150303001001", "division": "150303", "use": "residential", "building_area_m2": "88.5"}
OTHERS: list[tuple[str, list[dict[str, str]]]] = [("none", [])] * (len(ASKED) - 1)


def attached(by: str = "clerk", signatures: str = "accepted") -> dict[str, Any]:
    return {"departments": [{"department": DEPARTMENT, "attached_by": by, "signatures": signatures}]}


@pytest.fixture
def bus() -> NoBus:
    return NoBus(the_log(), answers={"departments": attached(), "clerk-answer": {}, "clerk-defer": {}})


@pytest.fixture
def stage(tmp_path: Path, bus: NoBus) -> Stage:
    (tmp_path / "views").mkdir()
    clock = Stage(tmp_path).clock
    made = Stage(tmp_path, more={"views": views_in(tmp_path / "views", clock, bus)}, clock=clock)
    made.add("sun", {Role.CLERK}, "孙经办")
    made.console.staff.give_departments("sun", [DEPARTMENT], "周局长", clock.now())
    return made


@pytest.fixture
async def clerk(stage: Stage) -> AsyncIterator[httpx.AsyncClient]:
    async with stage.browser(Role.CLERK, account="sun") as browser:
        yield browser


def sent(bus: NoBus) -> list[tuple[str, dict[str, Any]]]:
    return [(verb, asked) for _, verb, asked in bus.sent if verb != "departments"]


async def test_the_list_shows_numbers_and_the_form_whom_it_is_about(stage: Stage, clerk: httpx.AsyncClient) -> None:
    desk = (await clerk.get("/clerk")).text
    assert NUMBER in desk
    assert not any(one.id_number in desk for one in ASKED)
    assert stage.looks == []
    asked = (await clerk.post(PAGE, data=OPEN)).text
    assert all(one.id_number in asked for one in ASKED)
    (look,) = stage.looks
    assert (look.by, look.role, look.reason, look.what, look.department) == (
        *("孙经办", "clerk", "answer"),
        *("question", DEPARTMENT),
    )


async def test_an_answer_is_checked_shown_and_sent_under_the_signed_in_name(
    bus: NoBus, clerk: httpx.AsyncClient
) -> None:
    form = typed(("found", [UNIT]), *OTHERS)
    checked = await clerk.post(PAGE, data={**form, "check": "yes"})
    assert (checked.status_code, "住宅" in checked.text, sent(bus)) == (200, True, [])
    assert 'name="p0-0-unit_code" value="150303001001"' in checked.text
    assert 'value="150303001001"' in (await clerk.post(PAGE, data={**form, "change": "yes"})).text
    done = await clerk.post(PAGE, data={**form, "send": "yes"})
    assert (done.status_code, done.headers["location"]) == (303, "/clerk?said=done")
    persons = [{"id_number": ASKED[0].id_number, "kind": "found", "records": [UNIT]}]
    persons += [{"id_number": one.id_number, "kind": "none", "records": []} for one in ASKED[1:]]
    question = {"application": NUMBER, "department": DEPARTMENT, "round": CASE.round, "by": "孙经办"}
    assert sent(bus) == [("clerk-answer", {**question, "kind": "found", "persons": persons})]


@pytest.mark.parametrize("button", ["check", "send"])
async def test_what_is_no_answer_stays_in_the_form(bus: NoBus, clerk: httpx.AsyncClient, button: str) -> None:
    form = typed(("found", [{**UNIT, "division": "15"}]), *OTHERS, **{button: "yes"})
    reply = await clerk.post(PAGE, data=form)
    assert (reply.status_code, sent(bus)) == (422, [])
    assert 'href="#p0-0-division"' in reply.text
    assert 'id="p0-0-division-wrong"' in reply.text
    assert 'value="150303001001"' in reply.text


async def test_another_row_needs_no_script(clerk: httpx.AsyncClient) -> None:
    form = typed(("", [UNIT]), *OTHERS)
    longer = (await clerk.post(PAGE, data={**form, "add": "0"})).text
    assert 'id="p0-1-unit_code"' in longer
    assert 'id="p0-1-unit_code"' not in (await clerk.post(PAGE, data={**form, "remove": "0-0"})).text


@pytest.mark.parametrize(
    ("day", "until"),
    [
        ("2026-12-01", datetime(2026, 12, 1, 18, tzinfo=SHANGHAI)),
        ("2026-11-27", None),
        ("2027-01-01", None),
        ("x", None),
    ],
)
async def test_a_clerk_says_until_when_they_need(
    bus: NoBus, clerk: httpx.AsyncClient, day: str, until: datetime | None
) -> None:
    reply = await clerk.post(f"{PAGE}/later", data={"until": day})
    assert reply.status_code == (303 if until else 422)
    said = {"application": NUMBER, "department": DEPARTMENT, "round": CASE.round, "by": "孙经办"}
    assert sent(bus) == ([("clerk-defer", {**said, "until": until.isoformat()})] if until else [])


async def test_nobody_answers_for_another_department(stage: Stage, bus: NoBus, clerk: httpx.AsyncClient) -> None:
    answered = next(case for case in the_cases().values() if DEPARTMENT not in case.waiting_for).application
    for path in (f"/clerk/{NUMBER}/tax", f"/clerk/{answered}/{DEPARTMENT}", f"/clerk/{NUMBER}/nobody"):
        assert (await clerk.post(path, data=OPEN)).status_code == 404
        assert (await clerk.post(f"{path}/later", data={"until": "2026-12-01"})).status_code == 404
    assert (stage.looks, bus.sent) == ([], [])


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (attached("http"), 409),
        (attached("bus"), 409),
        (attached(signatures="required"), 409),
        ({"departments": []}, 503),
    ],
)
async def test_where_the_console_cannot_answer_nobody_is_shown(
    stage: Stage, bus: NoBus, clerk: httpx.AsyncClient, said: dict[str, Any], status: int
) -> None:
    bus.answers["departments"] = said
    assert NUMBER not in (await clerk.get("/clerk")).text
    reply = await clerk.post(PAGE, data=OPEN)
    assert (reply.status_code, stage.looks) == (status, [])
    assert not any(one.id_number in reply.text for one in ASKED)


async def test_what_the_service_refuses_is_said_and_nothing_typed_is_lost(
    bus: NoBus, clerk: httpx.AsyncClient
) -> None:
    del bus.answers["clerk-answer"]
    reply = await clerk.post(PAGE, data={**typed(("found", [UNIT]), *OTHERS), "send": "yes"})
    assert (reply.status_code, "没有应答" in reply.text) == (503, True)
    assert 'value="150303001001"' in reply.text


async def test_a_look_at_a_question_stands_for_no_look_at_the_case(stage: Stage) -> None:
    stage.add("li", {Role.CLERK, Role.OFFICER}, "李两职")
    stage.console.staff.give_departments("li", [DEPARTMENT], "周局长", stage.clock.now())
    async with stage.browser(Role.CLERK, account="li") as both:
        await both.post(PAGE, data=OPEN)
        await both.post(f"/cases/{NUMBER}/open", data={"reason": "answer"})
    question, case = stage.looks
    assert (question.what, case.what) == ("question", "case")
    assert question.subject != case.subject
