"""Regulation §5: working days, and the last day of a counted period."""

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import chinese_calendar
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from contracts.local_time import SHANGHAI
from procedures.working_days import LONGEST_PERIOD, Calendar, in_time
from procedures.year_plans import BY_LAW, LIBRARY_YEARS, CalendarFileError, YearPlan, check_complete

UNANNOUNCED = max(LIBRARY_YEARS) + 1
days_of_the_calendar = st.dates(date(2004, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("start", "last_day"),
    [
        pytest.param("2025-04-01", "2025-04-11", id="Civil-Code-201-over-Tomb-sweeping"),
        pytest.param("2025-04-30", "2025-05-14", id="Civil-Code-201-over-Labour-Day"),
        pytest.param("2025-09-26", "2025-10-13", id="Civil-Code-201-over-National-Day"),
        pytest.param("2026-02-09", "2026-02-25", id="Civil-Code-201-over-Spring-Festival"),
        pytest.param("2025-04-05", "2025-04-15", id="Civil-Code-201-posted-on-a-holiday"),
        pytest.param("2025-04-06", "2025-04-15", id="Civil-Code-201-posted-on-a-Sunday"),
        pytest.param("2025-09-27", "2025-10-13", id="Civil-Code-201-the-make-up-Sunday-is-day-one"),
        pytest.param("2025-09-28", "2025-10-14", id="Civil-Code-201-posted-on-a-make-up-Sunday"),
    ],
)
def test_seven_working_days_of_publicity_end_on(start: str, last_day: str) -> None:
    due = Calendar().due(date.fromisoformat(start), 7)

    assert due.last_day == date.fromisoformat(last_day)
    assert not due.provisional


def test_the_derivation_names_every_day_with_its_reason_and_number() -> None:
    due = Calendar().due(date(2025, 9, 26), 3)

    assert [(day.date.day, day.number, day.reason) for day in due.derivation] == [
        (27, None, "Saturday"),
        (28, 1, "make-up working day for National Day"),
        (29, 2, "Monday"),
        (30, 3, "Tuesday"),
    ]
    assert Calendar().kind(date(2025, 10, 1)).reason == "statutory holiday: National Day"


def test_a_due_date_is_plain_json() -> None:
    due = Calendar().due(date(2025, 4, 10), 1)

    assert json.loads(json.dumps(due.as_dict())) == {
        "start": "2025-04-10",
        "days": 1,
        "last_day": "2025-04-11",
        "due_instant": "2025-04-11T10:00:00+00:00",
        "provisional": False,
        "derivation": [{"date": "2025-04-11", "working": True, "reason": "Friday", "provisional": False, "number": 1}],
    }


@given(days_of_the_calendar, st.integers(1, 60))
@example(date(2026, 12, 31), 1)
def test_exactly_the_working_days_are_counted_and_the_last_day_is_one(start: date, days: int) -> None:
    calendar = Calendar()

    due = calendar.due(start, days)

    assert [day.number for day in due.derivation if day.working] == list(range(1, days + 1))
    assert all(day.number is None for day in due.derivation if not day.working)
    assert due.derivation[-1].working
    assert due.derivation[-1].date == due.last_day
    gaps = len(due.derivation)
    assert [day.date for day in due.derivation] == [start + dt.timedelta(days=n + 1) for n in range(gaps)]
    assert due.provisional == any(day.date.year >= UNANNOUNCED for day in due.derivation)


@given(days_of_the_calendar, st.integers(1, 30))
def test_a_later_start_or_a_longer_period_never_ends_earlier(start: date, days: int) -> None:
    calendar = Calendar()

    last_day = calendar.due(start, days).last_day

    assert calendar.due(start + dt.timedelta(days=1), days).last_day >= last_day
    assert calendar.due(start, days + 1).last_day > last_day


def test_every_day_the_library_knows_is_worked_exactly_when_the_library_says_so() -> None:
    calendar = Calendar()
    first, last = date(min(LIBRARY_YEARS), 1, 1), date(max(LIBRARY_YEARS), 12, 31)

    wrong = [
        day
        for day in (first + dt.timedelta(days=n) for n in range((last - first).days + 1))
        if calendar.kind(day).working != chinese_calendar.is_workday(day) or calendar.kind(day).provisional
    ]

    assert wrong == []


@pytest.mark.parametrize(
    ("moment", "counts"),
    [
        ("2025-04-11T17:59:00+08:00", True),
        ("2025-04-11T18:00:00+08:00", True),
        ("2025-04-11T10:00:00+00:00", True),
        ("2025-04-11T18:00:00.000001+08:00", False),
        ("2025-04-11T18:01:00+08:00", False),
        ("2025-04-11T11:00:00+01:00", True),
    ],
)
def test_an_objection_counts_until_close_of_business_in_shanghai(moment: str, counts: bool) -> None:
    due = Calendar().due(date(2025, 4, 1), 7)

    assert in_time(dt.datetime.fromisoformat(moment), due) is counts
    assert due.due_instant.utcoffset() == dt.timedelta(0)
    assert due.due_instant.astimezone(SHANGHAI).isoformat() == "2025-04-11T18:00:00+08:00"


def test_an_instant_without_a_time_zone_is_refused() -> None:
    due = Calendar().due(date(2025, 4, 1), 7)

    with pytest.raises(ValueError, match="pass an aware datetime"):
        in_time(dt.datetime(2025, 4, 11, 17, 0), due)


def test_an_unannounced_year_counts_weekends_and_the_holidays_of_every_year_and_says_provisional() -> None:
    thursday, saturday = Calendar().kind(date(2099, 9, 24)), Calendar().kind(date(2099, 9, 26))

    assert thursday.date.year >= UNANNOUNCED
    assert (thursday.working, thursday.provisional, thursday.reason) == (True, True, "Thursday")
    assert (saturday.working, saturday.provisional, saturday.reason) == (False, True, "Saturday")


@pytest.mark.parametrize("month_and_day", ["01-01", "05-01", "05-02", "10-01", "10-02", "10-03"])
@pytest.mark.parametrize("year", range(UNANNOUNCED, UNANNOUNCED + 8))
def test_the_holidays_with_a_date_of_their_own_are_off_in_a_year_nobody_announced(
    year: int, month_and_day: str
) -> None:
    day = Calendar().kind(date.fromisoformat(f"{year}-{month_and_day}"))

    assert (day.working, day.provisional) == (False, True)
    assert "decree 795" in day.reason


def test_no_period_ends_within_the_national_day_of_a_year_nobody_announced() -> None:
    due = Calendar().due(date(2099, 9, 27), 7)

    assert [day.date.day for day in due.derivation if day.working] == [28, 29, 30, 5, 6, 7, 8]
    assert due.provisional


def test_a_period_is_provisional_only_when_it_needs_a_day_of_an_unannounced_year() -> None:
    calendar = Calendar()
    last_of_the_known = date(UNANNOUNCED - 1, 12, 31)
    before = last_of_the_known - dt.timedelta(days=40)

    within, across = calendar.due(before, 7), calendar.due(last_of_the_known - dt.timedelta(days=3), 7)

    assert not within.provisional
    assert across.provisional
    assert [day.provisional for day in across.derivation[:3]] == [False, False, False]
    assert all(day.provisional for day in across.derivation[3:])


def test_the_operators_year_makes_the_date_final_and_moves_it() -> None:
    new_year = date(UNANNOUNCED, 1, 1)
    week_off = frozenset(new_year + dt.timedelta(days=n) for n in range(7))
    sunday_after = next(day for day in (new_year + dt.timedelta(days=n) for n in range(7, 14)) if day.weekday() == 6)
    plan = YearPlan("notice 1", off=week_off, work=frozenset({sunday_after}))
    start = date(UNANNOUNCED - 1, 12, 31)

    provisional, final = Calendar().due(start, 7), Calendar({UNANNOUNCED: plan}).due(start, 7)

    assert provisional.provisional
    assert not final.provisional
    assert final.last_day > provisional.last_day
    reasons = {day.date: (day.working, day.reason) for day in final.derivation}
    assert reasons[new_year] == (False, "statutory holiday: announced in notice 1")
    assert reasons[sunday_after] == (True, "make-up working day: announced in notice 1")


def test_a_notice_that_reaches_back_into_december_is_followed() -> None:
    eve = date(UNANNOUNCED - 1, 12, 31)
    plan = YearPlan("notice 1", off=frozenset({eve, date(UNANNOUNCED, 1, 1)}), work=frozenset())

    assert Calendar().kind(eve).working == (eve.weekday() < 5)
    assert not Calendar({UNANNOUNCED: plan}).kind(eve).working


def test_a_year_between_two_announced_ones_stays_provisional() -> None:
    later = UNANNOUNCED + 1
    plan = YearPlan("notice 2", off=frozenset({date(later, 1, 1)}), work=frozenset())

    calendar = Calendar({later: plan})

    assert calendar.kind(date(UNANNOUNCED, 6, 1)).provisional
    assert not calendar.kind(date(later, 6, 1)).provisional


def test_no_operators_file_is_the_librarys_calendar() -> None:
    assert Calendar.load(None).due(date(2025, 4, 1), 7) == Calendar().due(date(2025, 4, 1), 7)


OF_2090 = (
    *("2090-01-01", "2090-01-29", "2090-01-30", "2090-01-31", "2090-02-01", "2090-04-04", "2090-05-01", "2090-05-02"),
    *("2090-06-02", "2090-09-08", "2090-10-01", "2090-10-02", "2090-10-03"),
)
"""The 13 days of decree 795. 1 October 2090 is a Sunday."""


def a_year(tmp_path: Path, off: Iterable[str], work: Iterable[str] = ()) -> Path:
    file = tmp_path / "years.toml"
    file.write_text(f'[2090]\nannounced = "n"\noff = [{", ".join(off)}]\nwork = [{", ".join(work)}]\n')
    return file


def test_the_operators_file_is_read_with_text_or_toml_dates(tmp_path: Path) -> None:
    file = tmp_path / "years.toml"
    off = ", ".join(["2090-01-02", '"2090-01-03"', *OF_2090])
    file.write_text(
        f'[2090]\nannounced = "国办发明电〔2089〕1号"\noff = [{off}]\nwork = [2090-01-07]\n',
        encoding="utf-8-sig",  # as Notepad saves it
    )

    calendar = Calendar.load(file)

    assert [calendar.kind(date(2090, 1, n)).working for n in (2, 3, 4, 7)] == [False, False, True, True]
    assert calendar.kind(date(2090, 1, 2)).reason == "statutory holiday: announced in 国办发明电〔2089〕1号"


@pytest.mark.parametrize(
    ("left_out", "lacking"),
    [
        (OF_2090[1:], ".*".join(["1 May · 2 May", "2 October", *(name for name, *_ in BY_LAW), "Mid-Autumn 1"])),
        (["2090-02-01"], "Spring Festival 4"),
        (["2090-04-04"], "Qingming 1"),
        (["2090-05-01"], "1 May"),
        (["2090-05-02"], "2 May"),
        (["2090-06-02"], "Dragon Boat Festival 1"),
        (["2090-09-08"], "Mid-Autumn 1"),
        (["2090-10-02"], "2 October"),
        (["2090-10-02", "2090-10-03"], "2 October · 3 October"),
        (["2090-04-04", "2090-06-02"], "Qingming 1 · Dragon Boat Festival 1"),
    ],
)
def test_a_year_half_entered_is_refused_with_the_holidays_that_lack_days(
    tmp_path: Path, left_out: Sequence[str], lacking: str
) -> None:
    file = a_year(tmp_path, [day for day in OF_2090 if day not in left_out])

    with pytest.raises(CalendarFileError, match=rf"years\.toml: \[2090\] off lacks days .*: ({lacking}); list"):
        Calendar.load(file)


def test_a_long_national_day_does_not_stand_for_mid_autumn_nor_for_its_own_days(tmp_path: Path) -> None:
    week = [f"2090-10-{day:02}" for day in range(1, 8)]
    for left_out, lacking in (("2090-09-08", "Mid-Autumn 1"), ("2090-10-02", "2 October")):
        off = [day for day in (*OF_2090, *week) if day != left_out]
        with pytest.raises(CalendarFileError, match=f": {lacking}; list"):
            Calendar.load(a_year(tmp_path, dict.fromkeys(off)))


def test_mid_autumn_beside_national_day_makes_eight_days(tmp_path: Path) -> None:
    off = [day for day in (*OF_2090, *(f"2090-10-{day:02}" for day in range(1, 9))) if day != "2090-09-08"]
    assert not Calendar.load(a_year(tmp_path, dict.fromkeys(off))).kind(date(2090, 9, 8)).provisional


def test_a_year_with_the_days_of_the_law_is_final_and_weekend_days_may_be_left_out(tmp_path: Path) -> None:
    sunday = "2090-10-01"

    due = Calendar.load(a_year(tmp_path, [day for day in OF_2090 if day != sunday])).due(date(2090, 9, 27), 7)

    assert [day.date.day for day in due.derivation if day.working] == [28, 29, 4, 5, 6, 9, 10]
    assert not due.provisional


def test_a_holiday_of_the_law_is_worked_in_no_year(tmp_path: Path) -> None:
    with pytest.raises(CalendarFileError, match=r"\[2090\] work: 2090-10-01 is a holiday by law"):
        Calendar.load(a_year(tmp_path, [day for day in OF_2090 if day != "2090-10-01"], ["2090-10-01"]))


@pytest.mark.parametrize("name", ["off", "work"])
def test_a_day_that_stands_twice_is_refused(tmp_path: Path, name: str) -> None:
    off, work = [*OF_2090, "2090-12-30"], ["2090-12-23"]
    days = off if name == "off" else work
    days.append(f'"{days[-1]}"')

    with pytest.raises(CalendarFileError, match=rf"\[2090\] {name}: 2090-12-.. stands there twice"):
        Calendar.load(a_year(tmp_path, off, work))


def test_every_year_the_library_knows_from_2025_has_the_days_of_the_law() -> None:
    for year in range(2025, max(LIBRARY_YEARS) + 1):
        off = frozenset(day for day in chinese_calendar.holidays if day.year == year)
        check_complete(year, YearPlan("n", off, frozenset()))
        check_complete(year, YearPlan("n", frozenset(day for day in off if day.weekday() < 5), frozenset()))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('[2090]\nannounced = "n"\noff = [', "Unclosed|Invalid"),
        ('[soon]\nannounced = "n"\noff = []\nwork = []', r"\[soon\]: name each table by its year"),
        ("2090 = 1", "write a table"),
        ('[2090]\nannounced = "n"\noff = ["2090-01-02"]', r"\[2090\] work: missing; add it"),
        ('[2090]\noff = ["2090-01-02"]\nwork = []', r"\[2090\] announced: missing"),
        ('[2090]\nannounced = " "\noff = ["2090-01-02"]\nwork = []', r"\[2090\] announced: cite"),
        ('[2090]\nannounced = 1\noff = ["2090-01-02"]\nwork = []', r"\[2090\] announced: write"),
        ('[2090]\nannounced = "n"\noff = []\nwork = []', r"\[2090\] off: is empty"),
        ('[2090]\nannounced = "n"\noff = "2090-01-02"\nwork = []', r"\[2090\] off: write a list"),
        ('[2090]\nannounced = "n"\noff = ["2090-02-30"]\nwork = []', r"\[2090\] off: 2090-02-30 is no day"),
        (
            '[2090]\nannounced = "n"\noff = ["2091-01-02"]\nwork = []',
            r"\[2090\] off: 2091-01-02 is not of 2090",
        ),
        (
            '[2090]\nannounced = "n"\noff = ["2089-12-24"]\nwork = []',
            r"\[2090\] off: 2089-12-24 is not of 2090",
        ),
        (
            '[2090]\nannounced = "n"\noff = ["2090-01-07"]\nwork = ["2090-01-07"]',
            r"\[2090\] work: 2090-01-07 is also in off",
        ),
        (
            '[2090]\nannounced = "n"\noff = ["2090-01-02"]\nwork = ["2090-01-04"]',
            r"\[2090\] work: 2090-01-04 is a Wednesday",
        ),
        (
            '[2090]\nannounced = "n"\noff = ["2090-01-02"]\nwork = []\nholiday = []',
            r"\[2090\] holiday: unknown key",
        ),
        (
            '[2025]\nannounced = "n"\noff = ["2025-01-01"]\nwork = []',
            r"\[2025\]: .* 2004 to .*; remove this table",
        ),
        ('[1999]\nannounced = "n"\noff = ["1999-01-01"]\nwork = []', r"\[1999\]: .* remove this table"),
    ],
)
def test_a_wrong_operators_file_is_refused_naming_file_and_key(tmp_path: Path, text: str, complaint: str) -> None:
    file = tmp_path / "years.toml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(CalendarFileError, match=rf"years\.toml: .*({complaint})"):
        Calendar.load(file)


def test_an_operators_file_that_is_not_there_or_not_text_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(CalendarFileError, match=r"years\.toml: cannot be read"):
        Calendar.load(tmp_path / "years.toml")

    for data, what in (("假", "is not UTF-8"), ("[2090]", "is UTF-16")):
        (tmp_path / "years.toml").write_bytes(data.encode("utf-16" if "16" in what else "gb18030"))
        with pytest.raises(CalendarFileError, match=rf"years\.toml: this {what}.*; save it as UTF-8$"):
            Calendar.load(tmp_path / "years.toml")


def test_a_calendar_built_in_code_takes_no_year_the_library_knows() -> None:
    plan = YearPlan("n", off=frozenset({date(2025, 1, 1)}), work=frozenset())

    with pytest.raises(CalendarFileError, match=r"\[2025\].*remove"):
        Calendar({2025: plan})


@pytest.mark.parametrize(
    ("start", "days", "advice"),
    [
        (date(2025, 4, 1), 0, "give 1 to"),
        (date(2025, 4, 1), -7, "give 1 to"),
        (date(2025, 4, 1), LONGEST_PERIOD + 1, "give 1 to"),
        (date(2003, 12, 31), 7, "give a later day"),
        (date(9999, 12, 30), 7, "give an earlier start"),
        (dt.datetime(2025, 4, 1, 9, 0), 7, "pass the date in Asia/Shanghai"),
    ],
)
def test_a_period_that_cannot_be_counted_is_refused_with_advice(start: date, days: int, advice: str) -> None:
    with pytest.raises(ValueError, match=advice):
        Calendar().due(start, days)
