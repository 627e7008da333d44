"""The two years from the choice to a contract that is paid: two notices, then the proposal to exit (Art. 31(1)).

Pure. The last day is the corresponding date, kept with the choice; whoever proposes is the calendar, and an officer
decides after the family was heard.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from contracts.case.case import Case
from contracts.case.fold import allows
from contracts.case.states import State
from contracts.events import ExitProposed, HomeChosen, LimitNear
from contracts.local_time import SHANGHAI
from procedures.policy import InForce
from procedures.working_days import Calendar

GROUND = "31(1)"
BY = "by the calendar"
TOLD_AT = time(9, 0, tzinfo=SHANGHAI)


def next_instant(ends: date, notice_days: Iterable[int], told: Iterable[int]) -> datetime:
    """When something is due next: a notice as offices open, or the first moment after the last day."""
    told_least = min(told, default=None)
    left = [days for days in notice_days if told_least is None or days < told_least]
    if left:
        return datetime.combine(ends - timedelta(days=max(left)), TOLD_AT).astimezone(UTC)
    return datetime.combine(ends + timedelta(days=1), time(), SHANGHAI).astimezone(UTC)


def near(case: Case, law: InForce, now: datetime) -> LimitNear | None:
    """The notice that fits this day; of two that were missed only the nearer one. Written once, by its subject."""
    choice = case.allocation.choice
    if choice is None or not allows(case, LimitNear):
        return None
    left = (choice.contract_by - now.astimezone(SHANGHAI).date()).days
    fitting = [days for days in law.settlement_notice_days if 0 <= left <= days]
    if not fitting:
        return None
    n = case.allocation.next(HomeChosen) - 1
    return LimitNear(application=case.application, at=now, n=n, days=min(fitting), ends=choice.contract_by)


def propose_exit(case: Case, calendar: Calendar, law: InForce, now: datetime) -> tuple[ExitProposed, ...]:
    """Once the last day is over without a contract that is paid; no ban follows from it."""
    choice, today = case.allocation.choice, now.astimezone(SHANGHAI).date()
    if choice is None or today <= choice.contract_by or case.state not in (State.HOME_CHOSEN, State.CONTRACT_SIGNED):
        return ()
    heard_until = calendar.due(today, law.hearing_working_days).last_day
    return (
        ExitProposed(
            application=case.application,
            at=now,
            n=case.allocation.next(ExitProposed),
            ground=GROUND,
            reason=f"no contract that is paid by {choice.contract_by}",
            heard_until=heard_until,
            by=BY,
        ),
    )
