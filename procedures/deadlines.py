"""Until when the departments answer: working days by internal limit, or the seconds of a drill. Pure."""

from datetime import UTC, date, datetime, time, timedelta

from contracts.local_time import SHANGHAI
from procedures.policy import InForce, Policy
from procedures.working_days import Calendar, DueDate


def answer_by(calendar: Calendar, policy: InForce, now: datetime, drill_seconds: float | None) -> datetime:
    """Close of business of the last working day (regulation §5, internal limit), in UTC."""
    if drill_seconds is not None:
        return now + timedelta(seconds=drill_seconds)
    return calendar.due(now.astimezone(SHANGHAI).date(), policy.department_reply_working_days).due_instant


def answers_due(calendar: Calendar, policy: InForce, asked_at: datetime, answer_by: datetime) -> DueDate | None:
    """How such a date was counted; None where no working days lead to it: a drill, or the calendar changed since."""
    due = calendar.due(asked_at.astimezone(SHANGHAI).date(), policy.department_reply_working_days)
    return due if due.due_instant == answer_by else None


def first_day_of_draw(calendar: Calendar, policy: Policy, manifest_posted: datetime) -> date:
    """On which dice may be thrown: so many working days after the manifest is posted (internal limit of that day)."""
    posted = manifest_posted.astimezone(SHANGHAI).date()
    return calendar.due(posted, policy.on(posted).manifest_working_days).last_day


OFFICE_OPENS = time(9, 0, tzinfo=SHANGHAI)


def reminders(calendar: Calendar, policy: InForce, asked_at: datetime, drill_seconds: float | None) -> list[datetime]:
    """When a department that stays silent is reminded: as offices open on these working days, in UTC; in order.

    A drill keeps the proportions of the ladder.
    """
    days = policy.reminder_working_days
    if drill_seconds is not None:
        whole = policy.department_reply_working_days
        return [asked_at + timedelta(seconds=drill_seconds * day / whole) for day in days]
    start = asked_at.astimezone(SHANGHAI).date()
    return [opening(calendar.due(start, day).last_day) for day in days]


def opening(day: date) -> datetime:
    """When offices open on a day, in UTC."""
    return datetime.combine(day, OFFICE_OPENS).astimezone(UTC)
