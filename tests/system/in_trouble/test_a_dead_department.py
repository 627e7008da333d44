"""A department that is dead for the whole run keeps nobody else waiting, and an officer can help (fault 7)."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from chassis.commands import call
from chassis.errors import CommandRefused
from contracts.case.states import State
from contracts.events import DepartmentAnswered
from evidence.audit import audit
from lianshen.demo.synthetic_world import make_crowd
from procedures.registry import PROCEDURES
from tests.support.running_system import Running, Start
from tests.support.waiting import until
from tests.support.worlds import form_in, one_family

pytestmark = pytest.mark.slow

FIVE = {"household-registry", "civil-affairs", "social-security", "real-estate", "housing"}


async def kill_for_good(running: Running, department: str) -> None:
    """The department's process ends and nobody starts it again."""
    child = running.system.children[f"department-{department}"]
    await child.stop()


async def test_the_other_five_are_in_the_log_and_it_completes_by_itself_when_it_returns(
    start: Start, tmp_path: Path
) -> None:
    world = make_crowd(tmp_path / "world", 3)
    running = await start(world, separate=True)
    await kill_for_good(running, "tax")
    numbers = []
    for n in range(3):
        reply = await running.post(form_in(world, n), f"while-tax-is-dead-{n}")
        numbers.append(reply.json()["receipt"]["application_number"])

    async def five_answered() -> bool:
        for number in numbers:
            events = [item.event for item in await running.history.of(number)]
            if {event.department for event in events if isinstance(event, DepartmentAnswered)} != FIVE:
                return False
        return True

    await until(five_answered)
    shown = PROCEDURES.view(await running.case(numbers[0]))
    assert shown["state"] == "verifying"
    assert [(item["department"], item["overdue"]) for item in shown["waiting_for"]] == [("tax", False)]
    assert shown["waiting_for"][0]["asked_at"] == (await running.case(numbers[0])).asked_at.isoformat()  # type: ignore[union-attr]

    await running.system.children["department-tax"].start()

    async def all_confirmed() -> bool:
        return all([(await running.case(number)).state is State.POOL_CONFIRMED for number in numbers])

    await until(all_confirmed, within=60)
    assert await audit(running.nc) == []


async def test_with_the_deadline_passed_an_officers_answer_by_hand_completes_the_case(
    start: Start, tmp_path: Path
) -> None:
    world, form = one_family(tmp_path / "world")
    running = await start(world, separate=True, LIANSHEN_DRILL_REPLY_SECONDS="4")
    await kill_for_good(running, "real-estate")
    number = (await running.post(form, "while-the-registry-is-dead")).json()["receipt"]["application_number"]
    by_hand = {"application": number, "department": "real-estate", "kind": "none", "reason": "looked it up on paper"}
    by_hand |= {"approved_by": "officer Bao"}

    async def asked() -> bool:
        return (await running.case(number)).waiting_for == ("real-estate",)

    await until(asked)
    with pytest.raises(CommandRefused) as early:
        await call(running.nc, "verify-property", "answer", {**by_hand, "by": "officer Li"})
    assert (early.value.status, early.value.title) == (409, "not overdue yet")

    async def overdue() -> bool:
        return ("real-estate", 1) in (await running.case(number)).overdue

    await until(overdue)
    assert (await running.case(number)).state is State.VERIFYING
    with pytest.raises(CommandRefused) as nameless:
        await call(running.nc, "verify-property", "answer", by_hand)
    assert nameless.value.status == 422
    with pytest.raises(CommandRefused) as alone:
        await call(running.nc, "verify-property", "answer", {**by_hand, "by": "Officer  BAO"})
    assert (alone.value.status, alone.value.title) == (422, "two people")

    await call(running.nc, "verify-property", "answer", {**by_hand, "by": "officer Li"})

    async def confirmed() -> bool:
        return (await running.case(number)).state is State.POOL_CONFIRMED

    await until(confirmed)

    async def told_that_it_waits() -> bool:
        return ("overdue-real-estate-1", "folder") in (await running.case(number)).notices

    await until(told_that_it_waits)
    case = await running.case(number)
    assert case.answers["real-estate", 1].by_hand
    assert await audit(running.nc) == []


async def test_a_missing_answer_that_can_change_nothing_holds_no_case_once_it_is_overdue(
    start: Start, tmp_path: Path
) -> None:
    world = make_crowd(tmp_path / "world", 10)
    form = form_in(world, 9)  # owns 88.50 m²: ineligible whatever tax would say
    running = await start(world, separate=True, LIANSHEN_DRILL_REPLY_SECONDS="3")
    await kill_for_good(running, "tax")
    number = (await running.post(form, "owns-too-much-anyway")).json()["receipt"]["application_number"]

    async def proposed() -> bool:
        return (await running.case(number)).state is State.INELIGIBLE_PROPOSED

    await until(proposed)
    case = await running.case(number)
    assert ("tax", 1) not in case.answers
    assert case.determination is not None
    assert case.determination.at >= case.answer_by  # type: ignore[operator]
    assert await audit(running.nc) == []


async def test_a_service_that_was_stopped_for_a_while_goes_on_where_it_was(start: Start, tmp_path: Path) -> None:
    """Fault 3: nothing is determined while it sleeps, and once when it wakes."""
    world, form = one_family(tmp_path / "world")
    running = await start(world, separate=True)
    sleeper = running.system.children["determination"].pid
    assert sleeper is not None
    os.kill(sleeper, signal.SIGSTOP)
    try:
        number = (await running.post(form, "while-one-sleeps")).json()["receipt"]["application_number"]
        await asyncio.sleep(2)
        assert (await running.case(number)).determination is None
    finally:
        os.kill(sleeper, signal.SIGCONT)

    async def confirmed() -> bool:
        return (await running.case(number)).state is State.POOL_CONFIRMED

    await until(confirmed)
    assert await audit(running.nc) == []
