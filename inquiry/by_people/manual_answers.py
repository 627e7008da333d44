"""An officer's answer in a department's place, once its deadline has passed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chassis.commands import Command, decide_and_append
from chassis.errors import CommandRefused
from chassis.log.journal import Journal
from contracts.case.case import Case
from contracts.events import AnsweredByHand, Event
from contracts.events.values import Officer, Reason
from contracts.inquiries import Kind, PersonAnswer
from contracts.model import Frozen
from contracts.numbers import ApplicationNumber
from contracts.text import key as key_of
from inquiry.by_people.typed_answers import body_of, read_typed
from inquiry.department_client import DepartmentClient


class AnswerByHand(Frozen):
    """What an officer says in a department's place: a kind, rows where there are any, why, who, and who approves."""

    application: ApplicationNumber
    department: str
    kind: Kind
    persons: tuple[PersonAnswer, ...] = ()
    reason: Reason
    by: Officer
    approved_by: Officer


def answer_by_hand(askings: Mapping[str, DepartmentClient], journal: Journal) -> Command[AnswerByHand]:
    """`answer`: needs the deadline passed, a reason and two people; an `AnsweredByHand` counts as the department's."""

    async def do(request: AnswerByHand) -> dict[str, Any]:
        asking = askings.get(request.department)
        if asking is None:
            raise CommandRefused(404, "no such department", f"this service asks {', '.join(askings)}")

        def decide(case: Case) -> tuple[Event, ...]:
            return (_by_hand(case, asking, request, journal.clock.now()),)

        case, _ = await decide_and_append(journal, request.application, decide)
        return {"application": case.application, "department": request.department, "round": case.round}

    return Command("answer", AnswerByHand, do)


def _by_hand(case: Case, asking: DepartmentClient, request: AnswerByHand, now: datetime) -> AnsweredByHand:
    name = asking.name
    key = (name, case.round)
    # However a name is typed: width, blanks, dots and what cannot be seen make nobody another person.
    if key_of(request.by) == key_of(request.approved_by):
        raise CommandRefused(422, "two people", "approved_by: somebody else than `by` must look at it and approve")
    if name not in case.waiting_for:
        raise CommandRefused(409, "nothing to answer", f"the case does not wait for {name}")
    if key not in case.overdue:
        until = case.answer_by.isoformat() if case.answer_by else "its deadline"
        raise CommandRefused(409, "not overdue yet", f"{name} may still answer until {until}; by hand only after that")
    question = asking.as_sent(case, case.round).question
    body = body_of(question, request.kind, request.persons)
    read = read_typed(body, question, asking.asked_in(question), now)
    return AnsweredByHand(
        application=case.application,
        at=now,
        department=name,
        round=case.round,
        answer=read.answer,
        reason=request.reason,
        by=request.by,
        approved_by=request.approved_by,
    )
