"""An answer in a department's place takes two people: the second one's own act on what the first one proposed."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest
from console.answering.checked import kept_as_text
from console.proposals import Proposal, Proposals
from console.who import Role

from contracts.case.case import Case
from inquiry.questions import persons_asked
from procedures.registry import PROCEDURES
from tests.console.answering.answer_forms import typed
from tests.console.log_of_a_day import the_cases, the_log
from tests.support.console import Stage
from tests.support.console_views import NoBus, views_in


def is_overdue(case: Case) -> bool:
    return any((name, case.round) in case.overdue for name in case.waiting_for)


CASE = next(case for case in the_cases().values() if is_overdue(case))
NUMBER, OTHER = CASE.application, next(number for number, case in the_cases().items() if not is_overdue(case))
(DEPARTMENT,) = CASE.waiting_for
ASKED = persons_asked(PROCEDURES.of(CASE).department(DEPARTMENT), CASE.persons, date(2026, 11, 1))
NOBODY: tuple[str, list[dict[str, str]]] = ("none", [])
REASON = "电话核实，查无记录"
PROPOSED = typed(*([NOBODY] * len(ASKED)), department=DEPARTMENT, reason=REASON, propose="yes")


def approval(stage: Stage, **button: str) -> dict[str, str]:
    """Of the newest proposal, as it was shown."""
    return {"department": DEPARTMENT, "proposed_at": stage.console.views.proposals.all()[-1].at, **button}


@pytest.fixture
def bus() -> NoBus:
    return NoBus(the_log(), answers={"answer": {}})


@pytest.fixture
def stage(tmp_path: Path, bus: NoBus) -> Stage:
    (tmp_path / "views").mkdir()
    clock = Stage(tmp_path).clock
    return Stage(tmp_path, more={"views": views_in(tmp_path / "views", clock, bus)}, clock=clock)


@pytest.fixture
async def first(stage: Stage) -> AsyncIterator[httpx.AsyncClient]:
    async with stage.browser(Role.OFFICER, account="wang", name="王审核") as browser:
        yield browser


@pytest.fixture
async def second(stage: Stage) -> AsyncIterator[httpx.AsyncClient]:
    async with stage.browser(Role.OFFICER, account="zhao", name="赵复核") as browser:
        yield browser


async def test_it_goes_out_with_both_names_once_the_second_person_approved(
    stage: Stage, bus: NoBus, first: httpx.AsyncClient, second: httpx.AsyncClient
) -> None:
    opened = await first.post(f"/cases/{NUMBER}/open", data={"reason": "answer"})
    assert f'id="answer-for-{DEPARTMENT}"' in opened.text
    asked = await first.post(f"/cases/{NUMBER}/by-hand", data={"department": DEPARTMENT})
    assert f'value="{ASKED[0].id_number}"' not in asked.text
    assert ASKED[0].id_number in asked.text
    assert (await first.post(f"/cases/{NUMBER}/by-hand", data=PROPOSED)).status_code == 303
    assert bus.sent == []
    assert 'id="second"' not in (await first.get("/desk")).text
    assert 'id="second"' in (await second.get("/desk")).text
    approved = await second.post(f"/cases/{NUMBER}/by-hand/approve", data=approval(stage, yes="yes"))
    assert approved.status_code == 303
    ((service, verb, asked),) = bus.sent
    assert (service, verb) == (stage.console.views.departments[DEPARTMENT], "answer")
    persons = [{"id_number": one.id_number, "kind": "none", "records": []} for one in ASKED]
    said = {"application": NUMBER, "department": DEPARTMENT, "kind": "none", "persons": persons, "reason": REASON}
    assert asked == {**said, "by": "王审核", "approved_by": "赵复核"}
    assert stage.console.views.proposals.all() == []
    assert [(look.by, look.reason) for look in stage.looks] == [
        ("王审核", "answer"), ("王审核", "answer"), ("王审核", "answer"), ("赵复核", "second-person")
    ]  # fmt: skip


async def test_nobody_approves_what_they_proposed_themselves(
    stage: Stage, bus: NoBus, first: httpx.AsyncClient
) -> None:
    await first.post(f"/cases/{NUMBER}/by-hand", data=PROPOSED)
    own = await first.post(f"/cases/{NUMBER}/by-hand/approve", data=approval(stage))
    assert (own.status_code, bus.sent) == (403, [])
    opened = await first.post(f"/cases/{NUMBER}/open", data={"reason": "answer"})
    assert f'id="approve-{DEPARTMENT}"' not in opened.text
    assert len(stage.console.views.proposals.all()) == 1


async def test_what_the_second_person_does_not_approve_is_sent_to_nobody(
    stage: Stage, bus: NoBus, first: httpx.AsyncClient, second: httpx.AsyncClient
) -> None:
    await first.post(f"/cases/{NUMBER}/by-hand", data=PROPOSED)
    await second.post(f"/cases/{NUMBER}/by-hand/approve", data=approval(stage, no="no"))
    assert (bus.sent, stage.console.views.proposals.all()) == ([], [])
    again = await second.post(f"/cases/{NUMBER}/by-hand/approve", data={"department": DEPARTMENT})
    assert again.status_code == 404


async def test_a_refused_command_keeps_the_proposal(
    stage: Stage, bus: NoBus, first: httpx.AsyncClient, second: httpx.AsyncClient
) -> None:
    bus.answers.clear()
    await first.post(f"/cases/{NUMBER}/by-hand", data=PROPOSED)
    reply = await second.post(f"/cases/{NUMBER}/by-hand/approve", data=approval(stage, yes="yes"))
    assert (reply.status_code, "没有应答" in reply.text) == (503, True)
    assert len(stage.console.views.proposals.all()) == 1


@pytest.mark.parametrize(
    ("number", "change", "status"),
    [
        (OTHER, {}, 409),
        (NUMBER, {"department": "no-such"}, 409),
        (NUMBER, {"p0-kind": "found"}, 422),
        (NUMBER, {"p0-kind": "deferred"}, 422),
        (NUMBER, {"reason": ""}, 422),
        (NUMBER, {"reason": "长" * 2001}, 422),
        ("YZ713-7XHRH-9G8MR-Q8WXW-RWRD8-E", {}, 404),
    ],
)
async def test_what_cannot_be_answered_is_not_kept(
    stage: Stage, first: httpx.AsyncClient, number: str, change: dict[str, str], status: int
) -> None:
    reply = await first.post(f"/cases/{number}/by-hand", data={**PROPOSED, **change})
    assert (reply.status_code, stage.console.views.proposals.all()) == (status, [])


def test_proposals_outlive_a_restart_but_not_a_week(tmp_path: Path, stage: Stage) -> None:
    now = stage.clock.now()
    file = tmp_path / "proposals.sqlite"
    proposals = Proposals(file)
    for n, days in ((1, 0), (2, 8)):
        at = (now - timedelta(days=days)).isoformat()
        proposals.propose(Proposal(NUMBER, DEPARTMENT, n, kept_as_text("none", ()), "why", "wang", "王审核", at))
    proposals.close()
    proposals = Proposals(file)
    assert [one.round for one in proposals.all()] == [2, 1]
    proposals.forget_before(now - timedelta(days=7))
    assert [one.round for one in proposals.all()] == [1]
    assert file.stat().st_mode & 0o077 == 0


async def test_rows_of_a_register_are_proposed_and_go_out_as_they_were_shown(
    stage: Stage, bus: NoBus, first: httpx.AsyncClient, second: httpx.AsyncClient
) -> None:
    row = {"unit_code": "150303001001", "division": "150303", "use": "residential", "building_area_m2": "88.5"}
    others = [NOBODY] * (len(ASKED) - 1)
    form = typed(("found", [row, {}]), *others, department=DEPARTMENT, reason=REASON, propose="yes")
    assert (await first.post(f"/cases/{NUMBER}/by-hand", data=form)).status_code == 303
    opened = await second.post(f"/cases/{NUMBER}/open", data={"reason": "second-person"})
    assert all(value in opened.text for value in ("150303001001", "88.5", "住宅"))
    await second.post(f"/cases/{NUMBER}/by-hand/approve", data=approval(stage, yes="yes"))
    ((_, _, asked),) = bus.sent
    assert asked["kind"] == "found"
    assert [person["records"] for person in asked["persons"]] == [[row], *([[]] * len(others))]
    assert asked["persons"][0]["id_number"] == ASKED[0].id_number


async def test_what_the_second_person_approves_is_what_they_were_shown(
    stage: Stage, bus: NoBus, first: httpx.AsyncClient, second: httpx.AsyncClient
) -> None:
    await first.post(f"/cases/{NUMBER}/by-hand", data=PROPOSED)
    shown = approval(stage, yes="yes")
    stage.clock.move(minutes=1)
    await first.post(f"/cases/{NUMBER}/by-hand", data={**PROPOSED, "reason": "其实查到了别的"})
    reply = await second.post(f"/cases/{NUMBER}/by-hand/approve", data=shown)
    assert (reply.status_code, bus.sent) == (404, [])
    assert len(stage.console.views.proposals.all()) == 1


async def test_rows_are_in_nobodys_hands_once_it_is_decided(
    stage: Stage, tmp_path: Path, first: httpx.AsyncClient, second: httpx.AsyncClient
) -> None:
    form = {**PROPOSED, "reason": "写在理由里的内容"}
    await first.post(f"/cases/{NUMBER}/by-hand", data=form)
    file = tmp_path / "views" / "proposals.sqlite"
    assert "写在理由里的内容".encode() in file.read_bytes()
    assert not any(one.id_number.encode() in file.read_bytes() for one in ASKED)
    await second.post(f"/cases/{NUMBER}/by-hand/approve", data=approval(stage, no="no"))
    assert "写在理由里的内容".encode() not in file.read_bytes()
