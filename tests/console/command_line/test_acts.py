"""What a person does at the command line goes out under the signed-in name, as what they do on a page does."""

from pathlib import Path
from typing import Any

import pytest
from console.command_line.acts import ACTS, Act
from console.watching import CALLS
from console.who import Role

from contracts.case.case import Case
from contracts.looks import LookReason
from lianshen.catalog import SERVICES
from tests.console.log_of_a_day import the_cases, the_log
from tests.support.console import Stage
from tests.support.console_views import NoBus, views_in

NUMBER = next(iter(the_cases()))


def is_overdue(case: Case) -> bool:
    return any((name, case.round) in case.overdue for name in case.waiting_for)


OVERDUE = next(case for case in the_cases().values() if is_overdue(case))
(DEPARTMENT,) = OVERDUE.waiting_for
ANSWERS = {one.verb: {"done": one.verb} for one in ACTS}


@pytest.fixture
def bus() -> NoBus:
    return NoBus(the_log(), answers={**ANSWERS, "answer": {"answered": True}})


@pytest.fixture
def stage(tmp_path: Path, bus: NoBus) -> Stage:
    (tmp_path / "views").mkdir()
    clock = Stage(tmp_path).clock
    return Stage(tmp_path, more={"views": views_in(tmp_path / "views", clock, bus)}, clock=clock)


async def sent(stage: Stage, role: Role, path: str, account: str = "wang", **request: Any) -> tuple[int, Any]:
    async with stage.command_line(role, account=account, name=f"{account} of the bureau") as terminal:
        reply = await terminal.post(f"/command-line/{path}", json=request)
    return reply.status_code, reply.json()


ELSEWHERE = [act for act in ACTS if act.service != "console"]


@pytest.mark.parametrize("act", ELSEWHERE, ids=lambda act: act.path)
async def test_every_act_is_sent_under_the_signed_in_name_whatever_was_typed(
    stage: Stage, bus: NoBus, act: Act
) -> None:
    role = min(act.roles)
    number = {"application": NUMBER} if act.look else {}
    status, said = await sent(stage, role, act.path.removeprefix("/command-line/"), by="somebody else", **number)
    assert (status, said) == (200, {"done": act.verb})
    name = "wang of the bureau" if act.by else "somebody else"
    assert bus.sent == [(act.service, act.verb, {**number, "by": name})]
    assert [(look.by, look.reason) for look in stage.looks] == ([("wang of the bureau", act.look)] if act.look else [])


@pytest.mark.parametrize("act", ELSEWHERE, ids=lambda act: act.path)
def test_every_act_is_a_command_of_its_service_that_the_console_may_send(act: Act) -> None:
    assert act.service in SERVICES
    assert f"{act.service}.{act.verb}" in CALLS


@pytest.mark.parametrize("act", [act for act in ACTS if act.look], ids=lambda act: act.path)
async def test_without_a_record_of_the_look_nothing_is_done(stage: Stage, bus: NoBus, act: Act) -> None:
    stage.bus_is_away = True
    status, said = await sent(stage, min(act.roles), act.path.removeprefix("/command-line/"), application=NUMBER)
    assert (status, said["title"]) == (503, "the bus is away")
    assert bus.sent == []


async def test_who_objected_is_for_the_head_of_the_bureau(stage: Stage, bus: NoBus) -> None:
    for role in Role:
        status, _ = await sent(stage, role, "publicity/identify-objector", account=role.value)
        assert (status == 200) is (role is Role.HEAD)
    assert [asked["by"] for _, _, asked in bus.sent] == ["head of the bureau"]


async def test_who_gave_roles_and_new_secrets_is_named(stage: Stage) -> None:
    stage.add("li", [Role.CLERK], "李强")
    for verb, more in (("reset", {}), ("roles", {"roles": ["officer"]}), ("remove", {})):
        async with stage.command_line(Role.HEAD, account="zhou", name="周局长") as terminal:
            reply = await terminal.post(f"/command-line/console/staff-{verb}", json={"account": "li", **more})
        assert reply.status_code == 200, reply.text
    said = stage.console.staff.db.execute("SELECT what FROM change WHERE account = 'li'").fetchall()
    assert [what for (what,) in said] == [
        "added: clerk", "invited by 周局长", "roles by 周局长: officer", "removed by 周局长"
    ]  # fmt: skip


async def test_what_a_service_refuses_is_told_as_it_said_it(stage: Stage, bus: NoBus) -> None:
    del bus.answers["confirm"]
    status, said = await sent(stage, Role.OFFICER, "determination/confirm", application=NUMBER)
    assert (status, said["title"]) == (503, "determination does not answer")
    status, said = await sent(stage, Role.HEAD, "console/staff-roles", "zhou", roles=["king"])
    assert (status, said["title"]) == (422, "invalid request")
    assert "king" not in str(said)


async def test_a_case_is_shown_once_it_is_recorded_that_and_why_somebody_looks(stage: Stage) -> None:
    status, shown = await sent(stage, Role.OFFICER, "status", application=NUMBER.lower(), reason="decide")
    assert (status, shown["application_number"]) == (200, NUMBER)
    assert [(look.by, look.reason, look.what) for look in stage.looks] == [
        ("wang of the bureau", LookReason.DECIDE, "case")
    ]


@pytest.mark.parametrize("reason", ["objection", "answer", "fault", "because", ""])
async def test_a_reason_that_is_not_theirs_or_shows_a_part_only_shows_nothing(stage: Stage, reason: str) -> None:
    status, said = await sent(stage, Role.OFFICER, "status", application=NUMBER, reason=reason)
    assert status in (403, 422)
    assert (set(said), stage.looks) == ({"status", "title", "detail"}, [])


async def test_a_case_that_is_not_there_leaves_no_look(stage: Stage) -> None:
    for number, expected in (("YZ713-7XHRH-9G8MR-Q8WXW-RWRD8-E", 404), ("7", 422)):
        assert (await sent(stage, Role.OFFICER, "look", application=number, reason="decide"))[0] == expected
    assert stage.looks == []


# --- an answer in a department's place ---


def by_hand(**more: Any) -> dict[str, Any]:
    return {"application": OVERDUE.application, "department": DEPARTMENT, **more}


async def proposal(stage: Stage, account: str) -> dict[str, Any]:
    return dict((await sent(stage, Role.OFFICER, "by-hand/proposal", account=account, **by_hand()))[1])


async def test_two_accounts_answer_by_hand_the_second_after_seeing_it(stage: Stage, bus: NoBus) -> None:
    said = by_hand(kind="cannot_determine", reason="电话核实")
    assert (await sent(stage, Role.OFFICER, "by-hand", account="wang", **said))[0] == 200
    shown = await proposal(stage, "zhao")
    assert (shown["by"], shown["reason"]) == ("wang of the bureau", "电话核实")
    approval = by_hand(proposed_at=shown["proposed_at"])
    own = await sent(stage, Role.OFFICER, "by-hand/approve", account="wang", **approval)
    other = await sent(stage, Role.OFFICER, "by-hand/approve", account="zhao", **by_hand(proposed_at="earlier"))
    assert (own[0], other[0], bus.sent) == (403, 404, [])
    done = await sent(stage, Role.OFFICER, "by-hand/approve", account="zhao", **approval)
    assert done == (200, {"answered": True})
    ((_, verb, asked),) = bus.sent
    assert (verb, asked["by"], asked["approved_by"], asked["persons"]) == (
        "answer", "wang of the bureau", "zhao of the bureau", shown["persons"]
    )  # fmt: skip
    assert [(look.by, look.reason) for look in stage.looks] == [
        ("wang of the bureau", "answer"),
        ("zhao of the bureau", "second-person"),
        ("wang of the bureau", "second-person"),
        *[("zhao of the bureau", "second-person")] * 2,
    ]


async def test_a_proposal_that_is_refused_goes(stage: Stage, bus: NoBus) -> None:
    await sent(stage, Role.OFFICER, "by-hand", account="wang", **by_hand(kind="none", reason="电话核实"))
    refusal = by_hand(proposed_at=(await proposal(stage, "zhao"))["proposed_at"], approved=False)
    assert (await sent(stage, Role.OFFICER, "by-hand/approve", account="zhao", **refusal))[0] == 200
    assert (stage.console.views.proposals.all(), bus.sent) == ([], [])
    assert (await proposal(stage, "zhao"))["title"] == "nothing to approve"


async def test_nothing_is_proposed_early_nor_what_is_no_answer(stage: Stage) -> None:
    early = next(number for number, case in the_cases().items() if not is_overdue(case))
    request = {"application": early, "department": DEPARTMENT, "kind": "none", "reason": "why"}
    assert (await sent(stage, Role.OFFICER, "by-hand", **request))[0] == 409
    assert (await sent(stage, Role.OFFICER, "by-hand", **by_hand(kind="found", reason="why")))[0] == 422
