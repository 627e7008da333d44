"""One case: the fold of its history, its states and the one table of allowed transitions."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic

from typing_extensions import TypeVar

from contracts.application import ApplicationForm
from contracts.events import (
    AlsoAnswered,
    AnsweredByHand,
    ApplicationAccepted,
    ApplicationRefused,
    ApplicationSubmitted,
    ApplicationSupplemented,
    ApplicationWithdrawn,
    DepartmentAnswered,
    DepartmentDeferred,
    DepartmentOverdue,
    DepartmentReminded,
    DeterminationConfirmed,
    DeterminationMade,
    Event,
    HandedToOfficer,
    NoticeFailed,
    NoticeSent,
    ObjectionDecided,
    ObjectionRaised,
    PoolConfirmed,
    PublicityClosed,
    PublicityOpened,
    ReverificationOpened,
    SupplementRequested,
)
from contracts.events.values import FamilyMember, Outcome
from contracts.inquiries import Answer
from contracts.readings import CURRENT_READING


class State(StrEnum):
    """Where a case stands; the same word for GET, results, follow and console."""

    SUBMITTED = "submitted"
    SUPPLEMENT_WANTED = "supplement_wanted"
    REFUSED = "refused"
    VERIFYING = "verifying"
    REVIEW = "review"
    INELIGIBLE_PROPOSED = "ineligible_proposed"
    INELIGIBLE = "ineligible"
    IN_PUBLICITY = "in_publicity"
    OBJECTED = "objected"
    POOL_CONFIRMED = "pool_confirmed"
    DISQUALIFIED = "disqualified"
    WITHDRAWN = "withdrawn"


S = State
CLOSED = frozenset({S.REFUSED, S.INELIGIBLE, S.DISQUALIFIED, S.WITHDRAWN})
"""A case in one of these states holds no claim: the family may apply again."""
AT_REST = CLOSED | {S.POOL_CONFIRMED}
WITHDRAWABLE = frozenset(State) - CLOSED
"""Withdrawal is possible any time before hand-over (Art. 24)."""

ALLOWED: dict[type[Event], frozenset[State | None]] = {
    ApplicationSubmitted: frozenset({None}),
    SupplementRequested: frozenset({S.SUBMITTED}),
    ApplicationSupplemented: frozenset({S.SUPPLEMENT_WANTED}),
    ApplicationRefused: frozenset({S.SUBMITTED}),
    ApplicationAccepted: frozenset({S.SUBMITTED}),
    ApplicationWithdrawn: frozenset(WITHDRAWABLE),
    DeterminationMade: frozenset({S.VERIFYING}),
    HandedToOfficer: frozenset({S.REVIEW, S.INELIGIBLE_PROPOSED}),
    DeterminationConfirmed: frozenset({S.REVIEW, S.INELIGIBLE_PROPOSED}),
    ReverificationOpened: frozenset({S.REVIEW, S.INELIGIBLE_PROPOSED, S.INELIGIBLE}),
    PublicityOpened: frozenset({S.VERIFYING, S.IN_PUBLICITY, S.OBJECTED}),
    ObjectionRaised: frozenset({S.IN_PUBLICITY, S.OBJECTED, S.POOL_CONFIRMED}),
    ObjectionDecided: frozenset({S.OBJECTED}),
    PublicityClosed: frozenset({S.IN_PUBLICITY}),
    PoolConfirmed: frozenset({S.IN_PUBLICITY}),
}
"""From which states an event may follow; events not named here are facts that never move a case."""


E = TypeVar("E", default=Event)


@dataclass(frozen=True)
class Recorded(Generic[E]):
    """An event as it stands in the log: its sequence, id, trace and the server's time."""

    sequence: int
    event: E
    event_id: str
    stored_at: datetime
    traceparent: str | None = None


@dataclass(frozen=True)
class Counted:
    """The answer that counts for one department and round, by the department or by hand."""

    sequence: int
    answer: Answer
    said_at: datetime
    by_hand: bool = False
    contradicted: bool = False
    reading: int = CURRENT_READING
    """By which version the answer was read when it came."""
    surplus: int = 0
    """What of it was dropped then."""


Answers = dict[tuple[str, int], Counted]
"""By department and round."""


@dataclass(frozen=True)
class Asked:
    """When the questions of one round were asked, and until when they are to be answered."""

    asked_at: datetime
    answer_by: datetime


@dataclass(frozen=True)
class Objection:
    n: int
    in_time: bool
    decided: bool = False
    upheld: bool = False


class NotAllowed(Exception):
    """An event does not follow from the state of the case."""


@dataclass(frozen=True)
class Case:
    """What the history of one application amounts to. `Case(number)` is a case nobody has heard of."""

    application: str
    state: State | None = None
    sequence: int = 0
    """Sequence of the newest event: what compare-and-set expects."""
    updated_at: datetime | None = None
    """When the newest event happened."""
    form: ApplicationForm | None = None
    submitted_at: datetime | None = None
    body_sha256: str | None = None
    accepted: ApplicationAccepted | None = None
    refused: ApplicationRefused | None = None
    withdrawn: ApplicationWithdrawn | None = None
    supplements: tuple[SupplementRequested, ...] = ()
    round: int = 0
    persons: tuple[FamilyMember, ...] = ()
    asked: tuple[str, ...] = ()
    children_elsewhere: tuple[str, ...] = ()
    """Children whom another open case named when this one was accepted, or opened again."""
    asked_at: datetime | None = None
    answer_by: datetime | None = None
    rounds: dict[int, Asked] = field(default_factory=dict)
    """Every round of questions so far: a late answer may be to an old one."""
    answers: Answers = field(default_factory=dict)
    deferred: dict[tuple[str, int], datetime] = field(default_factory=dict)
    also_answered: dict[tuple[str, int], int] = field(default_factory=dict)
    """How many answers are kept beside the one that counts."""
    overdue: frozenset[tuple[str, int]] = frozenset()
    determination: DeterminationMade | None = None
    confirmation: DeterminationConfirmed | None = None
    publicity: PublicityOpened | None = None
    opened_at: datetime | None = None
    """When the entry in force was posted; a recomputed date keeps it."""
    first_shown_at: datetime | None = None
    trace_of_publicity: str | None = None
    objections: tuple[Objection, ...] = ()
    closed: PublicityClosed | None = None
    notices: frozenset[tuple[str, str]] = frozenset()
    """(cause, channel) of every notice that was sent."""

    @property
    def waiting_for(self) -> tuple[str, ...]:
        """The departments whose answer of this round has not come."""
        if self.state is not S.VERIFYING or self.determination is not None:
            return ()
        return tuple(name for name in self.asked if (name, self.round) not in self.answers)

    @property
    def outcome(self) -> Outcome | None:
        """The outcome in force: an officer's word before the machine's."""
        if self.confirmation is not None:
            return self.confirmation.outcome
        return self.determination.outcome if self.determination is not None else None

    @property
    def is_open(self) -> bool:
        return self.state is not None and self.state not in CLOSED

    def allows(self, kind: type[Event]) -> bool:
        """Whether an event of this kind may follow now."""
        if kind not in ALLOWED:
            return self.state is not None
        if self.state not in ALLOWED[kind]:
            return False
        if kind is DeterminationMade:
            return self.determination is None
        if kind is PublicityOpened and self.state is S.VERIFYING:
            return self.outcome == "eligible"
        if kind is PublicityClosed:
            return self.closed is None
        if kind is PoolConfirmed:
            return self.closed is not None
        return True


def fold(history: Iterable[Recorded], application: str) -> Case:
    """The case that a history amounts to, in the order of the log."""
    case = Case(application)
    for recorded in sorted(history, key=lambda recorded: recorded.sequence):
        case = evolve(case, recorded)
    return case


def evolve(case: Case, recorded: Recorded) -> Case:
    """The case after one more event. Raises NotAllowed where the table has no such step (audit I2)."""
    event = recorded.event
    if not case.allows(type(event)):
        raise NotAllowed(f"{type(event).__name__} does not follow in state {case.state or 'unknown'}")
    newest = recorded.sequence >= case.sequence
    sequence, updated_at = (recorded.sequence, event.at) if newest else (case.sequence, case.updated_at)
    return replace(case, sequence=sequence, updated_at=updated_at, **_changes(case, recorded))


def _changes(case: Case, recorded: Recorded) -> dict[str, Any]:
    """What an event changes of a case, by the names of its fields."""
    event = recorded.event
    match event:
        case DepartmentAnswered() | AnsweredByHand():
            return {"answers": _answered(case, event, recorded.sequence)}
        case ApplicationSubmitted():
            return {
                "state": S.SUBMITTED,
                "form": event.form,
                "submitted_at": event.at,
                "body_sha256": event.body_sha256,
            }
        case SupplementRequested():
            return {"state": S.SUPPLEMENT_WANTED, "supplements": (*case.supplements, event)}
        case ApplicationSupplemented():
            assert case.form is not None
            consents = {consent.id_number: consent for consent in (*case.form.consents, *event.consents)}
            documents = dict.fromkeys((*case.form.documents, *event.documents))
            form = case.form.model_copy(update={"documents": tuple(documents), "consents": tuple(consents.values())})
            return {"state": S.SUBMITTED, "form": form}
        case ApplicationRefused():
            return {"state": S.REFUSED, "refused": event}
        case ApplicationAccepted():
            return {"accepted": event, **_round_opened(case, event)}
        case ReverificationOpened():
            return {"determination": None, "confirmation": None, **_round_opened(case, event)}
        case ApplicationWithdrawn():
            return {"state": S.WITHDRAWN, "withdrawn": event}
        case DepartmentDeferred():
            return {"deferred": {**case.deferred, (event.department, event.round): event.promised_at}}
        case DepartmentOverdue():
            return {"overdue": case.overdue | {(event.department, event.round)}}
        case AlsoAnswered():
            key = (event.department, event.round)
            kept = {**case.also_answered, key: case.also_answered.get(key, 0) + 1}
            return {"answers": _also_answered(case, event), "also_answered": kept}
        case DeterminationMade():
            state = {"eligible": S.VERIFYING, "ineligible": S.INELIGIBLE_PROPOSED, "review": S.REVIEW}
            return {"determination": event, "state": state[event.outcome]}
        case DeterminationConfirmed():
            state_after = S.INELIGIBLE if event.outcome == "ineligible" else S.VERIFYING
            return {"confirmation": event, "state": state_after}
        case PublicityOpened():
            return {
                "state": case.state if case.state is S.OBJECTED else S.IN_PUBLICITY,
                "publicity": event,
                "opened_at": case.opened_at if event.why == "calendar announced" else event.at,
                "first_shown_at": case.first_shown_at or event.at,
                "trace_of_publicity": recorded.traceparent,
            }
        case ObjectionRaised():
            holds = event.in_time and case.state in (S.IN_PUBLICITY, S.OBJECTED)
            return {
                "state": S.OBJECTED if holds else case.state,
                "objections": (*case.objections, Objection(event.n, in_time=holds)),
            }
        case ObjectionDecided():
            return _objection_decided(case, event)
        case PublicityClosed():
            return {"closed": event}
        case PoolConfirmed():
            return {"state": S.POOL_CONFIRMED}
        case NoticeSent():
            return {"notices": case.notices | {(event.cause, event.channel)}}
        case DepartmentReminded() | HandedToOfficer() | NoticeFailed():
            return {}
    raise NotAllowed(f"{type(event).__name__} is no event of the story")


def _round_opened(case: Case, event: ApplicationAccepted | ReverificationOpened) -> dict[str, Any]:
    return {
        "state": S.VERIFYING,
        "round": event.round,
        "persons": event.persons,
        "asked": event.asked,
        "children_elsewhere": tuple(dict.fromkeys((*case.children_elsewhere, *event.children_elsewhere))),
        "asked_at": event.at,
        "answer_by": event.answer_by,
        "rounds": {**case.rounds, event.round: Asked(event.at, event.answer_by)},
    }


def _answered(case: Case, event: DepartmentAnswered | AnsweredByHand, sequence: int) -> Answers:
    """The lower sequence counts; a differing second one, before the determination, makes its rules unknown."""
    by_hand = isinstance(event, AnsweredByHand)
    key = (event.department, event.round)
    counted = case.answers.get(key)
    if counted is None:
        surplus = event.surplus if isinstance(event, DepartmentAnswered) else 0
        counted = Counted(sequence, event.answer, event.at, by_hand, reading=event.reading, surplus=surplus)
    elif case.determination is None and not same_answer(counted.answer, event.answer):
        counted = replace(counted, contradicted=True)
    return {**case.answers, key: counted}


def _also_answered(case: Case, event: AlsoAnswered) -> Answers:
    key = (event.department, event.round)
    counted = case.answers.get(key)
    if counted is None or case.determination is not None or event.why == "late":
        return case.answers
    return {**case.answers, key: replace(counted, contradicted=True)}


def _objection_decided(case: Case, event: ObjectionDecided) -> dict[str, Any]:
    objections = tuple(
        replace(objection, decided=True, upheld=event.upheld) if objection.n == event.n else objection
        for objection in case.objections
    )
    if event.upheld:
        state = S.DISQUALIFIED
    elif any(objection.in_time and not objection.decided for objection in objections):
        state = S.OBJECTED
    else:
        state = S.IN_PUBLICITY
    return {"objections": objections, "state": state}


def same_answer(one: Answer, other: Answer) -> bool:
    """Whether two answers say the same of everybody, whatever the question id or note."""
    return one.kind == other.kind and _said(one) == _said(other)


def _said(answer: Answer) -> list[tuple[str, str, list[str]]]:
    """What an answer says of each person; the order of persons and rows says nothing."""
    return sorted(
        (person.id_number, person.kind, sorted(json.dumps(row, sort_keys=True, default=str) for row in person.records))
        for person in answer.persons
    )
