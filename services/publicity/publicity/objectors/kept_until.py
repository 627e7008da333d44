"""Until when it is kept who raised an objection: a year after nothing depends on it any more. Pure.

A person's data is kept no longer than its purpose needs (Personal Information Protection Law, Art. 19). A year by the
calendar ends with the day that has the same date, or with the month's last one (Civil Code, Art. 202).
"""

import calendar
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from contracts.case.case import Case, Objection, Recorded
from contracts.case.fold import evolve
from contracts.case.states import State
from contracts.local_time import SHANGHAI

YEARS = 1


def settled_at(history: Iterable[Recorded], application: str, n: int, kept_at: datetime) -> datetime | None:
    """When objection n was decided, or ceased to hold its entry otherwise; None while it is open.

    A late one holds nothing from the start. For one that the log does not know nobody can decide anything: kept_at.
    """
    case, settled = Case(application), kept_at
    open_now = False
    for recorded in sorted(history, key=lambda recorded: recorded.sequence):
        before = _objection(case, n)
        was_open, case = open_now, evolve(case, recorded)
        open_now = _is_open(case, n)
        if was_open != open_now or (before is None and _objection(case, n) is not None):
            settled = recorded.event.at
    return None if open_now else settled


def _objection(case: Case, n: int) -> Objection | None:
    return next((item for item in case.objections if item.n == n), None)


def _is_open(case: Case, n: int) -> bool:
    objection = _objection(case, n)
    return objection is not None and objection.in_time and not objection.decided and case.state is State.OBJECTED


def kept_until(settled: datetime) -> datetime:
    """The midnight with which the year is over."""
    day = settled.astimezone(SHANGHAI).date()
    year = day.year + YEARS
    last = date(year, day.month, min(day.day, calendar.monthrange(year, day.month)[1]))
    return datetime.combine(last + timedelta(days=1), time(), SHANGHAI)
