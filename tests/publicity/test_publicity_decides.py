"""Seven working days, what holds an entry, and when it closes: regulation §5 and §7, article by article. No bus."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from publicity.decide import (
    Period,
    close,
    correct,
    decide_objection,
    entry_of,
    object_to,
    open_entry,
    recompute,
)
from publicity.look_alikes import LookAlikes
from publicity.service import due_after, note

from chassis.consume.trusted_clock import TrustedClock
from contracts.case.case import Case, NotAllowed, Recorded
from contracts.case.fold import evolve
from contracts.case.states import State
from contracts.events import (
    ApplicationWithdrawn,
    DeterminationConfirmed,
    Event,
    NoticeSent,
    ObjectionDecided,
    ObjectionRaised,
    PoolConfirmed,
    PublicityClosed,
    PublicityOpened,
)
from contracts.events.values import PublicEntry
from contracts.local_time import SHANGHAI
from evidence.audit import Auditor
from procedures.working_days import Calendar
from procedures.year_plans import YearPlan
from tests.publicity.listed import determined, form_of
from tests.support.families import accepted, an_application_number, submitted

NUMBER = an_application_number()
GRACE = timedelta(seconds=20)
A_SECOND = timedelta(seconds=1)
REAL = Period(Calendar())
CLOSES = datetime(2025, 10, 13, 18, 0, tzinfo=SHANGHAI)
"""When an entry closes that was posted on 2025-09-26."""


def nobody(entry: PublicEntry) -> bool:
    return False


def everybody(entry: PublicEntry) -> bool:
    return True


def shanghai(text: str) -> datetime:
    """An instant by Shanghai's clocks, in UTC as services have it."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def then(case: Case, *events: Event) -> Case:
    for event in events:
        case = evolve(case, Recorded(case.sequence + 1, event, "id", event.at))
    return case


def verifying(name: str = "王建国", id_number: str = "150303198503120018", application: str = NUMBER) -> Case:
    """An accepted family of three whose answers are in."""
    form = form_of(name, id_number)
    return then(Case(application), submitted(application, form), accepted(application, form))


def eligible() -> Case:
    return then(verifying(), determined(NUMBER))


def shown(posted: str = "2025-09-26 10:00", period: Period = REAL) -> Case:
    """An eligible family on the public list."""
    case = eligible()
    return then(case, *open_entry(case, period, nobody, shanghai(posted)))


def objected(case: Case, at: datetime) -> Case:
    return then(case, object_to(case, "he owns a house", at, 50))


def decided(case: Case, n: int, upheld: bool, now: datetime) -> Case:
    return then(case, decide_objection(case, n, upheld, "looked into", "officer 7", now)[0])


def the_opening(case: Case) -> PublicityOpened:
    assert case.publicity is not None
    return case.publicity


# --- the seven working days -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("posted", "last_day"),
    [
        pytest.param("2025-04-01 09:00", "2025-04-11", id="26(4) over Tomb-Sweeping"),
        pytest.param("2025-04-30 09:00", "2025-05-14", id="26(4) over Labour Day"),
        pytest.param("2025-09-26 09:00", "2025-10-13", id="26(4) over National Day with two make-up days"),
        pytest.param("2026-02-09 09:00", "2026-02-25", id="26(4) over the Spring Festival"),
        pytest.param("2025-09-28 09:00", "2025-10-14", id="CC201 posted on a make-up Sunday that does not count"),
        pytest.param("2025-04-05 09:00", "2025-04-15", id="CC201 posted on a holiday: day 1 is the next working day"),
        pytest.param("2025-10-07 09:00", "2025-10-16", id="CC201 posted amid a long holiday"),
        pytest.param("2025-04-01 23:00", "2025-04-11", id="CC201 posted at 23:00 is posted that day"),
        pytest.param("2025-04-01 23:59", "2025-04-11", id="CC201 posted at 23:59 is posted that day"),
        pytest.param("2025-04-02 00:00", "2025-04-14", id="CC201 posted at midnight is posted the new day"),
        pytest.param("2025-04-02 00:30", "2025-04-14", id="CC201 the day is Shanghai's while it is yesterday in UTC"),
        pytest.param("2025-04-01 18:00", "2025-04-11", id="CC201 posted after business is posted that day"),
    ],
)
def test_the_last_day_is_the_seventh_working_day_after_the_day_of_posting(posted: str, last_day: str) -> None:
    opening = the_opening(shown(posted))
    assert opening.last_day == date.fromisoformat(last_day)
    assert opening.closes_at == shanghai(f"{last_day} 18:00:00")
    assert (opening.n, opening.why, opening.provisional, opening.drill) == (1, "eligible", False, False)


def test_the_derivation_says_of_every_day_whether_it_counts_and_why() -> None:
    days = the_opening(shown("2025-09-26 10:00")).derivation
    assert [day.date for day in days] == [date(2025, 9, 27) + timedelta(days=n) for n in range(17)]
    counted = [day.date.isoformat()[5:] for day in days if day.number is not None]
    assert counted == ["09-28", "09-29", "09-30", "10-09", "10-10", "10-11", "10-13"]
    assert [day.number for day in days if day.number] == [1, 2, 3, 4, 5, 6, 7]
    reasons = {day.date: day.reason for day in days}
    assert reasons[date(2025, 9, 27)] == "Saturday"
    assert reasons[date(2025, 9, 28)].startswith("make-up working day")
    assert reasons[date(2025, 10, 1)].startswith("statutory holiday")


# --- opening ----------------------------------------------------------------------------------------------------


def test_an_eligible_family_is_shown_and_once_it_is_shown_not_again() -> None:
    now = shanghai("2025-09-26 10:00")
    (opening,) = open_entry(eligible(), REAL, nobody, now)
    assert (opening.application, opening.at) == (NUMBER, now)
    assert open_entry(then(eligible(), opening), REAL, nobody, now + A_SECOND) == ()


@pytest.mark.parametrize("outcome", ["ineligible", "review"])
def test_what_a_person_has_still_to_decide_is_not_shown_until_the_officer_says_eligible(outcome: str) -> None:
    waiting = then(verifying(), determined(NUMBER, outcome))
    now = shanghai("2025-09-26 10:00")
    assert open_entry(waiting, REAL, nobody, now) == ()

    def said(word: str) -> Case:
        told = {"application": NUMBER, "at": now, "round": 1, "outcome": word, "reason": "seen", "by": "officer 7"}
        return then(waiting, DeterminationConfirmed.model_validate(told))

    assert open_entry(said("ineligible"), REAL, nobody, now) == ()
    assert len(open_entry(said("eligible"), REAL, nobody, now)) == 1


def test_what_was_never_heard_of_never_determined_or_withdrawn_is_not_shown() -> None:
    now = shanghai("2025-09-26 10:00")
    withdrawn = then(eligible(), ApplicationWithdrawn(application=NUMBER, at=now, reason="moving", by="family"))
    for case in (Case(NUMBER), verifying(), withdrawn):
        assert open_entry(case, REAL, nobody, now) == ()


# --- closing ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "closes"),
    [
        pytest.param(CLOSES - timedelta(days=3), False, id="26(4) days before"),
        pytest.param(CLOSES - A_SECOND, False, id="CC201 17:59:59 of the last day"),
        pytest.param(CLOSES, False, id="CC201 18:00:00 is still in time for an objection"),
        pytest.param(CLOSES + GRACE - timedelta(microseconds=1), False, id="26(4) within the grace"),
        pytest.param(CLOSES + GRACE, True, id="26(4) after the grace"),
        pytest.param(CLOSES + timedelta(days=90), True, id="26(4) found months later"),
    ],
)
def test_an_entry_closes_into_the_pool_once_its_time_and_the_grace_are_over(now: datetime, closes: bool) -> None:
    case = shown("2025-09-26 10:00")
    events = close(case, GRACE, now)
    if not closes:
        assert events == ()
        return
    closed, confirmed = events
    assert isinstance(closed, PublicityClosed)
    assert isinstance(confirmed, PoolConfirmed)
    assert (closed.n, closed.shown_from, closed.shown_until) == (1, shanghai("2025-09-26 10:00"), now)
    assert (after := then(case, *events)).state is State.POOL_CONFIRMED
    assert close(after, GRACE, now) == ()


@given(
    posted=st.datetimes(datetime(2025, 4, 1), datetime(2026, 11, 1)),
    waited=st.timedeltas(timedelta(0), timedelta(days=30)),
    grace=st.timedeltas(timedelta(0), timedelta(minutes=5)),
)
def test_never_before_the_due_instant_whatever_the_moment(
    posted: datetime, waited: timedelta, grace: timedelta
) -> None:
    case = eligible()
    now = posted.replace(tzinfo=UTC)
    case = then(case, *open_entry(case, REAL, nobody, now))
    assert (close(case, grace, now + waited) == ()) == (now + waited < the_opening(case).closes_at + grace)


def test_a_family_that_withdraws_while_it_is_shown_is_neither_closed_nor_corrected_nor_objected_to() -> None:
    taken_back = ApplicationWithdrawn(application=NUMBER, at=CLOSES - A_SECOND, reason="moving", by="family")
    for case in (shown(), objected(shown(), CLOSES - timedelta(days=1))):
        withdrawn = then(case, taken_back)
        assert close(withdrawn, GRACE, CLOSES + GRACE) == ()
        assert recompute(withdrawn, REAL, CLOSES) == ()
        with pytest.raises(NotAllowed, match="not on the public list"):
            correct(withdrawn, REAL, nobody, CLOSES)
        with pytest.raises(NotAllowed, match="not on the public list"):
            object_to(withdrawn, "he owns a house", CLOSES - A_SECOND, 50)
        with pytest.raises(NotAllowed):
            decide_objection(withdrawn, 1, True, "true", "officer 7", CLOSES)


# --- objections -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("received", "in_time"),
    [
        pytest.param("2025-09-26 10:00:01", True, id="26(4) on the day of posting"),
        pytest.param("2025-10-05 03:00:00", True, id="26(4) at night on a holiday"),
        pytest.param("2025-10-13 17:59:00", True, id="CC201 17:59:00 of the last day"),
        pytest.param("2025-10-13 18:00:00", True, id="CC201 18:00:00 exactly is still in time"),
        pytest.param("2025-10-13 18:00:00.000001", False, id="CC201 a moment after 18:00:00"),
        pytest.param("2025-10-13 18:01:00", False, id="CC201 18:01"),
    ],
)
def test_an_objection_counts_until_close_of_business_of_the_last_day(received: str, in_time: bool) -> None:
    at = shanghai(received)
    raised = object_to(shown("2025-09-26 10:00"), "he owns a house", at, 50)
    assert (raised.n, raised.in_time, raised.received_at, raised.at) == (1, in_time, at, at)


def test_one_in_time_holds_its_entry_however_late_it_is_and_a_late_one_is_kept_and_holds_nothing() -> None:
    held = objected(shown(), CLOSES)
    assert held.state is State.OBJECTED
    assert close(held, GRACE, CLOSES + timedelta(days=30)) == ()

    late = objected(shown(), CLOSES + timedelta(minutes=1))
    assert (late.state, [item.in_time for item in late.objections]) == (State.IN_PUBLICITY, [False])
    assert len(close(late, GRACE, CLOSES + timedelta(minutes=2))) == 2


def test_one_that_comes_after_the_pool_was_confirmed_is_kept_and_holds_nothing() -> None:
    case = shown()
    confirmed = then(case, *close(case, GRACE, CLOSES + GRACE))
    raised = object_to(confirmed, "he owns a house", CLOSES + GRACE, 50)
    assert raised.in_time is False
    # Stamped in time at the endpoint, but it reached the log only after the entry was closed.
    overtaken = object_to(confirmed, "he owns a house", CLOSES - A_SECOND, 50)
    assert overtaken.in_time is False
    assert then(confirmed, overtaken).state is State.POOL_CONFIRMED


def test_an_objection_pauses_the_entry_it_names_and_no_other() -> None:
    other = an_application_number()
    beside = then(verifying("李芳", "150303199001010016", other), determined(other))
    beside = then(beside, *open_entry(beside, REAL, nobody, shanghai("2025-09-26 10:00")))
    raised = object_to(shown(), "he owns a house", CLOSES - A_SECOND, 50)
    assert raised.application == NUMBER
    assert len(close(beside, GRACE, CLOSES + GRACE)) == 2
    assert close(then(shown(), raised), GRACE, CLOSES + GRACE) == ()


def test_while_an_objection_is_open_the_seven_days_run_on() -> None:
    before = shown()
    assert the_opening(objected(before, CLOSES - timedelta(days=3))) == the_opening(before)


def test_dismissed_before_the_last_day_the_entry_stays_and_closes_in_its_time() -> None:
    case = decided(objected(shown(), CLOSES - timedelta(days=5)), 1, False, CLOSES - timedelta(days=4))
    assert case.state is State.IN_PUBLICITY
    assert close(case, GRACE, CLOSES - timedelta(days=4)) == ()
    assert len(close(case, GRACE, CLOSES + GRACE)) == 2


def test_dismissed_after_the_last_day_the_entry_closes_at_once() -> None:
    case = objected(shown(), CLOSES - timedelta(days=5))
    now = CLOSES + timedelta(days=9)
    decision, after = decide_objection(case, 1, False, "the house is his uncle's", "officer 7", now)
    assert (decision.n, decision.upheld, decision.by, decision.at) == (1, False, "officer 7", now)
    assert [type(event) for event in close(after, GRACE, now)] == [PublicityClosed, PoolConfirmed]


def test_upheld_disqualifies_whatever_else_is_open() -> None:
    case = objected(objected(shown(), CLOSES - timedelta(days=5)), CLOSES - timedelta(days=4))
    decision, after = decide_objection(case, 1, True, "he owns 90 m²", "officer 7", CLOSES - timedelta(days=3))
    assert decision.upheld is True
    assert (after.state, after.is_open) == (State.DISQUALIFIED, False)
    assert close(after, GRACE, CLOSES + GRACE) == ()
    with pytest.raises(NotAllowed, match="disqualified"):
        decide_objection(then(case, decision), 2, False, "no", "officer 7", CLOSES)


def test_with_several_objections_the_last_one_decided_lets_the_entry_go() -> None:
    case = shown()
    for days in (5, 4, 3):
        case = objected(case, CLOSES - timedelta(days=days))
    assert [item.n for item in case.objections] == [1, 2, 3]
    now = CLOSES + timedelta(days=1)
    for n in (2, 1):
        _, after = decide_objection(case, n, False, "no", "officer 7", now)
        assert after.state is State.OBJECTED
        assert close(after, GRACE, now) == ()
        case = decided(case, n, False, now)
    _, after = decide_objection(case, 3, False, "no", "officer 7", now)
    assert len(close(after, GRACE, now)) == 2


def test_a_late_objection_beside_an_open_one_can_neither_hold_nor_disqualify() -> None:
    case = objected(objected(shown(), CLOSES - A_SECOND), CLOSES + timedelta(minutes=1))
    assert [item.in_time for item in case.objections] == [True, False]
    for upheld in (True, False):
        with pytest.raises(NotAllowed, match="came late"):
            decide_objection(case, 2, upheld, "he owns 90 m²", "officer 7", CLOSES + timedelta(days=1))
    _, after = decide_objection(case, 1, False, "no", "officer 7", CLOSES + timedelta(days=1))
    assert len(close(after, GRACE, CLOSES + timedelta(days=1))) == 2


@pytest.mark.parametrize(("n", "says"), [(2, "no objection 2"), (1, "decided already")])
def test_what_is_not_there_or_is_decided_cannot_be_decided(n: int, says: str) -> None:
    case = decided(objected(shown(), CLOSES - timedelta(days=5)), 1, False, CLOSES - timedelta(days=4))
    with pytest.raises(NotAllowed, match=says):
        decide_objection(case, n, True, "no", "officer 7", CLOSES)


def test_there_is_a_most_of_objections_to_one_entry_late_ones_counted() -> None:
    case = objected(objected(shown(), CLOSES - A_SECOND), CLOSES + A_SECOND)
    assert object_to(case, "me too", CLOSES - A_SECOND, 3).n == 3
    with pytest.raises(NotAllowed, match="2 objections"):
        object_to(case, "me too", CLOSES - A_SECOND, 2)


def test_who_is_not_on_the_list_cannot_be_objected_to() -> None:
    for case in (verifying(), eligible()):
        with pytest.raises(NotAllowed, match="not on the public list"):
            object_to(case, "he owns a house", CLOSES, 50)


# --- corrected --------------------------------------------------------------------------------------------------


def test_a_corrected_entry_is_shown_anew_and_its_seven_days_begin_again() -> None:
    case = shown("2025-09-26 10:00")
    now = shanghai("2025-10-10 16:00")
    corrected = then(case, *correct(case, REAL, nobody, now))
    again = the_opening(corrected)
    assert (again.n, again.why, again.last_day) == (2, "corrected", date(2025, 10, 20))
    assert again.derivation[0].date == date(2025, 10, 11)
    assert corrected.state is State.IN_PUBLICITY
    assert close(corrected, GRACE, CLOSES + GRACE) == ()
    closed = close(corrected, GRACE, again.closes_at + GRACE)[0]
    assert isinstance(closed, PublicityClosed)
    assert (closed.n, closed.shown_from) == (2, shanghai("2025-09-26 10:00"))


def test_a_correction_keeps_what_holds_the_entry_and_gives_everybody_time_anew() -> None:
    held = objected(shown(), CLOSES - A_SECOND)
    corrected = then(held, *correct(held, REAL, nobody, CLOSES + timedelta(hours=1)))
    assert corrected.state is State.OBJECTED
    assert object_to(corrected, "he owns a house", CLOSES + timedelta(days=1), 50).in_time is True


def test_an_entry_that_is_not_shown_cannot_be_corrected() -> None:
    case = shown()
    confirmed = then(case, *close(case, GRACE, CLOSES + GRACE))
    for other in (Case(NUMBER), verifying(), eligible(), confirmed):
        with pytest.raises(NotAllowed, match="not on the public list"):
            correct(other, REAL, nobody, CLOSES)


# --- provisional ------------------------------------------------------------------------------------------------

YEAR_2040 = YearPlan("notice of 2039", frozenset({date(2040, 1, 1)}), frozenset())
LONG_NEW_YEAR = YearPlan("notice of 2040", frozenset({date(2041, 1, day) for day in (1, 2, 3)}), frozenset())
ONLY_2040 = Period(Calendar({2040: YEAR_2040}))
BOTH = Period(Calendar({2040: YEAR_2040, 2041: LONG_NEW_YEAR}))


def over_new_year() -> Case:
    """Posted on Wednesday, 26 December 2040, while nobody has announced 2041."""
    return shown("2040-12-26 23:00", ONLY_2040)


def test_a_date_in_a_year_that_nobody_announced_is_provisional_and_never_closed() -> None:
    opening = the_opening(over_new_year())
    assert (opening.provisional, opening.last_day) == (True, date(2041, 1, 7))
    assert [day.provisional for day in opening.derivation] == [False] * 5 + [True] * 7
    assert close(over_new_year(), GRACE, shanghai("2041-06-01 10:00")) == ()
    assert recompute(over_new_year(), ONLY_2040, shanghai("2041-06-01 10:00")) == ()


def test_it_is_recomputed_once_the_year_is_announced_and_keeps_the_day_of_posting_and_the_text() -> None:
    case, now = over_new_year(), shanghai("2041-01-02 09:00")
    (anew,) = recompute(case, BOTH, now)
    assert isinstance(anew, PublicityOpened)
    assert (anew.n, anew.why, anew.at) == (2, "calendar announced", now)
    assert (anew.provisional, anew.last_day) == (False, date(2041, 1, 9))
    assert (anew.derivation[0].date, anew.entry) == (date(2040, 12, 27), the_opening(case).entry)
    after = then(case, anew)
    assert after.opened_at == shanghai("2040-12-26 23:00")
    assert recompute(after, BOTH, now) == ()
    assert close(after, GRACE, anew.closes_at) == ()
    assert len(close(after, GRACE, anew.closes_at + GRACE)) == 2


def test_nobody_is_late_for_a_provisional_date() -> None:
    assert object_to(over_new_year(), "he owns a house", shanghai("2041-01-04 18:01"), 50).in_time is True


def test_an_objection_to_a_provisional_entry_dismissed_after_its_date_does_not_close_it() -> None:
    case = objected(over_new_year(), shanghai("2041-01-01 10:00"))
    now = shanghai("2041-01-20 10:00")
    _, after = decide_objection(case, 1, False, "no", "officer 7", now)
    assert close(after, GRACE, now) == ()
    held = then(case, *recompute(case, BOTH, now))
    assert (held.state, the_opening(held).provisional) == (State.OBJECTED, False)
    assert len(close(decided(held, 1, False, now), GRACE, now)) == 2


def test_the_index_looks_at_a_provisional_entry_only_once_its_year_is_announced() -> None:
    opening = the_opening(over_new_year())
    entry = note(None, Recorded(1, opening, "id", opening.at))
    assert entry is not None
    assert due_after(GRACE, ONLY_2040.calendar)(entry) is None
    assert due_after(GRACE, BOTH.calendar)(entry) == datetime.fromtimestamp(0, UTC)


# --- a drill ----------------------------------------------------------------------------------------------------


def test_a_drill_is_seconds_long_and_says_so() -> None:
    now = shanghai("2025-09-26 00:30")
    case = shown("2025-09-26 00:30", Period(Calendar(), drill_seconds=3))
    opening = the_opening(case)
    assert (opening.drill, opening.closes_at, opening.last_day) == (True, now + 3 * A_SECOND, date(2025, 9, 26))
    assert (opening.provisional, opening.derivation) == (False, ())
    assert close(case, GRACE, now + 22 * A_SECOND) == ()
    assert len(close(case, GRACE, now + 23 * A_SECOND)) == 2
    (again,) = correct(case, Period(Calendar(), drill_seconds=3), nobody, now + A_SECOND)
    assert isinstance(again, PublicityOpened)
    assert (again.n, again.drill) == (2, True)


def test_a_family_in_its_real_days_is_not_hurried_through_when_the_service_is_started_as_a_drill() -> None:
    (anew,) = recompute(over_new_year(), Period(BOTH.calendar, drill_seconds=3), shanghai("2041-01-02 09:00"))
    assert isinstance(anew, PublicityOpened)
    assert (anew.drill, anew.last_day) == (False, date(2041, 1, 9))


# --- the time while the clock is in doubt -----------------------------------------------------------------------

NOON = shanghai("2025-10-13 12:00")


@pytest.mark.parametrize(
    ("wall", "newest_record", "earliest", "latest"),
    [
        pytest.param(NOON, None, NOON, NOON, id="trusted"),
        pytest.param(NOON, NOON - timedelta(days=9), NOON, NOON, id="trusted after nine quiet days"),
        pytest.param(NOON + timedelta(days=3), NOON, NOON, NOON + timedelta(days=3), id="jumped ahead"),
        pytest.param(NOON - timedelta(days=3), NOON, NOON - timedelta(days=3), NOON, id="jumped back"),
        pytest.param(NOON, NOON + timedelta(days=3), NOON, NOON + timedelta(days=3), id="started behind the log"),
    ],
)
def test_in_doubt_the_time_lies_between_what_the_clock_shows_and_what_it_should_show(
    wall: datetime, newest_record: datetime | None, earliest: datetime, latest: datetime
) -> None:
    clock = TrustedClock(wall=NOON - timedelta(minutes=10), monotonic=1000.0)
    assert clock.between(wall, 1600.0, newest_record) == (earliest, latest)


def test_in_doubt_the_time_runs_on_from_where_the_clock_was_last_right() -> None:
    clock = TrustedClock(wall=NOON, monotonic=1000.0)
    assert clock.between(NOON + timedelta(hours=2), 1001.0, None)[0] == NOON + A_SECOND
    back_again = NOON + timedelta(hours=1)
    assert clock.between(back_again, 4600.0, None) == (back_again, back_again)
    assert clock.doubt is not None, "that it looks right again is for a person to say"


# --- what is shown ----------------------------------------------------------------------------------------------


def test_an_entry_shows_the_masked_person_the_size_of_the_family_and_how_to_object_and_nothing_else() -> None:
    entry = the_opening(shown()).entry
    assert entry.model_dump() == {
        "application": NUMBER,
        "name": "王*国",
        "id_number": "1503**********0018",
        "family_size": 3,
        "outcome": "符合条件 / eligible",
        "how_to_object": entry.how_to_object,
    }
    hidden = ("王建国", "19850312", "刘芳", "王小雨", "公乌素", "13800000000")
    assert not [word for word in hidden if word in the_opening(shown()).model_dump_json()]


def test_where_another_entry_looks_alike_digits_five_and_six_are_shown_and_never_the_birth_date() -> None:
    assert entry_of(eligible(), everybody).id_number == "150303********0018"


@pytest.mark.parametrize("typed", ["葛\U000e0100*", "葛\ufe00*", "葛*\u200b"], ids=ascii)
def test_a_name_typed_with_what_cannot_be_seen_looks_like_the_one_without(typed: str) -> None:
    looks, entry = LookAlikes(), entry_of(eligible(), nobody).model_copy(update={"name": "葛*"})
    looks.keep(an_application_number(), typed, entry.id_number)
    assert looks.beside(entry) is True


def test_who_looks_alike_is_told_by_name_and_shown_digits_whether_or_not_the_other_shows_more() -> None:
    looks = LookAlikes()
    entry = entry_of(eligible(), nobody)
    other, third = an_application_number(), an_application_number()
    assert looks.beside(entry) is False
    looks.keep(NUMBER, entry.name, entry.id_number)
    assert looks.beside(entry) is False, "nobody looks like himself"
    looks.keep(other, "王*强", entry.id_number)
    looks.keep(third, entry.name, "1503**********9991")
    assert looks.beside(entry) is False
    looks.keep(other, entry.name, "150302********0018")
    assert looks.beside(entry) is True
    looks.keep(other, "王*强", entry.id_number)
    assert looks.beside(entry) is False, "the other's corrected text looks otherwise"
    looks.keep(third, entry.name, entry.id_number)
    looks.forget(third)
    looks.forget(third)
    assert looks.beside(entry) is False, "what is taken down is beside nobody"


# --- what the index keeps ---------------------------------------------------------------------------------------


def test_the_index_keeps_exactly_what_is_shown_and_its_dates() -> None:
    opening = the_opening(shown("2025-09-26 10:00"))
    entry = note(None, Recorded(1, opening, "id", opening.at))
    assert entry == {
        "name": "王*国",
        "id_number": "1503**********0018",
        "family_size": 3,
        "outcome": "符合条件 / eligible",
        "how_to_object": opening.entry.how_to_object,
        "posted_at": "2025-09-26T02:00:00+00:00",
        "last_day": "2025-10-13",
        "closes_at": "2025-10-13T10:00:00+00:00",
        "provisional": False,
        "drill": False,
        "project": "HN-2026-01",
    }
    assert due_after(GRACE, REAL.calendar)(entry) == CLOSES + GRACE


def test_a_recomputed_entry_keeps_its_posting_and_a_corrected_one_is_posted_anew() -> None:
    case = over_new_year()
    first = note(None, Recorded(1, the_opening(case), "id", CLOSES))
    now = shanghai("2041-01-02 09:00")
    for events, posted in (
        (recompute(case, BOTH, now), "2040-12-26T15:00:00+00:00"),
        (correct(case, BOTH, nobody, now), "2041-01-02T01:00:00+00:00"),
    ):
        entry = note(first, Recorded(2, events[0], "id", now))
        assert entry is not None
        assert entry["posted_at"] == posted


NOW = shanghai("2025-10-01 10:00")
FACTS: tuple[tuple[Event, bool], ...] = (
    (ObjectionRaised(application=NUMBER, at=NOW, n=1, received_at=NOW, in_time=True, text="no"), True),
    (ObjectionDecided(application=NUMBER, at=NOW, n=1, upheld=False, reason="no", by="officer 7"), True),
    (NoticeSent(application=NUMBER, at=NOW, cause="accepted", channel="sms", notice_id="N1", article="26"), True),
    (PublicityClosed(application=NUMBER, at=NOW, n=1, shown_from=NOW, shown_until=NOW), True),
    (ObjectionDecided(application=NUMBER, at=NOW, n=1, upheld=True, reason="yes", by="officer 7"), False),
    (PoolConfirmed(application=NUMBER, at=NOW), False),
    (ApplicationWithdrawn(application=NUMBER, at=NOW, reason="moving", by="family"), False),
)


@pytest.mark.parametrize(("event", "stays"), FACTS, ids=[type(event).__name__ for event, _ in FACTS])
def test_an_entry_is_taken_down_when_it_is_over_and_stays_otherwise(event: Event, stays: bool) -> None:
    opening = the_opening(shown())
    entry = note(None, Recorded(1, opening, "id", NOW))
    assert note(entry, Recorded(2, event, "id", NOW)) == (entry if stays else None)
    assert note(None, Recorded(2, event, "id", NOW)) is None


# --- what audit says of it (I6) ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("of_the_service", "of_the_bus", "clean"),
    [(timedelta(0), timedelta(0), True), (-A_SECOND, timedelta(0), False), (timedelta(0), -A_SECOND, False)],
)
def test_audit_holds_a_closing_against_the_clocks_of_the_service_and_of_the_bus(
    of_the_service: timedelta, of_the_bus: timedelta, clean: bool
) -> None:
    case = shown()
    closes_at = the_opening(case).closes_at
    at = closes_at + of_the_service
    closed = PublicityClosed(application=NUMBER, at=at, n=1, shown_from=at, shown_until=at)
    auditor = Auditor()
    auditor.cases[NUMBER] = case
    auditor.take(Recorded(case.sequence + 1, closed, "id", closes_at + of_the_bus))
    said = f"{NUMBER} at sequence {case.sequence + 1}: I6 publicity closed before its due instant"
    assert auditor.violations == ([] if clean else [said])
