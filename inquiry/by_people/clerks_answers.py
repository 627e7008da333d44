"""What a clerk of a department without a system says at the console's desk: an answer, or until when they need."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime

from chassis.commands import Command, decide_and_append
from chassis.errors import CommandRefused
from contracts.case.case import Case
from contracts.events import DeferredByClerk
from contracts.events.values import Officer
from contracts.inquiries import Kind, PersonAnswer, Round
from contracts.model import Frozen
from contracts.numbers import ApplicationNumber
from inquiry.answer_delivery import deliver
from inquiry.by_people.typed_answers import body_of, read_typed
from inquiry.department_client import DepartmentClient
from inquiry.parse_answer import LONGEST_PROMISE


class OfAClerk(Frozen):
    """A question that waits for a clerk, and who speaks for the department."""

    application: ApplicationNumber
    department: str
    round: Round
    by: Officer


class ClerkAnswers(OfAClerk):
    """A kind for the whole, and one for each person, with rows where there are any."""

    kind: Kind
    persons: tuple[PersonAnswer, ...] = ()


class ClerkDefers(OfAClerk):
    """An answer is promised for later."""

    until: AwareDatetime


def clerks_commands(askings: Mapping[str, DepartmentClient]) -> tuple[Command[Any], ...]:
    """`clerk-answer` and `clerk-defer`: for departments that a clerk answers for, and no others."""

    async def answer(asked: ClerkAnswers) -> dict[str, Any]:
        asking = _by_clerk(askings, asked.department)
        case = await asking.journal.load(asked.application)
        _waits(case, asked)
        question = asking.as_sent(case, case.round).question
        body = body_of(question, asked.kind, asked.persons, answered_by=asked.by)
        read_typed(body, question, asking.asked_in(question), asking.journal.clock.now())
        await deliver(asking, body)
        return _done(asked)

    async def defer(asked: ClerkDefers) -> dict[str, Any]:
        asking = _by_clerk(askings, asked.department)

        def decide(case: Case) -> tuple[DeferredByClerk, ...]:
            return (deferred_by_clerk(case, asked, asking.journal.clock.now()),)

        await decide_and_append(asking.journal, asked.application, decide)
        return _done(asked)

    return Command("clerk-answer", ClerkAnswers, answer), Command("clerk-defer", ClerkDefers, defer)


def deferred_by_clerk(case: Case, asked: ClerkDefers, now: datetime) -> DeferredByClerk:
    """Raises CommandRefused. Pure."""
    _waits(case, asked)
    if not now < asked.until <= now + LONGEST_PROMISE:
        raise CommandRefused(422, "no such time", f"until: within {LONGEST_PROMISE.days} days from now")
    return DeferredByClerk(
        application=case.application,
        at=now,
        department=asked.department,
        round=asked.round,
        n=case.deferred_by_clerk.get((asked.department, asked.round), 0) + 1,
        promised_at=asked.until,
        by=asked.by,
    )


def _by_clerk(askings: Mapping[str, DepartmentClient], name: str) -> DepartmentClient:
    asking = askings.get(name)
    if asking is None:
        raise CommandRefused(404, "no such department", f"this service asks {', '.join(askings)}")
    if not asking.by_clerk:
        raise CommandRefused(409, "not by clerk", f"{name} is asked by machine, and no clerk answers for it here")
    if asking.signatures == "required":
        # The console has no key of the department: what it brought would look like a forgery.
        raise CommandRefused(409, "must be signed", f"answers of {name} are signed: `lianshen clerk answer {name}`")
    return asking


def _waits(case: Case, asked: OfAClerk) -> None:
    if case.round != asked.round or asked.department not in case.waiting_for:
        raise CommandRefused(409, "nothing to answer", f"the case does not wait for {asked.department} in that round")


def _done(asked: OfAClerk) -> dict[str, Any]:
    return {"application": asked.application, "department": asked.department, "round": asked.round}
