"""What a history makes of a case: which event may follow where, and what each one changes."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TypedDict, assert_never

from contracts import events
from contracts.application import ApplicationForm
from contracts.case.allocation import FOLLOWS, allows_later, later, state_after
from contracts.case.answers import Answers, Counted, with_answer, with_contradiction
from contracts.case.case import Asked, Case, NotAllowed, Objection, Recorded
from contracts.case.states import AFTER_POOL, RESUMED, WITHDRAWABLE, State
from contracts.events import Event
from contracts.events.allocation import AfterPool

S = State
FACT: frozenset[State | None] = frozenset(State)
"""Of an event that follows in every case that exists, and moves none."""
NOWHERE: frozenset[State | None] = frozenset()

ALLOWED: dict[type[Event], frozenset[State | None]] = {
    events.ApplicationSubmitted: frozenset({None}),
    events.SupplementRequested: frozenset({S.SUBMITTED}),
    events.ApplicationSupplemented: frozenset({S.SUPPLEMENT_WANTED}),
    events.ApplicationRefused: frozenset({S.SUBMITTED}),
    events.ApplicationAccepted: frozenset({S.SUBMITTED}),
    events.ApplicationWithdrawn: frozenset(WITHDRAWABLE),
    events.DepartmentAnswered: FACT,
    events.DepartmentDeferred: FACT,
    events.DeferredByClerk: FACT,
    events.DepartmentReminded: FACT,
    events.DepartmentOverdue: FACT,
    events.AnsweredByHand: FACT,
    events.AlsoAnswered: FACT,
    events.DeterminationMade: frozenset({S.VERIFYING}),
    events.HandedToOfficer: frozenset({S.REVIEW, S.INELIGIBLE_PROPOSED}),
    events.DeterminationConfirmed: frozenset({S.REVIEW, S.INELIGIBLE_PROPOSED}),
    events.ReverificationOpened: frozenset({S.REVIEW, S.INELIGIBLE_PROPOSED, S.INELIGIBLE, *RESUMED}),
    events.PublicityOpened: frozenset({S.VERIFYING, S.IN_PUBLICITY, S.OBJECTED}),
    events.ObjectionRaised: frozenset({S.IN_PUBLICITY, S.OBJECTED, *AFTER_POOL}),
    events.ObjectionDecided: frozenset({S.OBJECTED}),
    events.ObjectorIdentified: FACT,
    events.PublicityClosed: frozenset({S.IN_PUBLICITY}),
    events.PoolConfirmed: frozenset({S.IN_PUBLICITY}),
    **FOLLOWS,
    events.NoticeSent: FACT,
    events.NoticeFailed: FACT,
}
"""From which states each event may follow; one that is forgotten here follows nowhere."""


def allows(case: Case, kind: type[Event]) -> bool:
    """Whether an event of this kind may follow now."""
    if case.state not in ALLOWED.get(kind, NOWHERE):
        return False
    if issubclass(kind, AfterPool):
        return allows_later(case.state, case.allocation, kind)
    if kind is events.ApplicationWithdrawn:
        return case.allocation.keys is None
    if kind is events.DeterminationMade:
        return case.determination is None
    if kind is events.PublicityOpened and case.state is S.VERIFYING:
        return case.outcome == "eligible"
    if kind is events.PublicityClosed:
        return case.closed is None
    if kind is events.PoolConfirmed:
        return case.closed is not None
    return True


def fold(history: Iterable[Recorded], application: str) -> Case:
    """The case that a history amounts to, in the order of the log."""
    case = Case(application)
    for recorded in sorted(history, key=lambda recorded: recorded.sequence):
        case = evolve(case, recorded)
    return case


class Newest(TypedDict):
    """The newest event of a case: its sequence, and when it happened."""

    sequence: int
    updated_at: datetime | None


def evolve(case: Case, recorded: Recorded) -> Case:
    """The case after one more event. Raises NotAllowed if the table has no such step (audit I2)."""
    event = recorded.event
    if not allows(case, type(event)):
        raise NotAllowed(f"{type(event).__name__} does not follow in state {case.state or 'unknown'}")
    if recorded.sequence >= case.sequence:
        return _changed(case, recorded, {"sequence": recorded.sequence, "updated_at": event.at})
    return _changed(case, recorded, {"sequence": case.sequence, "updated_at": case.updated_at})


def _changed(case: Case, recorded: Recorded, newest: Newest) -> Case:
    """One branch an event, and one `replace` a branch, so that names, types and completeness are checked by mypy."""
    match event := recorded.event:
        case events.DepartmentAnswered() | events.AnsweredByHand():
            return replace(case, **newest, answers=_answered(case, event, recorded.sequence))
        case events.ApplicationSubmitted():
            return _submitted(case, event, newest)
        case events.SupplementRequested():
            return replace(case, **newest, state=S.SUPPLEMENT_WANTED, supplements=(*case.supplements, event))
        case events.ApplicationSupplemented():
            return replace(case, **newest, state=S.SUBMITTED, form=_supplemented(case.form, event))
        case events.ApplicationRefused():
            return replace(case, **newest, state=S.REFUSED, refused=event)
        case events.ApplicationAccepted() | events.ReverificationOpened():
            return _round_opened(case, event, newest)
        case events.ApplicationWithdrawn():
            return replace(case, **newest, state=S.WITHDRAWN, withdrawn=event)
        case events.DepartmentDeferred():
            deferred = {**case.deferred, (event.department, event.round): event.promised_at}
            return replace(case, **newest, deferred=deferred)
        case events.DeferredByClerk():
            key = (event.department, event.round)
            deferred = {**case.deferred, key: event.promised_at}
            return replace(
                case, **newest, deferred=deferred, deferred_by_clerk={**case.deferred_by_clerk, key: event.n}
            )
        case events.DepartmentOverdue():
            return replace(case, **newest, overdue=case.overdue | {(event.department, event.round)})
        case events.AlsoAnswered():
            return _also_answered(case, event, newest)
        case events.DeterminationMade():
            eligible = case.resumes if event.outcome == "eligible" else None
            return replace(case, **newest, state=eligible or DETERMINED[event.outcome], determination=event)
        case events.DeterminationConfirmed():
            state = S.INELIGIBLE if event.outcome == "ineligible" else case.resumes or S.VERIFYING
            return replace(case, **newest, state=state, confirmation=event)
        case events.PublicityOpened():
            return _publicity_opened(case, event, recorded.traceparent, newest)
        case events.ObjectionRaised():
            return _objection_raised(case, event, newest)
        case events.ObjectionDecided():
            return _objection_decided(case, event, newest)
        case events.ObjectorIdentified():
            return replace(case, **newest, objections=_objector_identified(case, event))
        case events.PublicityClosed():
            return replace(case, **newest, closed=event)
        case events.PoolConfirmed():
            return replace(case, **newest, state=S.POOL_CONFIRMED)
        case AfterPool():
            assert case.state is not None
            state, known = state_after(case.state, case.allocation, event), later(case.state, case.allocation, event)
            return replace(case, **newest, state=state, allocation=known)
        case events.NoticeSent():
            return replace(case, **newest, notices=case.notices | {(event.cause, event.channel)})
        case events.DepartmentReminded() | events.HandedToOfficer() | events.NoticeFailed():
            return replace(case, **newest)
    assert_never(event)


DETERMINED = {"eligible": S.VERIFYING, "ineligible": S.INELIGIBLE_PROPOSED, "review": S.REVIEW}
"""Where a case stands after the machine's word: `ineligible` waits for an officer, `eligible` until its entry is
shown."""


def _submitted(case: Case, event: events.ApplicationSubmitted, newest: Newest) -> Case:
    return replace(
        case,
        **newest,
        state=S.SUBMITTED,
        form=event.form,
        submitted_at=event.at,
        body_sha256=event.body_sha256,
    )


def _supplemented(form: ApplicationForm | None, event: events.ApplicationSupplemented) -> ApplicationForm:
    assert form is not None
    consents = {consent.id_number: consent for consent in (*form.consents, *event.consents)}
    documents = tuple(dict.fromkeys((*form.documents, *event.documents)))
    return form.model_copy(update={"documents": documents, "consents": tuple(consents.values())})


def _round_opened(case: Case, event: events.ApplicationAccepted | events.ReverificationOpened, newest: Newest) -> Case:
    return replace(
        case,
        **newest,
        state=S.VERIFYING,
        accepted=event if isinstance(event, events.ApplicationAccepted) else case.accepted,
        determination=None,
        confirmation=None,
        resumes=_resumes(case),
        round=event.round,
        persons=event.persons,
        asked=event.asked,
        children_elsewhere=tuple(dict.fromkeys((*case.children_elsewhere, *event.children_elsewhere))),
        own_ban=event.own_ban,
        asked_at=event.at,
        answer_by=event.answer_by,
        rounds={**case.rounds, event.round: Asked(event.at, event.answer_by)},
    )


def _resumes(case: Case) -> State | None:
    """Where the case goes on if it is found eligible. Whoever was found ineligible since has lost its home."""
    if case.state is S.INELIGIBLE:
        return S.POOL_CONFIRMED if case.resumes else None
    return case.state if case.state in RESUMED else case.resumes


def _answered(case: Case, event: events.DepartmentAnswered | events.AnsweredByHand, sequence: int) -> Answers:
    by_hand = isinstance(event, events.AnsweredByHand)
    surplus = event.surplus if isinstance(event, events.DepartmentAnswered) else 0
    answer = Counted(sequence, event.answer, event.at, by_hand, reading=event.reading, surplus=surplus)
    return with_answer(case.answers, (event.department, event.round), answer, case.determination is not None)


def _also_answered(case: Case, event: events.AlsoAnswered, newest: Newest) -> Case:
    key = (event.department, event.round)
    also_answered = {**case.also_answered, key: case.also_answered.get(key, 0) + 1}
    doubtful = case.determination is None and event.why == "contradicting"
    answers = with_contradiction(case.answers, key) if doubtful else case.answers
    return replace(case, **newest, answers=answers, also_answered=also_answered)


def _publicity_opened(case: Case, event: events.PublicityOpened, trace: str | None, newest: Newest) -> Case:
    return replace(
        case,
        **newest,
        state=case.state if case.state is S.OBJECTED else S.IN_PUBLICITY,
        publicity=event,
        opened_at=case.opened_at if event.why == "calendar announced" else event.at,
        first_shown_at=case.first_shown_at or event.at,
        trace_of_publicity=trace,
    )


def _objection_raised(case: Case, event: events.ObjectionRaised, newest: Newest) -> Case:
    holds = event.in_time and case.state in (S.IN_PUBLICITY, S.OBJECTED)
    objections = (*case.objections, Objection(event.n, in_time=holds))
    return replace(case, **newest, state=S.OBJECTED if holds else case.state, objections=objections)


def _objector_identified(case: Case, event: events.ObjectorIdentified) -> tuple[Objection, ...]:
    return tuple(
        replace(objection, openings=event.opening) if objection.n == event.n else objection
        for objection in case.objections
    )


def _objection_decided(case: Case, event: events.ObjectionDecided, newest: Newest) -> Case:
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
    return replace(case, **newest, state=state, objections=objections)
