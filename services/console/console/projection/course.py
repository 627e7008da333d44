"""What of a case's course counts for the figures: steps, stages, turns, dates that were kept or missed. Pure.

Everything is counted once, in the month (Beijing time) in which it happened.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from console.projection.dates import Moved, dates
from console.projection.findings import WITH_FINDINGS, found
from console.projection.latencies import HUNDREDTH, bucket_of
from console.projection.steps import Step, stage_of, step_of
from console.trace.turns import Whose, rest_days, turn_of
from contracts.case.states import AT_REST
from contracts.local_time import SHANGHAI
from procedures.working_days import Calendar

WHOLE = "whole"
"""From handing in, or opening again, to rest."""


@dataclass(slots=True)
class Course:
    """What is remembered of one case, so that the next event is counted once."""

    month: str
    """In which it was handed in."""
    begun: datetime
    """Handed in, or opened again."""
    turn_since: datetime
    reached: list[Step] = field(default_factory=list)
    took: dict[Whose, float] = field(default_factory=dict)
    """Seconds by whose turn they were, of turns that are over."""
    rested: dict[Whose, int] = field(default_factory=dict)
    """Rest days among them."""
    late_round: int = 0
    """The round whose date is counted as missed already."""

    def copy(self) -> "Course":
        return replace(self, reached=[*self.reached], took={**self.took}, rested={**self.rested})


@dataclass
class Counts:
    """What a page of the log adds to the figures."""

    calendar: Calendar = field(default_factory=Calendar)
    reached: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """By month of handing in, month and step."""
    spent: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    """By month, what and bucket: a stage, a turn; of rest days, their number."""
    dates: Counter[tuple[str, str, str, bool]] = field(default_factory=Counter)
    """By month, which date, whose, and whether it was kept."""
    findings: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    """By month, article, rule and what was found."""

    def begin(self, at: datetime) -> Course:
        """A case was handed in."""
        month = month_of(at)
        course = Course(month, at, at)
        self._step(course, Step.SUBMITTED, month)
        return course

    def take(self, course: Course, one: Moved) -> None:
        """One more event that moved its case, whose course goes on."""
        month = one.day.isoformat()[:7]
        if step := step_of(one.kind, one.after):
            self._step(course, step, month)
        for kept_or_not in dates(one, missed=course.late_round == one.after.round):
            self.dates[month, *kept_or_not] += 1
        if one.kind in WITH_FINDINGS:
            self.findings.update((month, *finding) for finding in found(one.kind, one.body))
        if one.kind == "DepartmentOverdue":
            course.late_round = one.after.round
        self._stage(one, month)
        self._turn(course, one, month)

    def _step(self, course: Course, step: Step, month: str) -> None:
        if step not in course.reached:
            self.reached[course.month, month, step] += 1
            course.reached.append(step)

    def _spend(self, month: str, what: str, took: timedelta) -> None:
        self.spent[month, what, bucket_of(took, HUNDREDTH)] += 1

    def _stage(self, one: Moved, month: str) -> None:
        before, after = one.before, one.after
        # Two steps of one instant are two steps: intake accepts as it takes in.
        ended = after.since != before.since or after.state is not before.state
        if ended and before.state not in AT_REST:
            self._spend(month, f"stage.{stage_of(before)}", one.at - before.since)

    def _turn(self, course: Course, one: Moved, month: str) -> None:
        before, after = one.before, one.after
        turn = turn_of(before.state, before.waiting)
        if turn == turn_of(after.state, after.waiting):
            return
        if before.state in AT_REST:
            course.begun = course.turn_since = one.at
            return
        # Two clocks may differ by a little: no turn ends before it began.
        since, whose, until = course.turn_since, turn[0], max(one.at, course.turn_since)
        course.took[whose] = course.took.get(whose, 0.0) + (until - since).total_seconds()
        course.rested[whose] = course.rested.get(whose, 0) + rest_days(self.calendar, since, until)
        course.turn_since = until
        if after.state in AT_REST:
            self._rest(course, month)

    def _rest(self, course: Course, month: str) -> None:
        """A case came to rest: whose time it took until then."""
        for whose, seconds in course.took.items():
            self._spend(month, f"turn.{whose}", timedelta(seconds=seconds))
            self.spent[month, f"rest.{whose}", course.rested[whose]] += 1
        self._spend(month, f"turn.{WHOLE}", course.turn_since - course.begun)
        self.spent[month, f"rest.{WHOLE}", sum(course.rested.values())] += 1
        course.took, course.rested = {}, {}


def month_of(at: datetime) -> str:
    local = at.astimezone(SHANGHAI)
    return f"{local.year}-{local.month:02d}"
