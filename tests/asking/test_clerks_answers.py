"""What a clerk says at the console, on a real bus: an answer that counts as the department's, and until when."""

from datetime import timedelta
from typing import Any

import pytest

from chassis.commands import call
from chassis.errors import CommandRefused
from chassis.log.journal import Journal
from contracts.events import DeferredByClerk, DepartmentAnswered, DepartmentDeferred
from contracts.inquiries import PersonAnswer
from procedures.hainan_2025.departments.tax import TAX
from tests.support.departments import HOUSEHOLD, accept, events_of, settled, verifying
from tests.support.real_bus import RealBus
from tests.support.waiting import until

BY_CLERK = '[tax]\nby = "clerk"\n'
ROW = {"income_recorded": True, "division": "150303"}


async def waiting(journal: Journal) -> str:
    """A case whose question stands in the clerk's list."""
    number = await accept(journal, "tax")

    async def deferred() -> bool:
        return bool((await journal.load(number)).deferred)

    await until(deferred)
    return number


async def said(bus: RealBus, verb: str, number: str, **more: Any) -> dict[str, Any]:
    asked = {"application": number, "department": "tax", "round": 1, "by": "孙经办", **more}
    return await call(await bus.connect("operator"), HOUSEHOLD, verb, asked)


async def persons(journal: Journal, number: str, *rows: dict[str, Any]) -> list[dict[str, Any]]:
    applicant = next(one for one in (await journal.load(number)).persons if one.role == "applicant")
    about = PersonAnswer(id_number=applicant.id_number, kind="found" if rows else "none", records=rows)
    return [about.model_dump(mode="json")]


async def test_it_counts_as_the_departments_with_the_name_of_the_clerk(real_bus: RealBus, journal: Journal) -> None:
    async with verifying(real_bus, journal, [TAX], attached_by=BY_CLERK):
        number = await waiting(journal)
        await said(real_bus, "clerk-answer", number, kind="found", persons=await persons(journal, number, ROW))
        await until(lambda: settled(journal, number))
        with pytest.raises(CommandRefused) as second:
            await said(real_bus, "clerk-answer", number, kind="none")
    assert second.value.status == 409
    _, event = await events_of(journal, number)
    assert isinstance(event, DepartmentAnswered)
    assert (event.answer.kind, event.answer.answered_by) == ("found", "孙经办")
    assert event.answer.persons[0].records == (ROW,)
    assert event.evidence is not None
    assert event.evidence.answer_jws is None


async def test_a_slip_of_the_hand_is_refused_and_nothing_is_recorded(real_bus: RealBus, journal: Journal) -> None:
    async with verifying(real_bus, journal, [TAX], attached_by=BY_CLERK):
        number = await waiting(journal)
        for row in ({**ROW, "salary": "9000"}, {"division": "15"}):
            with pytest.raises(CommandRefused) as refused:
                await said(real_bus, "clerk-answer", number, kind="found", persons=await persons(journal, number, row))
            assert refused.value.status == 422
        for round in (2, 0):
            with pytest.raises(CommandRefused):
                await said(real_bus, "clerk-answer", number, kind="none", round=round)
    assert [type(event) for event in await events_of(journal, number)] == [DepartmentDeferred]


async def test_the_newest_day_that_a_clerk_names_is_the_one_that_counts(real_bus: RealBus, journal: Journal) -> None:
    days = [journal.clock.now() + timedelta(days=n) for n in (3, 6)]
    async with verifying(real_bus, journal, [TAX], attached_by=BY_CLERK):
        number = await waiting(journal)
        for day in days:
            await said(real_bus, "clerk-defer", number, until=day.isoformat())
        for wrong in (timedelta(days=31), timedelta(days=-1)):
            with pytest.raises(CommandRefused) as refused:
                await said(real_bus, "clerk-defer", number, until=(journal.clock.now() + wrong).isoformat())
            assert refused.value.status == 422
    case = await journal.load(number)
    assert case.deferred == {("tax", 1): days[1]}
    _, first, second = await events_of(journal, number)
    assert isinstance(first, DeferredByClerk)
    assert isinstance(second, DeferredByClerk)
    assert (first.n, second.n, second.by) == (1, 2, "孙经办")


@pytest.mark.parametrize(
    ("attached_by", "department", "status"),
    [("", "tax", 409), (BY_CLERK + 'signature = "required"\n', "tax", 409), (BY_CLERK, "housing", 404)],
)
async def test_only_where_a_clerk_answers_and_needs_no_signature(
    real_bus: RealBus, journal: Journal, attached_by: str, department: str, status: int
) -> None:
    async with verifying(real_bus, journal, [TAX], attached_by=attached_by):
        number = await accept(journal, "tax")
        for verb, more in (("clerk-answer", {"kind": "none"}), ("clerk-defer", {"until": "2026-12-24T10:00:00Z"})):
            with pytest.raises(CommandRefused) as refused:
                await said(real_bus, verb, number, department=department, **more)
            assert refused.value.status == status
    assert not await settled(journal, number)
