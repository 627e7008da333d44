"""Which days are working days, and on which of them a counted period ends (regulation §5, Civil Code 201, 202)."""

import datetime as dt
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

# The library's tables, not its functions: each call of those searches every holiday since 2004.
from chinese_calendar import holidays, workdays

SHANGHAI = ZoneInfo("Asia/Shanghai")
CLOSE_OF_BUSINESS = dt.time(18, 0)
LONGEST_PERIOD = 1000  # working days, four years: more is a slip of the hand
LIBRARY_YEARS = frozenset(day.year for day in holidays)
FIRST_YEAR = min(LIBRARY_YEARS)
_ONE_DAY = dt.timedelta(days=1)


class CalendarFileError(ValueError):
    """The operator's file of announced years cannot be used; the text names the file, the key and what to do."""


@dataclass(frozen=True)
class YearPlan:
    """One year as the State Council announced it: the notice cited, days off, and weekend days worked."""

    announced: str
    off: frozenset[dt.date]
    work: frozenset[dt.date]


@dataclass(frozen=True)
class Day:
    """One day of the calendar and why it is worked or not; `number` is its place in a count, if it counts."""

    date: dt.date
    working: bool
    reason: str
    provisional: bool
    number: int | None = None


@dataclass(frozen=True)
class DueDate:
    """When a period of working days ends, with every day after the start up to the last one as its derivation."""

    start: dt.date
    days: int
    last_day: dt.date
    provisional: bool
    derivation: tuple[Day, ...]

    @property
    def due_instant(self) -> dt.datetime:
        """Close of business of the last day in Shanghai, in UTC; that very instant is still in time (201)."""
        return dt.datetime.combine(self.last_day, CLOSE_OF_BUSINESS, SHANGHAI).astimezone(dt.UTC)

    def as_dict(self) -> dict[str, Any]:
        """The whole due date in JSON's own types, dates and the instant in ISO 8601."""
        return {
            "start": self.start.isoformat(),
            "days": self.days,
            "last_day": self.last_day.isoformat(),
            "due_instant": self.due_instant.isoformat(),
            "provisional": self.provisional,
            "derivation": [asdict(day) | {"date": day.date.isoformat()} for day in self.derivation],
        }


class Calendar:
    """The working days: announced years from the library and the operator, weekends only for all later ones."""

    def __init__(self, extra_years: Mapping[int, YearPlan] | None = None) -> None:
        plans = dict(sorted((extra_years or {}).items()))
        for year, plan in plans.items():
            _check(year, plan)
        self._announced_years = LIBRARY_YEARS | plans.keys()
        self._off = {day: plan.announced for plan in plans.values() for day in plan.off}
        self._work = {day: plan.announced for plan in plans.values() for day in plan.work}

    @classmethod
    def load(cls, path: Path | None) -> "Calendar":
        """Read the operator's TOML file, if there is one; CalendarFileError says what is wrong with it."""
        if path is None:
            return cls()
        try:
            tables = tomllib.loads(path.read_text("utf-8-sig"))
            return cls(dict(_year_plan(key, table) for key, table in tables.items()))
        except OSError as error:
            raise CalendarFileError(f"{path}: cannot be read ({error.strerror})") from error
        except ValueError as error:  # our own findings, and what TOML and UTF-8 object to
            raise CalendarFileError(f"{path}: {error}") from error

    def kind(self, day: dt.date) -> Day:
        """Say whether a day is worked and why; provisional when nobody has announced its year."""
        _check_countable(day)
        # The operator's days first: a year's notice may reach back into December of a year the library knows.
        if day in self._off:
            return Day(day, False, f"statutory holiday: announced in {self._off[day]}", False)
        if day in self._work:
            return Day(day, True, f"make-up working day: announced in {self._work[day]}", False)
        if day in holidays:
            return Day(day, False, f"statutory holiday: {holidays[day]}", False)
        if day in workdays:
            return Day(day, True, f"make-up working day for {workdays[day]}", False)
        return Day(day, day.weekday() < 5, f"{day:%A}", day.year not in self._announced_years)

    def due(self, start: dt.date, days: int) -> DueDate:
        """Count working days from the day after `start` (Civil Code 201); ValueError if that cannot be counted."""
        _check_countable(start)
        if not 1 <= days <= LONGEST_PERIOD:
            raise ValueError(f"a period is 1 to {LONGEST_PERIOD} working days, not {days}: give such a number")
        derivation = tuple(self._count(start, days))
        provisional = any(day.provisional for day in derivation)
        return DueDate(start, days, derivation[-1].date, provisional, derivation)

    def _count(self, start: dt.date, days: int) -> Iterator[Day]:
        date, number = start, 0
        while number < days:
            if date == dt.date.max:
                raise ValueError("the period runs past the year 9999: give an earlier start")
            date += _ONE_DAY
            day = self.kind(date)
            number += day.working
            yield replace(day, number=number) if day.working else day


def in_time(instant: dt.datetime, due: DueDate) -> bool:
    """Say whether something done at `instant` (aware, any zone) still counts; 18:00:00 exactly does (201)."""
    if instant.tzinfo is None:
        raise ValueError("the instant has no time zone: pass an aware datetime")
    return instant <= due.due_instant


def add_year(day: dt.date) -> dt.date:
    """The corresponding date one year later; 29 February gives 28 February (Civil Code 202)."""
    if (day.month, day.day) == (2, 29):
        return day.replace(year=day.year + 1, day=28)
    return day.replace(year=day.year + 1)


def _check_countable(day: dt.date) -> None:
    # A datetime is a date to Python but equals none in the tables: every holiday would pass for a working day.
    if isinstance(day, dt.datetime):
        raise ValueError("a day is wanted, not an instant: pass the date in Asia/Shanghai")
    if day.year < FIRST_YEAR:
        raise ValueError(f"{day} is before {FIRST_YEAR}, where the calendar begins: give a later day")


def _year_plan(key: str, table: object) -> tuple[int, YearPlan]:
    if not (key.isascii() and key.isdigit() and len(key) == 4):
        raise CalendarFileError(f"[{key}]: name each table by its year, like [2027]")
    if not isinstance(table, dict):
        raise CalendarFileError(f"{key}: write a table [{key}] with announced, off and work")
    for name in ("announced", "off", "work"):
        if name not in table:
            raise CalendarFileError(f"[{key}] {name}: missing; add it (work = [] if no weekend day is worked)")
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


def _check(year: int, plan: YearPlan) -> None:
    if year in LIBRARY_YEARS or year < FIRST_YEAR:
        known = f"{FIRST_YEAR} to {max(LIBRARY_YEARS)}"
        raise CalendarFileError(f"[{year}]: the installed chinesecalendar rules {known}; remove this table")
    if not plan.announced:
        raise CalendarFileError(f"[{year}] announced: cite the State Council's notice")
    if not plan.off:
        raise CalendarFileError(f"[{year}] off: is empty; every year has holidays, list all days of the notice")
    for name, days in (("off", plan.off), ("work", plan.work)):
        for day in sorted(days):
            if day.year != year and (day.year, day.month) != (year - 1, 12):
                raise CalendarFileError(f"[{year}] {name}: {day} is neither in {year} nor in the December before")
    for day in sorted(plan.work):
        if day in plan.off:
            raise CalendarFileError(f"[{year}] work: {day} is also in off; keep it in one of them")
        if day.weekday() < 5:
            raise CalendarFileError(f"[{year}] work: {day} is a {day:%A}, worked anyway; list weekend days only")
