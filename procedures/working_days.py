"""Which days are working days, and on which of them a period ends (regulation §5, Civil Code 201, 202)."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

# The library's tables, not its functions: each call of those searches every holiday since 2004.
from chinese_calendar import holidays, workdays

from contracts.local_time import SHANGHAI
from procedures.year_plans import FIRST_YEAR, FIXED, LIBRARY_YEARS, YearPlan, check_year_plan, read_year_plans

CLOSE_OF_BUSINESS = dt.time(18, 0)
LONGEST_PERIOD = 1000  # working days, four years: more is a slip of the hand
_ONE_DAY = dt.timedelta(days=1)


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
    """When a period of working days ends; the derivation is every day after the start up to the last one."""

    start: dt.date
    days: int
    last_day: dt.date
    provisional: bool
    derivation: tuple[Day, ...]

    @cached_property
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
    """The working days as announced, from library and operator; in a year nobody announced, all but weekends and the
    holidays that have the same date every year."""

    def __init__(self, extra_years: Mapping[int, YearPlan] | None = None) -> None:
        plans = dict(sorted((extra_years or {}).items()))
        for year, plan in plans.items():
            check_year_plan(year, plan)
        self._announced_years = LIBRARY_YEARS | plans.keys()
        self._off = {day: plan.announced for plan in plans.values() for day in plan.off}
        self._work = {day: plan.announced for plan in plans.values() for day in plan.work}

    @classmethod
    def load(cls, path: Path | None) -> "Calendar":
        """Read the operator's TOML file, if there is one; CalendarFileError says what is wrong with it."""
        return cls(read_year_plans(path) if path else None)

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
        provisional = day.year not in self._announced_years
        if provisional and (day.month, day.day) in FIXED:
            return Day(day, False, "statutory holiday: by law every year (State Council decree 795)", True)
        return Day(day, day.weekday() < 5, f"{day:%A}", provisional)

    @lru_cache(maxsize=1024)  # noqa: B019  # of one day there are thousands of cases, and a process has one calendar
    def due(self, start: dt.date, days: int) -> DueDate:
        """Count working days from the day after `start` (Civil Code 201); ValueError where none can be."""
        _check_countable(start)
        if not 1 <= days <= LONGEST_PERIOD:
            raise ValueError(f"{days} working days cannot be counted: give 1 to {LONGEST_PERIOD}")
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


def _check_countable(day: dt.date) -> None:
    # A datetime is a date to Python but equals none in the tables: each holiday would pass for a working day.
    if isinstance(day, dt.datetime):
        raise ValueError("a day is wanted, not an instant: pass the date in Asia/Shanghai")
    if day.year < FIRST_YEAR:
        raise ValueError(f"{day} is before {FIRST_YEAR}, where the calendar begins: give a later day")
