"""An answer in a department's place from the command line: one person proposes it, another one looks and approves."""

from typing import Literal

from fastapi import Response

from chassis.errors import CommandRefused
from console.answering.checked import Checked, read_kept
from console.answering.question import question_now
from console.command_line.acts import looked_at
from console.command_line.said import answer, asked
from console.pages.by_hand import is_overdue, keep, proposed, send
from console.visit import Visit
from contracts.case.case import Case
from contracts.case.fold import fold
from contracts.events.values import Reason
from contracts.inquiries import PersonAnswer
from contracts.looks import LookReason
from contracts.model import Frozen
from inquiry.by_people.typed_answers import body_of, read_typed


class Propose(Frozen):
    """What the first person says."""

    application: str
    department: str
    kind: Literal["none", "found", "not_matched", "cannot_determine", "refused"]
    persons: tuple[PersonAnswer, ...] = ()
    reason: Reason


class Look(Frozen):
    """The second person wants to see what was proposed."""

    application: str
    department: str


class Approve(Look):
    """What the second person says to the very proposal that they saw."""

    proposed_at: str
    approved: bool = True


async def propose(visit: Visit) -> Response:
    said = Propose.model_validate(await asked(visit.request))
    case, department = await _case(visit, said.application, LookReason.ANSWER), said.department
    if not is_overdue(case, department):
        raise CommandRefused(409, "not overdue yet", "a department is answered for only once its time is over")
    contract, question = question_now(visit, case, department)
    read = read_typed(body_of(question, said.kind, said.persons), question, contract, visit.now)
    keep(visit, case, department, Checked(said.kind, read.answer.persons), said.reason)
    return answer({"application": case.application, "department": department, "waits_for": "another person"})


async def proposal(visit: Visit) -> Response:
    """As the second person has to see it before they approve."""
    said = Look.model_validate(await asked(visit.request))
    case = await _case(visit, said.application, LookReason.SECOND_PERSON)
    of_the_case = visit.console.views.proposals.of(case.application)
    found = [one for one in of_the_case if (one.department, one.round) == (said.department, case.round)]
    if not found:
        raise _nothing()
    kept = read_kept(found[0].answer, question_now(visit, case, said.department)[1])
    persons = [person.model_dump(mode="json") for person in kept.persons]
    about = {"by": found[0].by, "reason": found[0].reason, "proposed_at": found[0].at}
    return answer({"application": case.application, "department": said.department, **about, "persons": persons})


async def approve(visit: Visit) -> Response:
    said = Approve.model_validate(await asked(visit.request))
    case = await _case(visit, said.application, LookReason.SECOND_PERSON)
    found = proposed(visit, case, said.department, said.proposed_at)
    if found is None:
        raise _nothing()
    if not found.may_be_approved_by(visit.me):
        raise CommandRefused(403, "two people", "somebody else than who proposed it must look at it and approve")
    done = await send(visit, case, found) if said.approved else {"approved": False}
    visit.console.views.proposals.remove(found)
    return answer(done)


def _nothing() -> CommandRefused:
    return CommandRefused(404, "nothing to approve", "there is no such proposal, or it was decided or made anew")


async def _case(visit: Visit, typed: str, reason: LookReason) -> Case:
    number = await looked_at(visit, typed, reason)
    return fold(await visit.console.views.history(number), number)
