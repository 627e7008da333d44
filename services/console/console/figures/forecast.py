"""Whose date would be missed if a department stayed away: before it happens, from what waits for it now. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from contracts.local_time import SHANGHAI
from procedures.deadlines import answers_due, opening
from procedures.policy import Policy
from procedures.working_days import Calendar, DueDate


@dataclass(frozen=True)
class Outage:
    """A department that answers nothing until the end of a day, as somebody assumes."""

    department: str
    last_day: date

    def back_at(self, calendar: Calendar) -> datetime:
        """As offices open on the next working day."""
        day = self.last_day + timedelta(days=1)
        while not calendar.kind(day).working:
            day += timedelta(days=1)
        return opening(day)


@dataclass(frozen=True)
class Question:
    """What a case waits for: nobody's name."""

    number: str
    state: str
    asked_at: datetime
    due: datetime


@dataclass(frozen=True)
class Missed:
    """One date, how it was counted, and the cases that would miss it."""

    asked_on: date
    due: datetime
    counted: DueDate | None
    """None where no working days lead to it: the date stands as it was told."""
    cases: tuple[Question, ...]


def missed(
    questions: Iterable[Question], outage: Outage, now: datetime, calendar: Calendar, policy: Policy
) -> tuple[Missed, ...]:
    """The dates that are still ahead and would pass before the department is back, the next one first."""
    back = outage.back_at(calendar)
    late = (one for one in questions if now <= one.due < back)
    return tuple(_by_date(sorted(late, key=lambda one: (one.due, _asked_on(one), one.number)), calendar, policy))


def _by_date(late: list[Question], calendar: Calendar, policy: Policy) -> Iterator[Missed]:
    for (due, asked_on), cases in groupby(late, key=lambda one: (one.due, _asked_on(one))):
        found = tuple(cases)
        counted = answers_due(calendar, policy.on(asked_on), found[0].asked_at, due)
        yield Missed(asked_on, due, counted, found)


def _asked_on(one: Question) -> date:
    return one.asked_at.astimezone(SHANGHAI).date()
