"""A clerk sees whom their departments are asked about while they are asked, and nothing else of a case."""

from pathlib import Path

import pytest
from console.sign_in.commands import commands
from console.who import Role

from chassis.errors import CommandRefused
from chassis.log.stored import recorded
from contracts.case.fold import fold
from tests.console.log_of_a_day import the_cases, the_log
from tests.support.console import Stage, StoppedClock
from tests.support.console_views import NoBus, views_in

ANSWER = {"reason": "answer"}
NUMBER = next(number for number, case in the_cases().items() if "tax" in case.asked)
FAMILY = the_cases()[NUMBER].persons


def stage_in(folder: Path) -> Stage:
    """The case as it stood before anybody answered."""
    log = []
    for one in the_log():
        log.append(one)
        if one.subject.startswith(f"case.{NUMBER}."):
            case = fold([recorded(it) for it in log if it.subject.startswith(f"case.{NUMBER}.")], NUMBER)
            if "tax" in case.waiting_for:
                break
    (folder / "views").mkdir()
    clock = StoppedClock()
    return Stage(folder, more={"views": views_in(folder / "views", clock, NoBus(tuple(log)))}, clock=clock)


async def answers_for(stage: Stage, *departments: str) -> None:
    command = next(one for one in commands(stage.console) if one.verb == "staff-departments")
    await command.do(command.asks.model_validate({"by": "周局长", "account": "clerk", "departments": departments}))


async def test_only_the_persons_of_an_open_question_of_theirs_are_shown(tmp_path: Path) -> None:
    stage = stage_in(tmp_path)
    async with stage.browser(Role.CLERK) as clerk:
        for departments, status in (((), 422), (("tax",), 200)):
            await answers_for(stage, *departments)
            page = await clerk.post(f"/cases/{NUMBER}/open", data=ANSWER)
            assert page.status_code == status
            assert 'id="findings"' not in page.text
        assert 'id="persons-tax"' in page.text
        assert FAMILY[0].id_number in page.text
        record = await clerk.post(f"/cases/{NUMBER}/records", data={**ANSWER, "sequence": "1"})
        assert record.status_code == 404
    assert {look.role for look in stage.looks} == {"clerk"}


async def test_a_case_that_was_answered_is_closed_to_a_clerk(tmp_path: Path) -> None:
    (tmp_path / "views").mkdir()
    clock = StoppedClock()
    views = views_in(tmp_path / "views", clock, NoBus(the_log()))
    stage = Stage(tmp_path, more={"views": views}, clock=clock)
    async with stage.browser(Role.CLERK) as clerk:
        await answers_for(stage, "tax")
        page = await clerk.post(f"/cases/{NUMBER}/open", data=ANSWER)
        assert page.status_code == 422
        assert FAMILY[0].id_number not in page.text
    assert stage.looks == []


async def test_nobody_answers_for_a_department_that_nobody_asks(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.add("clerk", [Role.CLERK])
    with pytest.raises(CommandRefused):
        await answers_for(stage, "moon")
