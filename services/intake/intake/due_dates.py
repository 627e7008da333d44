"""By when something of a case is due, with the derivation of the date: day by day, and why each counts. Pure.

None where no working days were counted (a drill's seconds), or where the calendar has changed since and would say
another day today: then the date stands as it was told, without a derivation that does not lead to it.
"""

from datetime import date, datetime

from contracts.case.case import Case
from contracts.local_time import SHANGHAI
from procedures import deadlines
from procedures.policy import Policy
from procedures.working_days import Calendar, DueDate


def answers_due(case: Case, calendar: Calendar, policy: Policy) -> DueDate | None:
    """By when the departments answer what they were asked in this round."""
    if case.asked_at is None or case.answer_by is None:
        return None
    return deadlines.answers_due(calendar, policy.on(_day(case.asked_at)), case.asked_at, case.answer_by)


def supplement_due(case: Case, calendar: Calendar, policy: Policy) -> DueDate | None:
    """By when the family hands in what is missing; a further request keeps the day that the first one set."""
    if not case.supplements:
        return None
    start = _day(case.supplements[0].at)
    due = calendar.due(start, policy.on(start).supplement_working_days)
    return due if due.last_day == case.supplements[-1].hand_in_by else None


def _day(instant: datetime) -> date:
    return instant.astimezone(SHANGHAI).date()
