"""A person has a question sent again at once: it is answered, or one question alone finds that nobody is there."""

import asyncio
from typing import Any

import pytest

from chassis.commands import call
from chassis.errors import CommandRefused
from chassis.log.journal import Journal
from contracts.events import DepartmentAnswered
from procedures.hainan_2025.departments.tax import TAX
from tests.support.departments import HOUSEHOLD, OnTheBus, Question, accept, an_answer, events_of, settled, verifying
from tests.support.real_bus import RealBus
from tests.support.waiting import until


async def ask_now(bus: RealBus, number: str, **more: Any) -> str:
    asked = {"application": number, "department": "tax", "round": 1, **more}
    return str((await call(await bus.connect("operator"), HOUSEHOLD, "ask-now", asked))["result"])


async def asked_or_answered(bus: RealBus, number: str) -> str:
    """Once the first one is answered, the others are sent by themselves as well: whoever is first."""
    try:
        return await ask_now(bus, number)
    except CommandRefused as refused:
        return "answered" if refused.status == 409 else refused.title


async def left_alone(bus: RealBus) -> bool:
    found = await call(await bus.connect("operator"), HOUSEHOLD, "departments", {})
    return bool(found["departments"][0]["breaker_open"])


async def test_whoever_is_back_answers_all_of_them_at_once(real_bus: RealBus, journal: Journal) -> None:
    """The wait between two probes is long: without the command every question would rest for it."""
    async with verifying(real_bus, journal, [TAX]) as running:
        numbers = [await accept(journal, "tax") for _ in range(4)]
        await until(lambda: left_alone(real_bus))
        tax, again = (it.breaker for it in running.parts.listens if it.breaker)
        assert tax is again
        assert tax is not None
        tax.next_probe = asyncio.get_running_loop().time() + 3600
        back = await OnTheBus("tax", an_answer).start(real_bus)
        assert {await asked_or_answered(real_bus, number) for number in numbers} == {"answered"}
        # One may be asked twice: with the first answer the durable asks again, too.
        assert len({question["question_id"] for question in back.asked}) == len(numbers)
        assert not await left_alone(real_bus)
        with pytest.raises(CommandRefused) as second:
            await ask_now(real_bus, numbers[0])
        assert second.value.status == 409
    for number in numbers:
        assert [type(event) for event in await events_of(journal, number)] == [DepartmentAnswered]


async def test_whoever_is_still_away_gets_one_question_and_the_others_are_not_sent(
    real_bus: RealBus, journal: Journal
) -> None:
    async def nobody(question: Question) -> None:
        return None

    async with verifying(real_bus, journal, [TAX], attached_by="[tax]\ntimeout_seconds = 1\n") as running:
        away = await OnTheBus("tax", nobody).start(real_bus)
        numbers = [await accept(journal, "tax") for _ in range(4)]
        await until(lambda: left_alone(real_bus))
        tax, again = (it.breaker for it in running.parts.listens if it.breaker)
        assert tax is again
        tax.next_probe = asyncio.get_running_loop().time() + 3600
        await asyncio.sleep(1.2)  # what the durable had sent before is over
        before = len(away.asked)
        said = await asyncio.gather(*(ask_now(real_bus, number) for number in numbers))
        assert sorted(said) == ["left_alone", "left_alone", "left_alone", "silent"]
        assert len(away.asked) == before + 1
    assert not any([await settled(journal, number) for number in numbers])


@pytest.mark.parametrize(
    ("attached_by", "more", "status"),
    [('[tax]\nby = "clerk"\n', {}, 409), ("", {"round": 2}, 409), ("", {"department": "housing"}, 404)],
)
async def test_what_may_not_be_asked_is_refused(
    real_bus: RealBus, journal: Journal, attached_by: str, more: dict[str, Any], status: int
) -> None:
    async with verifying(real_bus, journal, [TAX], attached_by=attached_by):
        number = await accept(journal, "tax")
        with pytest.raises(CommandRefused) as refused:
            await ask_now(real_bus, number, **more)
    assert refused.value.status == status


async def test_a_department_that_is_paused_is_asked_nothing_by_anybody(real_bus: RealBus, journal: Journal) -> None:
    tax = await OnTheBus("tax", an_answer).start(real_bus)
    async with verifying(real_bus, journal, [TAX]):
        operator = await real_bus.connect("operator")
        await call(operator, HOUSEHOLD, "pause", {"department": "tax", "reason": "maintenance", "by": "wang"})
        number = await accept(journal, "tax")
        with pytest.raises(CommandRefused) as refused:
            await ask_now(real_bus, number)
    assert (refused.value.status, tax.asked) == (409, [])
