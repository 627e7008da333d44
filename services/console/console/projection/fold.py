"""One page of the log, folded onto what was known of its cases: lines, events, and what departments did. Pure.

Nothing of a person comes in here: a summary is made of the tokens of a subject and of words from closed lists.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime

from chassis.log.stored import Stored
from console.projection.course import Counts, Course
from console.projection.dates import Moved
from console.projection.latencies import bucket_of
from contracts.case.standing import Standing, follow
from contracts.case.waits import CLOSES_WITHIN, LIANSHEN, RESTS_WITHIN, Turn, Wait, next_by_itself, waits_of
from contracts.local_time import SHANGHAI
from procedures.working_days import Calendar

ANSWERED, BY_HAND, OVERDUE = "DepartmentAnswered", "AnsweredByHand", "DepartmentOverdue"
ASKING = frozenset({"ApplicationAccepted", "ReverificationOpened"})
WITH_OUTCOME = frozenset({"DeterminationMade", "DeterminationConfirmed"})


@dataclass(frozen=True)
class Line:
    """One case; `sequence` and `updated` are of its newest event."""

    number: str
    standing: Standing
    sequence: int
    updated: datetime
    course: Course

    @property
    def waits(self) -> tuple[Wait, ...]:
        """By the clock of the log, so that a rebuilt line is the same one."""
        return waits_of(self.standing, self.updated)

    @property
    def next(self) -> tuple[str, datetime | None] | None:
        return next_by_itself(self.standing, self.updated)


@dataclass(frozen=True)
class EventLine:
    """One event in a word: which department and round, which channel, which outcome."""

    sequence: int
    number: str
    at: datetime
    kind: str
    about: str


@dataclass
class Folding:
    """What a page makes of the lines that were known before it."""

    lines: dict[str, Line]
    counts: Counts
    changed: dict[str, None] = field(default_factory=dict)
    """In the order of their first events here."""
    events: list[EventLine] = field(default_factory=list)
    did: Counter[tuple[str, date, str]] = field(default_factory=Counter)
    """By department, day and what: asked, answered, by_hand, overdue, and dropped if the case went on without it."""
    took: Counter[tuple[str, date, int]] = field(default_factory=Counter)
    """By department, day and bucket of the latency."""

    def take(self, stored: Stored) -> None:
        """A record in the order of the log. What cannot be read moves no case, and holds up no other."""
        if not stored.subject.startswith("case."):
            return
        _, number, *tail = stored.subject.split(".")
        kind, at = stored.headers.get("ce-type", ""), stored.happened_at
        known = self.lines.get(number)
        before = known.standing if known else None
        after = before
        with suppress(ValueError, LookupError, TypeError):
            after = follow(before, kind, tail, stored.body, at)
        if after is None:
            return
        day = at.astimezone(SHANGHAI).date()
        course = self._course(number, known, at)
        if before is not None and after is not before:
            self.counts.take(course, Moved(kind, tail, stored.body, at, day, before, after))
        self.lines[number] = Line(number, after, stored.sequence, at, course)
        self.changed.setdefault(number)
        self.events.append(EventLine(stored.sequence, number, at, kind, about(kind, tail, stored.body)))
        self._count(kind, tail, before, after, at, day)

    def _course(self, number: str, known: Line | None, at: datetime) -> Course:
        """Its own, once a page: what was known before is left as it was."""
        if known is None:
            return self.counts.begin(at)
        return known.course if number in self.changed else known.course.copy()

    def _count(
        self, kind: str, tail: Sequence[str], before: Standing | None, after: Standing, at: datetime, day: date
    ) -> None:
        if kind in ASKING:
            self.did.update((name, day, "asked") for name in after.waiting)
        elif kind == OVERDUE and after is not before:
            self.did[tail[1], day, "overdue"] += 1
        elif kind == BY_HAND and after is not before:
            self.did[tail[1], day, "by_hand"] += 1
        elif kind == ANSWERED and after is not before:
            self.did[tail[1], day, "answered"] += 1
            if after.asked_at is not None:
                self.took[tail[1], day, bucket_of(at - after.asked_at)] += 1
        elif before is not None and before.waiting and not after.waiting:
            self.did.update((name, day, "dropped") for name in before.waiting)


def about(kind: str, tail: Sequence[str], body: bytes) -> str:
    """What of an event is said in a word beside its kind."""
    words = [*tail[1:]]
    with suppress(ValueError, LookupError, TypeError):
        if kind in WITH_OUTCOME:
            words.append(json.loads(body)["outcome"])
        elif kind in (ANSWERED, BY_HAND):
            words.append(json.loads(body)["answer"]["kind"])
    return " ".join(words)


def since_of(wait: Wait, standing: Standing) -> datetime:
    """Since when somebody is waited for."""
    asked = wait.turn in (Turn.ANSWERS, Turn.PROMISED) and standing.asked_at
    return asked or standing.since


def late_at(wait: Wait, standing: Standing) -> datetime | None:
    """From when on a wait is overdue; None if it never is."""
    if wait.whom == LIANSHEN:
        return standing.since + RESTS_WITHIN
    if wait.by is not None and wait.turn is Turn.CLOSES:
        return wait.by + CLOSES_WITHIN
    return wait.by


def fold(known: Mapping[str, Line], page: Sequence[Stored], calendar: Calendar) -> Folding:
    folding = Folding(dict(known), Counts(calendar))
    for stored in page:
        folding.take(stored)
    return folding
