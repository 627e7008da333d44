"""Choosing, purely: slots over a new year, who is next, and bans of a year from any day."""

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from allocation.calling import first_call
from allocation.decide.choosing import call, cancel, choose, decline, excuse, miss
from allocation.decide.order import InPool, keeps_choosing_open, next_to_call
from allocation.decide.second_notice import again_at, slot_near
from allocation.decide.slots import slots_for
from hypothesis import given
from hypothesis import strategies as st

from contracts.bans import Bans
from contracts.case.case import Case, NotAllowed
from contracts.case.states import State
from contracts.events import ChoiceDeclined, ChoiceMissed
from contracts.homes.events import HomeData
from contracts.homes.home import HomeFile, Stands
from contracts.projects.events import Slot
from procedures.corresponding_date import after_months, after_years
from procedures.hainan_2025.policy import POLICY
from procedures.policy import Parameter
from procedures.working_days import Calendar
from tests.allocation.families import DRAWN, NOW, after, in_the_pool, of_a_case

CALENDAR = Calendar()
BANS = Parameter("declining_bans", "internal limit", ((date(2025, 4, 1), True),))
LAW = POLICY.on(date(2026, 11, 28))
POOL = in_the_pool()
CHOSEN_FROM = after(POOL, *of_a_case(POOL.application, *DRAWN))
DATA = HomeData(code="H-1", building="1", floor=2, area="75.30", pool="two-rooms")  # type: ignore[arg-type]
FREE = HomeFile("H-1", Stands.FREE, project="P-1", data=DATA)


def called(now: datetime = NOW, case: Case = CHOSEN_FROM) -> Case:
    return after(case, call(case, now, now + timedelta(minutes=15), 1, now, "unit", "in order"))


def test_each_has_its_slot_in_the_order_of_the_draw_and_a_new_day_begins_as_the_first() -> None:
    begins = datetime(2026, 12, 31, 1, tzinfo=UTC)
    slots = slots_for([("a", 1, 0), ("a", 2, 0), ("b", 1, 0)], begins, 15, 2, CALENDAR)
    assert [(slot.pool, slot.place, slot.slot_from) for slot in slots] == [
        ("a", 1, begins),
        ("a", 2, begins + timedelta(minutes=15)),
        ("b", 1, datetime(2027, 1, 4, 1, tzinfo=UTC)),
    ]


@given(st.integers(1, 60), st.integers(1, 9), st.integers(1, 480))
def test_nobody_chooses_beside_another_before_a_better_place_or_on_a_day_off(n: int, a_day: int, minutes: int) -> None:
    slots = slots_for([("a", place, 0) for place in range(1, n + 1)], NOW, minutes, a_day, CALENDAR)
    assert [slot.place for slot in slots] == list(range(1, n + 1))
    if minutes * a_day <= 24 * 60:
        assert all(one.slot_until <= two.slot_from for one, two in itertools.pairwise(slots))
    days = {(slot.slot_from + timedelta(hours=8)).date() for slot in slots[a_day:]}
    if minutes * a_day < 14 * 60:
        assert all(CALENDAR.kind(day).working for day in days)


def standing(fate: str, place: int, state: State) -> InPool:
    return InPool(fate, place, Case(f"{fate}-{place}", state=state))


D, C, M, H, U = State.DRAWN, State.CALLED_TO_CHOOSE, State.CHOICE_MISSED, State.HOME_CHOSEN, State.SUBSTITUTE
X, P = State.CANCELLED, State.POOL_CONFIRMED


@pytest.mark.parametrize(("drawn", "substitutes", "free", "who"), [
    ((H, X), (U, U), 1, "substitute-1"),
    ((H, X), (P, U), 1, "substitute-2"),
    ((H, D), (U, U), 1, "drawn-2"),
    ((H, M), (U, U), 1, None),
    ((C, X), (U, U), 1, None),
    ((C, X), (U, U), 2, "substitute-1"),
    ((X, X), (C, U), 2, "substitute-2"),
    ((X, X), (H, H), 1, None),
])  # fmt: skip
def test_substitutes_are_called_in_their_order_while_a_home_is_left_for_them(
    drawn: tuple[State, ...], substitutes: tuple[State, ...], free: int, who: str | None
) -> None:
    members = [standing("substitute", n, state) for n, state in enumerate(substitutes, 1)]
    members += [standing("drawn", n, state) for n, state in enumerate(drawn, 1)]
    if who is None:
        with pytest.raises(NotAllowed):
            next_to_call(members, free)
    else:
        assert next_to_call(members, free).case.application == who


def test_whoever_comes_and_takes_none_is_heard_at_once_if_the_policy_bans_for_it() -> None:
    bans = replace(POLICY, parameters={**POLICY.parameters, "declining_bans": BANS}).on(NOW.date())
    [declined, missed] = [decline(called(), "no lift", CALENDAR, law, NOW, "unit") for law in (LAW, bans)]
    assert isinstance(declined, ChoiceDeclined)
    assert isinstance(missed, ChoiceMissed)
    assert (missed.reason, after(called(), missed).state) == ("no lift", State.CHOICE_MISSED)
    with pytest.raises(NotAllowed, match="was not called"):
        decline(CHOSEN_FROM, "no lift", CALENDAR, bans, NOW, "unit")


@given(st.floats(0.1, 500), st.integers(1, 72))
def test_the_second_notice_comes_between_the_call_and_the_slot_and_at_most_so_many_hours_before(
    ahead: float, hours: int
) -> None:
    slot = NOW + timedelta(hours=ahead)
    again = again_at(NOW, slot, hours)
    assert NOW < again < slot
    assert slot - again <= timedelta(hours=hours)


def test_of_a_slot_that_has_begun_nobody_is_told_again() -> None:
    assert slot_near(called(), NOW - timedelta(seconds=1)) is not None
    assert slot_near(called(), NOW) is None
    assert slot_near(CHOSEN_FROM, NOW) is None


def test_choosing_stays_open_while_somebody_is_heard_or_may_still_choose() -> None:
    assert keeps_choosing_open([standing("drawn", 1, M)], 0)
    assert keeps_choosing_open([standing("drawn", 1, C)], 1)
    assert keeps_choosing_open([standing("drawn", 1, C)], 0) is None
    assert keeps_choosing_open([standing("drawn", 1, H), standing("substitute", 1, U)], 1)
    assert keeps_choosing_open([standing("drawn", 1, H), standing("substitute", 1, U)], 0) is None
    assert keeps_choosing_open([standing("drawn", 1, H), standing("substitute", 1, P)], 1) is None


@pytest.mark.parametrize(
    ("home", "now", "why"),
    [
        (HomeFile("H-1", Stands.TAKEN, project="P-1", data=DATA), NOW, "is taken; none is left"),
        (HomeFile("H-1", Stands.FREE, project="P-2", data=DATA), NOW, "not offered by the project"),
        (HomeFile("H-1", data=None, project="P-1"), NOW, "not in pool two-rooms"),
        (FREE, NOW - timedelta(seconds=1), "its slot begins at 2026-11-28 10:00"),
    ],
)
def test_a_home_is_chosen_in_its_slot_from_its_pool_while_it_is_free(home: HomeFile, now: datetime, why: str) -> None:
    with pytest.raises(NotAllowed, match=why):
        choose(called(), home, {}, LAW.deposit_amount, LAW, now, "unit")


@pytest.mark.parametrize(("day", "ends"), [
    (datetime(2026, 11, 28, 2, tzinfo=UTC), date(2028, 11, 28)),
    (datetime(2028, 2, 29, 2, tzinfo=UTC), date(2030, 2, 28)),
    (datetime(2026, 2, 28, 2, tzinfo=UTC), date(2028, 2, 28)),
    (datetime(2026, 12, 31, 16, tzinfo=UTC), date(2029, 1, 1)),     # the first of January in Shanghai
])  # fmt: skip
def test_two_years_run_from_the_day_of_the_choice_to_the_corresponding_date(day: datetime, ends: date) -> None:
    taken, chosen = choose(called(day), FREE, {"H-1": FREE}, LAW.deposit_amount, LAW, day, "unit")
    assert (chosen.contract_by, taken.price) == (ends, chosen.price)


@pytest.mark.parametrize(("day", "until"), [
    (date(2027, 1, 4), date(2028, 1, 4)),
    (date(2028, 2, 29), date(2029, 2, 28)),
    (date(2027, 12, 31), date(2028, 12, 31)),
])  # fmt: skip
def test_a_ban_is_over_after_a_year_on_the_corresponding_date(day: date, until: date) -> None:
    now = datetime(day.year, day.month, day.day, 2, tzinfo=UTC)
    missed = now - timedelta(days=30)
    case = called(missed)
    case = after(case, miss(case, CALENDAR, LAW, missed + timedelta(days=1), "unit"))
    cancelled, ban = cancel(case, Bans("0" * 40), LAW, "did not come", now, "officer")
    assert (cancelled.ban_from, cancelled.ban_until, ban.since, ban.until) == (day, until, day, until)
    bans = Bans("0" * 40, (ban,))
    assert bans.binding(day) == ban
    assert bans.binding(until - timedelta(days=1)) == ban
    assert bans.binding(until) is None
    assert bans.binding(day - timedelta(days=1)) is None


def test_nobody_is_cancelled_before_its_slot_is_over_and_it_could_be_heard() -> None:
    case = called()
    with pytest.raises(NotAllowed, match="slot is not over"):
        miss(case, CALENDAR, LAW, NOW + timedelta(minutes=15), "unit")
    case = after(case, miss(case, CALENDAR, LAW, NOW + timedelta(minutes=16), "unit"))
    with pytest.raises(NotAllowed, match="heard until 2026-12-04"):
        cancel(case, Bans("0" * 40), LAW, "did not come", datetime(2026, 12, 4, 15, 59, tzinfo=UTC), "officer")
    cancel(case, Bans("0" * 40), LAW, "did not come", datetime(2026, 12, 4, 16, tzinfo=UTC), "officer")
    with pytest.raises(NotAllowed, match="did not miss"):
        cancel(called(), Bans("0" * 40), LAW, "did not come", NOW, "officer")


def test_who_comes_and_takes_none_is_back_in_the_pool_without_a_ban() -> None:
    case = called()
    assert after(case, decline(case, "too small", CALENDAR, LAW, NOW, "unit")).state is State.POOL_CONFIRMED


@given(st.dates(date(2025, 4, 1), date(2100, 12, 31)), st.integers(1, 30))
def test_a_year_later_is_the_same_day_and_month_but_for_29_february(day: date, years: int) -> None:
    end = after_years(day, years)
    assert end.year == day.year + years
    if (day.month, day.day) == (2, 29):
        assert (end.month, end.day) in ((2, 28), (2, 29))
    else:
        assert (end.month, end.day) == (day.month, day.day)
    assert after_months(day, 12 * years) == end


def test_whoever_was_excused_is_called_again_by_a_person_and_not_by_a_second_delivery() -> None:
    slot = Slot(pool="two-rooms", place=1, slot_from=NOW, slot_until=NOW + timedelta(minutes=15))
    [event] = first_call(CHOSEN_FROM, NOW, slot, 1, "unit")
    case, late = after(CHOSEN_FROM, event), NOW + timedelta(hours=1)
    case = after(case, miss(case, CALENDAR, LAW, late, "unit"))
    case = after(case, excuse(case, "in hospital", late, "officer"))
    assert case.state is State.DRAWN
    assert first_call(case, late, slot, 1, "unit") == ()
