"""The operator's file of years that the State Council has announced and chinesecalendar does not know yet.

One table a year, as its notice says; its New Year holiday may take in the last week of the December before:

    [2027]
    announced = "the notice's number"
    off = ["2027-01-01", "2027-02-05"]
    work = ["2027-02-20"]
"""

import datetime as dt
import tomllib
from dataclasses import dataclass
from pathlib import Path

from chinese_calendar import holidays

LIBRARY_YEARS = frozenset(day.year for day in holidays)
FIRST_YEAR = min(LIBRARY_YEARS)


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
        tables = tomllib.loads(path.read_text("utf-8-sig"))
        plans = dict(_year_plan(key, table) for key, table in tables.items())
        for year, plan in plans.items():
            check_year_plan(year, plan)
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
    return frozenset(_day(f"[{key}] {name}", value) for value in values)


def _day(place: str, value: object) -> dt.date:
    try:
        return dt.date.fromisoformat(str(value))  # TOML's own dates print as they are written
    except ValueError:
        raise CalendarFileError(f"{place}: {value!s} is no day; write year-month-day in figures") from None
