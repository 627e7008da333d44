"""The two years: notices 90 and 30 days before, each once, and an exit proposed on the day after the last one."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import cast

import pytest
from allocation.decide.two_years import near, next_instant, propose_exit
from allocation.desk import Desk
from allocation.limits import due, note
from hypothesis import given
from hypothesis import strategies as st

from chassis.consume.due_index import LogRecord
from chassis.log.stored import Stored
from contracts.case.states import State
from contracts.events import EVENTS, CalledToChoose, Event, ExitProposed, LimitNear, SlotNear
from contracts.local_time import SHANGHAI
from procedures.hainan_2025.policy import POLICY
from procedures.working_days import Calendar
from tests.allocation.drawn import a_drawn_project, call_the_drawn, case_in
from tests.allocation.families import after, in_the_pool
from tests.allocation.stage import Stage, allocation
from tests.allocation.test_contracts_decide import chosen, paid, signed
from tests.support.real_bus import RealBus
from tests.support.waiting import until

LAW = POLICY.on(date(2026, 11, 28))
CALENDAR = Calendar()
CASE = chosen()[0]
assert CASE.allocation.choice is not None
ENDS = CASE.allocation.choice.contract_by


def at(day: date, hour: int = 12) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI).astimezone(UTC)


@pytest.mark.parametrize(("before_the_end", "told"), [(91, None), (90, 90), (31, 90), (30, 30), (0, 30), (-1, None)])
def test_of_two_notices_the_one_that_fits_the_day_is_sent(before_the_end: int, told: int | None) -> None:
    notice = near(CASE, LAW, at(ENDS - timedelta(days=before_the_end)))
    assert (notice.days if notice else None) == told


def test_a_price_that_is_paid_ends_the_limit_and_a_contract_alone_does_not() -> None:
    contract, _ = signed()
    over = at(ENDS + timedelta(days=1))
    assert propose_exit(contract, CALENDAR, LAW, over) != ()
    assert contract.allocation.contract is not None
    settled = paid(contract, contract.allocation.contract.balance)
    assert propose_exit(settled, CALENDAR, LAW, over) == ()
    assert near(settled, LAW, at(ENDS)) is None


def test_the_two_years_are_told_while_the_departments_are_asked_again_and_no_exit_is_proposed_then() -> None:
    asked_again = replace(CASE, state=State.VERIFYING, resumes=State.HOME_CHOSEN)
    assert near(asked_again, LAW, at(ENDS - timedelta(days=90))) is not None
    assert near(replace(in_the_pool(), state=State.VERIFYING), LAW, at(ENDS)) is None
    assert propose_exit(asked_again, CALENDAR, LAW, at(ENDS + timedelta(days=1))) == ()


def test_an_exit_is_proposed_after_the_last_day_and_once() -> None:
    assert propose_exit(CASE, CALENDAR, LAW, at(ENDS, 23)) == ()
    [proposed] = propose_exit(CASE, CALENDAR, LAW, at(ENDS + timedelta(days=1), 0))
    assert (proposed.ground, proposed.heard_until > ENDS) == ("31(1)", True)
    assert propose_exit(after(CASE, proposed), CALENDAR, LAW, at(ENDS + timedelta(days=2))) == ()


@given(st.dates(date(2027, 1, 1), date(2060, 12, 31)), st.sets(st.sampled_from((90, 30))))
def test_what_is_due_next_is_a_notice_that_was_not_sent_or_the_day_after(ends: date, told: set[int]) -> None:
    instant = next_instant(ends, (90, 30), told).astimezone(SHANGHAI)
    if 30 in told:
        assert instant == datetime(ends.year, ends.month, ends.day, tzinfo=SHANGHAI) + timedelta(days=1)
    else:
        assert (ends - instant.date()).days == (30 if 90 in told else 90)
        assert instant.hour == 9


def test_the_index_keeps_a_home_until_its_price_is_paid_or_an_exit_is_proposed() -> None:
    assert CASE.allocation.choice is not None
    entry = note(None, seen(CASE.allocation.choice))
    assert entry == {"ends": ENDS.isoformat(), "told": [], "proposed": False}
    notice = near(CASE, LAW, at(ENDS - timedelta(days=90)))
    assert notice is not None
    assert note(entry, seen(notice)) == {**entry, "told": [90]}
    [proposed] = propose_exit(CASE, CALENDAR, LAW, at(ENDS + timedelta(days=1)))
    kept = note(entry, seen(proposed))
    assert kept is not None
    assert due(cast(Desk, None), kept) is None
    contract, _ = signed()
    assert contract.allocation.contract is not None
    settled = paid(contract, contract.allocation.contract.balance).allocation.settled
    assert settled is not None
    assert note(entry, seen(settled)) is None


def seen(event: Event) -> LogRecord:
    headers = {"ce-type": type(event).__name__}
    return LogRecord(Stored(EVENTS.subject_of(event), 1, event.at, headers, EVENTS.write(event)))


async def kinds(stage: Stage, number: str) -> list[str]:
    events = [item.event for item in await stage.journal.history.of(number)]
    return [
        f"near {it.days}" if isinstance(it, LimitNear) else "exit"
        for it in events
        if isinstance(it, LimitNear | ExitProposed)
    ]


async def test_the_calendar_tells_twice_and_then_proposes_and_no_more(real_bus: RealBus) -> None:
    async with allocation(real_bus) as stage:
        found = await a_drawn_project(stage)
        await call_the_drawn(stage, found)
        stage.turn(0.8 / 24)
        number = found["drawn 1"]
        await until(lambda: _told_twice(stage, found["drawn 2"]))
        stage.turn(1.2 / 24)
        await stage.do("choose", application=number, home="P-1-0001", by="unit 1")
        case = await case_in(stage, number, State.HOME_CHOSEN)
        assert case.allocation.choice is not None
        today = stage.clock.now().astimezone(SHANGHAI).date()
        days = (case.allocation.choice.contract_by - today).days
        stage.turn(days - 89)
        await until(lambda: _are(stage, number, ["near 90"]))
        stage.turn(60)
        await until(lambda: _are(stage, number, ["near 90", "near 30"]))
        stage.turn(31)
        await case_in(stage, number, State.EXIT_PROPOSED)
        await asyncio.sleep(1)
        assert await kinds(stage, number) == ["near 90", "near 30", "exit"]


async def _told_twice(stage: Stage, number: str) -> bool:
    events = [item.event for item in await stage.journal.history.of(number)]
    return sum(isinstance(it, CalledToChoose | SlotNear) for it in events) == 2


async def _are(stage: Stage, number: str, expected: list[str]) -> bool:
    return await kinds(stage, number) == expected
