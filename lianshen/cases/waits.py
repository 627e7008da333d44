"""Whom a case waits for, for what, and until when. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from contracts.case.case import Case
from contracts.case.states import State
from contracts.describe import instant
from contracts.local_time import SHANGHAI

OFFICER, FAMILY, CALENDAR, OPERATIONS, LIANSHEN = "officer", "family", "calendar", "operations", "lianshen"
WHO_ELSE = (OFFICER, FAMILY, CALENDAR, OPERATIONS, LIANSHEN)
"""Whom a case may wait for beside a department, which stands under its own name."""
RESTS_WITHIN = timedelta(minutes=2)
"""A step of ours that takes longer is overdue (faults, I8)."""
CLOSES_WITHIN = timedelta(minutes=10)
"""An entry closes so soon after its due instant, whatever the grace is set to."""


@dataclass(frozen=True)
class Wait:
    """One whom a case waits for. `by` is None if nothing sets a limit."""

    whom: str
    what: str
    by: datetime | None = None
    overdue: bool = False


def waits_of(case: Case, since: datetime, now: datetime) -> tuple[Wait, ...]:
    """All whom a case waits for; empty when it is at rest. `since` is when it came into its state."""
    return tuple(_waits(case, since, now))


def _waits(case: Case, since: datetime, now: datetime) -> Iterator[Wait]:
    match case.state:
        case State.SUBMITTED:
            yield _ours("intake decides about it", since, now)
        case State.SUPPLEMENT_WANTED:
            yield _family(case, now)
        case State.VERIFYING:
            yield from _verifying(case, since, now)
        case State.REVIEW:
            yield Wait(OFFICER, "reviews it: `lianshen confirm` or `reverify`")
        case State.INELIGIBLE_PROPOSED:
            yield Wait(OFFICER, "confirms that it is ineligible, or not: `lianshen confirm` or `reverify`")
        case State.OBJECTED:
            open_ones = ", ".join(str(one.n) for one in case.objections if one.in_time and not one.decided)
            yield Wait(OFFICER, f"decides objection {open_ones}: `lianshen decide-objection`")
        case State.IN_PUBLICITY if case.publicity is not None:
            closes = case.publicity.closes_at
            yield Wait(CALENDAR, "the public list closes", closes, now > closes + CLOSES_WITHIN)


def _family(case: Case, now: datetime) -> Wait:
    day = case.supplements[-1].hand_in_by
    ends = datetime.combine(day + timedelta(days=1), time(), SHANGHAI)
    return Wait(FAMILY, "hands in what is missing", ends, now >= ends)


def _verifying(case: Case, since: datetime, now: datetime) -> Iterator[Wait]:
    if case.determination is not None:
        yield _ours("publicity opens its entry", since, now)
    elif not case.waiting_for:
        yield _ours("determination decides", since, now)
    for name in case.waiting_for:
        overdue = (name, case.round) in case.overdue or (case.answer_by is not None and now >= case.answer_by)
        promised = case.deferred.get((name, case.round))
        what = (
            f"answers, as promised for {instant(promised)[:16]}"
            if promised and promised != case.answer_by
            else "answers"
        )
        yield Wait(name, what, case.answer_by, overdue)
        if (name, case.round) in case.overdue:
            yield Wait(OFFICER, f"may answer for {name}: `lianshen answer`")


def _ours(what: str, since: datetime, now: datetime) -> Wait:
    return Wait(LIANSHEN, what, overdue=now - since > RESTS_WITHIN)
