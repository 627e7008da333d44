"""Whose turn it was, from the first event of a case to now, and how many of those days were rest days. Pure."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate

from contracts.case.case import Case, NotAllowed, Recorded
from contracts.case.fold import evolve
from contracts.case.states import State
from contracts.events import DepartmentReminded, NoticeFailed, NoticeSent
from contracts.local_time import SHANGHAI
from procedures.working_days import Calendar


class Whose(StrEnum):
    """Who has to act; `list` while a family stands on the public list, `nobody` once a case is at rest."""

    FAMILY = "family"
    DEPARTMENT = "department"
    BUREAU = "bureau"
    LIST = "list"
    OURS = "lianshen"
    NOBODY = "nobody"


DAY = timedelta(days=1)
BY_STATE = {
    State.SUBMITTED: Whose.OURS,
    State.SUPPLEMENT_WANTED: Whose.FAMILY,
    State.REVIEW: Whose.BUREAU,
    State.INELIGIBLE_PROPOSED: Whose.BUREAU,
    State.OBJECTED: Whose.BUREAU,
    State.IN_PUBLICITY: Whose.LIST,
}


MOVES_NOBODY = (NoticeSent, NoticeFailed, DepartmentReminded)
"""Of these a case may have hundreds, and whose turn it is stays the same."""


@dataclass(frozen=True)
class Stretch:
    """A time in which it was the same one's turn."""

    whose: Whose
    departments: tuple[str, ...]
    since: datetime
    until: datetime

    @property
    def took(self) -> timedelta:
        return self.until - self.since


def turns(history: Sequence[Recorded], now: datetime) -> tuple[Stretch, ...]:
    """Without a hole from the first event to now; the last one of a case at rest is nobody's.

    An event that may not follow changes nobody's turn: the audit names it.
    """
    return tuple(_merged(_after_each(history, now)))


def whose(case: Case) -> tuple[Whose, tuple[str, ...]]:
    """Whose turn it is, and which departments are waited for."""
    return turn_of(case.state, case.waiting_for) if case.state else (Whose.NOBODY, ())


def turn_of(state: State, waiting: tuple[str, ...]) -> tuple[Whose, tuple[str, ...]]:
    """The same of a case in this state that waits for these departments."""
    if state is State.VERIFYING:
        return (Whose.DEPARTMENT, waiting) if waiting else (Whose.OURS, ())
    return BY_STATE.get(state, Whose.NOBODY), ()


def _after_each(history: Sequence[Recorded], now: datetime) -> Iterator[Stretch]:
    if not history:
        return
    case = Case(history[0].event.application)
    # Two clocks may differ by a little: nothing ends before it began.
    instants = list(accumulate((*(item.event.at for item in history), now), max))
    for item, since, until in zip(history, instants, instants[1:], strict=False):
        if not isinstance(item.event, MOVES_NOBODY):
            with suppress(NotAllowed):
                case = evolve(case, item)
        yield Stretch(*whose(case), since, until)


def _merged(stretches: Iterator[Stretch]) -> Iterator[Stretch]:
    before: Stretch | None = None
    for one in stretches:
        if before is not None and (before.whose, before.departments) == (one.whose, one.departments):
            before = Stretch(one.whose, one.departments, before.since, one.until)
            continue
        if before is not None:
            yield before
        before = one
    if before is not None:
        yield before


def rest_days(calendar: Calendar, since: datetime, until: datetime) -> int:
    """Weekends and holidays that lie wholly between two instants, by Wuhai's calendar."""
    if until - since <= DAY:
        return 0
    return _between(calendar, since.astimezone(SHANGHAI).date(), until.astimezone(SHANGHAI).date())


@lru_cache(maxsize=4096)
def _between(calendar: Calendar, day: date, last: date) -> int:
    days = (day + timedelta(days=n) for n in range(1, (last - day).days))
    return sum(not calendar.kind(one).working for one in days)


@dataclass(frozen=True)
class Ledger:
    """How much of a case's time was whose; working time and rest days together make a stretch whole."""

    whose: Whose
    took: timedelta
    rest_days: int


def ledger(stretches: Sequence[Stretch], calendar: Calendar) -> tuple[Ledger, ...]:
    """In the order of Whose; whoever never had a turn is left out."""
    found = []
    for one in Whose:
        own = [stretch for stretch in stretches if stretch.whose is one]
        if own:
            took = sum((stretch.took for stretch in own), timedelta())
            found.append(Ledger(one, took, sum(rest_days(calendar, it.since, it.until) for it in own)))
    return tuple(found)
