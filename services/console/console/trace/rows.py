"""The rows of the waterfall: what lasted, from when to when, and what happened on it. Pure.

A question to a department is one row, from when it was asked to its answer, with every deferral, reminder, delay and
second answer on it; so is a stay at an officer's, on the public list, and the row of each notice channel.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from contracts import events
from contracts.case.case import Recorded
from contracts.events import Event
from contracts.inquiries import SAID


class Lane(StrEnum):
    """Whose row it is."""

    INTAKE = "intake"
    FAMILY = "family"
    DEPARTMENT = "department"
    DETERMINATION = "determination"
    OFFICER = "officer"
    LIST = "list"
    NOTICES = "notices"


class Sign(StrEnum):
    """What a mark on a row means; pages draw each in its own form, never in its colour alone."""

    STEP = "step"
    DONE = "done"
    REFUSED = "refused"
    RETRY = "retry"
    TIMER = "timer"
    DEFERRED = "deferred"
    SECOND = "second"


@dataclass(frozen=True)
class Mark:
    """One event of the log on its row."""

    sequence: int
    at: datetime
    kind: str
    sign: Sign
    trace: str | None = None
    """The id of the trace that it was written in."""


@dataclass(frozen=True)
class Row:
    """`until` is None while it lasts."""

    lane: Lane
    name: str
    """Of the department or channel; empty where the lane says it all."""
    round: int
    since: datetime
    until: datetime | None = None
    marks: tuple[Mark, ...] = ()


Key = tuple[Lane, str, int]

SIGNS: dict[type[Event], Sign] = {
    events.ApplicationRefused: Sign.REFUSED,
    events.ApplicationWithdrawn: Sign.REFUSED,
    events.DepartmentDeferred: Sign.DEFERRED,
    events.DeferredByClerk: Sign.DEFERRED,
    events.DepartmentReminded: Sign.TIMER,
    events.DepartmentOverdue: Sign.TIMER,
    events.AlsoAnswered: Sign.SECOND,
    events.PublicityClosed: Sign.TIMER,
    events.NoticeFailed: Sign.RETRY,
    events.ApplicationAccepted: Sign.DONE,
    events.AnsweredByHand: Sign.DONE,
    events.DeterminationMade: Sign.DONE,
    events.DeterminationConfirmed: Sign.DONE,
    events.PoolConfirmed: Sign.DONE,
}
"""What an event means on its row; a step if it is not named here."""
ENDS: tuple[type[Event], ...] = (
    events.ApplicationRefused,
    events.ApplicationAccepted,
    events.ApplicationSupplemented,
    events.DepartmentAnswered,
    events.AnsweredByHand,
    events.DeterminationMade,
    events.DeterminationConfirmed,
    events.ReverificationOpened,
    events.PublicityClosed,
)
"""Events that end the row they stand on."""
ON_THE_LIST: tuple[type[Event], ...] = (
    events.PublicityOpened,
    events.ObjectionRaised,
    events.ObjectionDecided,
    events.ObjectorIdentified,
    events.ObjectorIdentified,
    events.PublicityClosed,
    events.PoolConfirmed,
)


def rows(history: Sequence[Recorded]) -> tuple[Row, ...]:
    """Every event of a case stands on exactly one row; they come in the order in which they began."""
    sheet = _Sheet()
    for item in history:
        event, key = item.event, _place(item.event, sheet)
        sheet.mark(key, _mark(item))
        if isinstance(event, ENDS):
            sheet.end(key, event.at)
        _begin_others(sheet, event)
    return tuple(sheet.rows.values())


class _Sheet:
    """The rows so far."""

    def __init__(self) -> None:
        self.rows: dict[Key, Row] = {}
        self.round = 1

    def begin(self, key: Key, at: datetime) -> None:
        self.rows.setdefault(key, Row(*key, at))

    def mark(self, key: Key, mark: Mark) -> None:
        self.begin(key, mark.at)
        self.rows[key] = replace(self.rows[key], marks=(*self.rows[key].marks, mark))

    def end(self, key: Key, at: datetime) -> None:
        row = self.rows[key]
        if row.until is None:
            # Two clocks may differ by a little: nothing ends before it began.
            self.rows[key] = replace(row, until=max(at, row.since))

    def end_all(self, at: datetime, *lanes: Lane) -> None:
        for key in self.rows:
            if key[0] in lanes:
                self.end(key, at)


def _place(event: Event, sheet: _Sheet) -> Key:
    """The row that an event stands on."""
    match event:
        case events.ApplicationSupplemented():
            return Lane.FAMILY, "", event.n
        case events.ApplicationWithdrawn():
            return Lane.FAMILY, "", 0
        case (
            events.DepartmentAnswered()
            | events.AnsweredByHand()
            | events.DepartmentDeferred()
            | events.DeferredByClerk()
            | events.DepartmentReminded()
            | events.DepartmentOverdue()
            | events.AlsoAnswered()
        ):
            return Lane.DEPARTMENT, event.department, event.round
        case events.DeterminationMade():
            return Lane.DETERMINATION, "", event.round
        case events.HandedToOfficer() | events.DeterminationConfirmed() | events.ReverificationOpened():
            return Lane.OFFICER, "", sheet.round
        case events.NoticeSent() | events.NoticeFailed():
            return Lane.NOTICES, event.channel, 0
    return (Lane.LIST if isinstance(event, ON_THE_LIST) else Lane.INTAKE), "", 0


def _begin_others(sheet: _Sheet, event: Event) -> None:
    """What begins or ends with an event beside its own row."""
    match event:
        case events.SupplementRequested():
            sheet.begin((Lane.FAMILY, "", event.n), event.at)
        case events.ApplicationAccepted() | events.ReverificationOpened():
            sheet.round = event.round
            for name in event.asked:
                sheet.begin((Lane.DEPARTMENT, name, event.round), event.at)
        case events.DeterminationMade():
            sheet.end_all(event.at, Lane.DEPARTMENT)
            if event.outcome != "eligible":
                sheet.begin((Lane.OFFICER, "", event.round), event.at)
        case events.ApplicationWithdrawn():
            sheet.end_all(event.at, *(lane for lane in Lane if lane is not Lane.NOTICES))
        case events.ObjectionDecided(upheld=True):
            sheet.end_all(event.at, Lane.LIST)
        case events.NoticeSent() | events.NoticeFailed():
            sheet.end((Lane.NOTICES, event.channel, 0), event.at)


def _mark(item: Recorded) -> Mark:
    event = item.event
    sign = SIGNS.get(type(event), Sign.STEP)
    if isinstance(event, events.DepartmentAnswered):
        sign = Sign.DONE if event.answer.kind in SAID else Sign.REFUSED
    return Mark(item.sequence, event.at, type(event).__name__, sign, trace_id(item.traceparent))


def trace_id(traceparent: str | None) -> str | None:
    """Of a W3C header, if it is one."""
    parts = (traceparent or "").split("-")
    return parts[1] if len(parts) == 4 else None
