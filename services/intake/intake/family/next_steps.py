"""What happens by itself next, and when; where nothing does, that is said. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from contracts.case.case import Case
from contracts.case.states import CLOSED, State
from contracts.local_time import SHANGHAI
from intake.family.after_pool import NEXT as AFTER_POOL
from intake.family.standing import promised_of
from procedures.deadlines import reminders
from procedures.policy import Policy
from procedures.working_days import Calendar

S = State


@dataclass(frozen=True)
class Step:
    """One thing that comes; `at` is None where it comes as soon as something else has happened."""

    text: str
    at: datetime | None = None
    departments: tuple[str, ...] = ()


def next_steps(
    case: Case, calendar: Calendar, policy: Policy, now: datetime, drill_seconds: float | None
) -> tuple[Step, ...]:
    """In the order in which they come."""
    if case.state in CLOSED:
        return (Step("family.next.nothing"),)
    if case.state in AFTER_POOL:
        return (Step(AFTER_POOL[case.state]),)
    match case.state:
        case S.SUPPLEMENT_WANTED:
            return (Step("family.next.complete"),)
        case S.VERIFYING if case.determination is not None:
            return (Step("family.next.publicity"),)
        case S.VERIFYING:
            found = _while_departments_answer(case, calendar, policy, now, drill_seconds)
            return tuple(sorted(found, key=lambda step: (step.at is None, step.at or now)))
        case S.REVIEW | S.INELIGIBLE_PROPOSED:
            return (Step("family.next.officer"),)
        case S.IN_PUBLICITY if case.publicity is not None:
            return (Step("family.next.pool", case.publicity.closes_at),)
        case S.OBJECTED if case.publicity is not None:
            return (Step("family.next.objection"), Step("family.next.not_before", case.publicity.closes_at))
        case S.POOL_CONFIRMED:
            return (Step("family.next.deposit"),)
    return (Step("family.next.checked"),)


def _while_departments_answer(
    case: Case, calendar: Calendar, policy: Policy, now: datetime, drill_seconds: float | None
) -> Iterator[Step]:
    assert case.asked_at is not None
    assert case.answer_by is not None
    promised = {name: at for name, at in promised_of(case).items() if at > now}
    silent = tuple(name for name in case.waiting_for if name not in promised)
    day = case.asked_at.astimezone(SHANGHAI).date()
    ladder = [at for at in reminders(calendar, policy.on(day), case.asked_at, drill_seconds) if at > now]
    if silent and ladder:
        yield Step("family.next.reminded", ladder[0], silent)
    for name in case.waiting_for:
        if name in promised:
            yield Step("family.next.deferred", promised[name], (name,))
    if case.answer_by > now:
        yield Step("family.next.overdue", case.answer_by)
    elif silent:
        yield Step("family.next.by_hand", None, silent)
    yield Step("family.next.determined")
