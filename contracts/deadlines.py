"""Until when the departments answer: working days by internal limit, or the seconds of a drill. Pure."""

from datetime import datetime, timedelta

from contracts.policy import InForce
from contracts.working_days import SHANGHAI, Calendar


def answer_by(calendar: Calendar, policy: InForce, now: datetime, drill_seconds: float | None) -> datetime:
    """Close of business of the last working day (regulation §5, internal limit), in UTC."""
    if drill_seconds is not None:
        return now + timedelta(seconds=drill_seconds)
    return calendar.due(now.astimezone(SHANGHAI).date(), policy.department_reply_working_days).due_instant
