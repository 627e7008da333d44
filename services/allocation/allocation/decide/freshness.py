"""How old the departments' answers about a case are, and whether its next step may rest on them. Pure."""

from datetime import date, timedelta

from contracts.case.case import Case
from contracts.local_time import SHANGHAI
from procedures.corresponding_date import after_months


def asked_on(case: Case) -> date | None:
    """The day on which all departments were asked last."""
    return case.asked_at.astimezone(SHANGHAI).date() if case.asked_at else None


def older_than_days(case: Case, days: int, today: date) -> bool:
    asked = asked_on(case)
    return asked is None or today > asked + timedelta(days=days)


def older_than_months(case: Case, months: int, today: date) -> bool:
    asked = asked_on(case)
    return asked is None or today > after_months(asked, months)
