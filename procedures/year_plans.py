"""The operator's file of years that the State Council has announced and chinesecalendar does not know yet.

One table a year, as its notice says; its New Year holiday may take in the last week of the December before:

    [2027]
    announced = "the notice's number"
    off = ["2027-01-01", "2027-02-05", "…"]      # every day off that the notice names
    work = ["2027-02-20"]

A year is complete or refused: with a holiday left out, a period would end days early, and nothing would say so.
"""

import datetime as dt
import tomllib
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from chinese_calendar import holidays

from contracts.text_file import text_in

LIBRARY_YEARS = frozenset(day.year for day in holidays)
FIRST_YEAR = min(LIBRARY_YEARS)

FIXED = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
"""Month and day of the holidays that need no notice (State Council decree 795, in force from 2025)."""
BY_LAW = (
    ("Spring Festival 4", 4, (1, 15), (2, 28)),
    ("Qingming 1", 1, (4, 1), (4, 8)),
    ("Dragon Boat Festival 1", 1, (5, 25), (6, 30)),
)
"""Of the 13 days of decree 795 those that move: how many, and between which days of any year they lie, with what a
weekend puts off. Mid-Autumn lies in September, or beside National Day: then that is eight days long."""
SPRING_FESTIVAL = 4
MID_AUTUMN = ((9, 5), (9, 30))
LONG_NATIONAL_DAY = ((10, 1), (10, 10), 8)


class CalendarFileError(ValueError):
    """The operator's announced years cannot be used; the text names the file, the key and what to do."""


@dataclass(frozen=True)
class YearPlan:
    """One year as the State Council announced it: the notice cited, days off, and weekend days worked."""

    announced: str
    off: frozenset[dt.date]
    work: frozenset[dt.date]


def read_year_plans(path: Path) -> dict[int, YearPlan]:
    """Read the operator's TOML file into one plan a year; CalendarFileError says what is wrong, and where."""
    try:
        tables = tomllib.loads(text_in(path.read_bytes()))
        plans = dict(_year_plan(key, table) for key, table in tables.items())
        for year, plan in plans.items():
            check_year_plan(year, plan)
            check_complete(year, plan)
    except OSError as error:
        raise CalendarFileError(f"{path}: cannot be read ({error.strerror})") from error
    except ValueError as error:  # our own findings, and what TOML and UTF-8 object to
        raise CalendarFileError(f"{path}: {error}") from error
    return plans


def check_year_plan(year: int, plan: YearPlan) -> None:
    """Refuse a plan that no notice could say: CalendarFileError names the year, the key and what to do."""
    if year in LIBRARY_YEARS or year < FIRST_YEAR:
        known = f"{FIRST_YEAR} to {max(LIBRARY_YEARS)}"
        raise CalendarFileError(f"[{year}]: the installed chinesecalendar rules {known}; remove this table")
    if not plan.announced.strip():
        raise CalendarFileError(f"[{year}] announced: cite the State Council's notice")
    if not plan.off:
        raise CalendarFileError(f"[{year}] off: is empty; list every day off that the notice names")
    for name, days in (("off", plan.off), ("work", plan.work)):
        for day in sorted(days):
            if not dt.date(year - 1, 12, 25) <= day <= dt.date(year, 12, 31):
                raise CalendarFileError(f"[{year}] {name}: {day} is not of {year} or the week before it")
    for day in sorted(plan.work):
        if day in plan.off:
            raise CalendarFileError(f"[{year}] work: {day} is also in off; keep it in one of them")
        if day.weekday() < 5:
            raise CalendarFileError(f"[{year}] work: {day} is a {day:%A}; list weekend days only")
        if (day.month, day.day) in FIXED:
            raise CalendarFileError(f"[{year}] work: {day} is a holiday by law every year; is it mistyped?")


def check_complete(year: int, plan: YearPlan) -> None:
    """Refuse a year of which only a part was entered: CalendarFileError names the holidays that lack days."""
    fixed = [dt.date(year, *day) for day in sorted(FIXED)]
    # What is a weekend day anyway may be left out.
    lacking = [f"{day:%-d %B}" for day in fixed if day not in plan.off and day.weekday() < 5]
    lacking += [name for name, days, first, last in BY_LAW if len(_between(year, plan.off, first, last)) < days]
    if _longest_run(year, plan) < SPRING_FESTIVAL and "Spring Festival 4" not in lacking:
        lacking.append("Spring Festival 4 in one piece")
    if not _has_mid_autumn(year, plan):
        lacking.append("Mid-Autumn 1")
    if lacking:
        raise CalendarFileError(
            f"[{year}] off lacks days that the law itself gives every year (State Council decree 795, 13 days): "
            f"{' · '.join(lacking)}; list every day off that the notice names"
        )


def _longest_run(year: int, plan: YearPlan) -> int:
    """How many days in a row are free around the Spring Festival."""
    longest = run = 0
    for n in range(46):
        day = dt.date(year, 1, 15) + dt.timedelta(n)
        free = day in plan.off or (day.weekday() >= 5 and day not in plan.work)
        run = run + 1 if free else 0
        longest = max(longest, run)
    return longest


def _has_mid_autumn(year: int, plan: YearPlan) -> bool:
    if _between(year, plan.off, *MID_AUTUMN):
        return True
    first, last, days = LONG_NATIONAL_DAY
    listed = _between(year, plan.off, first, last)
    return bool(listed) and (max(listed) - dt.date(year, *first)).days + 1 >= days


def _between(year: int, days: AbstractSet[dt.date], first: tuple[int, int], last: tuple[int, int]) -> set[dt.date]:
    return {day for day in days if dt.date(year, *first) <= day <= dt.date(year, *last)}


def _year_plan(key: str, table: object) -> tuple[int, YearPlan]:
    if not (key.isascii() and key.isdigit() and len(key) == 4):
        raise CalendarFileError(f"[{key}]: name each table by its year, like [2027]")
    if not isinstance(table, dict):
        raise CalendarFileError(f"{key}: write a table [{key}] with announced, off and work")
    for name in ("announced", "off", "work"):
        if name not in table:
            raise CalendarFileError(f"[{key}] {name}: missing; add it (work = [] if there is none)")
    if unknown := sorted(table.keys() - {"announced", "off", "work"}):
        raise CalendarFileError(f"[{key}] {unknown[0]}: unknown key; only announced, off and work are read")
    if not isinstance(table["announced"], str):
        raise CalendarFileError(f"[{key}] announced: write the number of the State Council's notice as text")
    return int(key), YearPlan(
        table["announced"].strip(), _days(key, "off", table["off"]), _days(key, "work", table["work"])
    )


def _days(key: str, name: str, values: object) -> frozenset[dt.date]:
    if not isinstance(values, list):
        raise CalendarFileError(f'[{key}] {name}: write a list of days, like ["{key}-01-01"]')
    days = [_day(f"[{key}] {name}", value) for value in values]
    if twice := sorted(day for day in set(days) if days.count(day) > 1):
        raise CalendarFileError(f"[{key}] {name}: {twice[0]} stands there twice; is one of them mistyped?")
    return frozenset(days)


def _day(place: str, value: object) -> dt.date:
    try:
        return dt.date.fromisoformat(str(value))  # TOML's own dates print as they are written
    except ValueError:
        raise CalendarFileError(f"{place}: {value!s} is no day; write year-month-day in figures") from None
