"""An answer in place of a silent department: one officer proposes it, another one looks at it and approves."""

from datetime import timedelta
from typing import Any

from fastapi import Response

from chassis.errors import CommandRefused
from console.answering.checked import Checked, check, kept_as_text, read_kept
from console.answering.fields import cells_of
from console.answering.question import question_now
from console.answering.shown import form
from console.answering.typed import Typed, is_another_row, nothing_typed, read_form
from console.pages.case import Found, find, page_of
from console.pages.opened import everything
from console.pages.shown import shown
from console.proposals import Proposal
from console.reasons import read_reason, wrong_reason
from console.refusals import in_words
from console.visit import Visit
from contracts.case.case import Case
from contracts.case.fold import fold
from contracts.looks import LookReason

KEPT = timedelta(days=7)


async def propose(visit: Visit) -> Response:
    """The form of an answer, with more rows or fewer; then the proposal."""
    found, posted = await find(visit), await visit.posted()
    if not found.history:
        return _not_there(visit, found)
    case, department = fold(found.history, found.number), posted.one("department")
    await visit.personal(found.number, LookReason.ANSWER)
    if not is_overdue(case, department):
        return _again(visit, found, 409, department, visit.say("by_hand.not_overdue"))
    contract, question = question_now(visit, case, department)
    if not (posted.has("propose") or is_another_row(posted)):
        return _form(visit, case, department, nothing_typed(len(question.persons)))
    typed, reason = (
        read_form(posted, len(question.persons), cells_of(contract.record)),
        read_reason(posted.one("reason")),
    )
    if is_another_row(posted):
        return _form(visit, case, department, typed, reason=reason)
    checked, wrong = check(typed, question, contract, visit.now), wrong_reason(reason)
    if checked.errors or wrong:
        faults = {**checked.errors, **({"reason": wrong} if wrong else {})}
        return _form(visit, case, department, typed, reason=reason, faults=faults, status=422)
    keep(visit, case, department, checked, reason)
    return visit.go_to(f"/cases/{found.number}?done=yes")


def _form(
    visit: Visit,
    case: Case,
    department: str,
    typed: Typed,
    *,
    reason: str = "",
    faults: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    fields = form(visit, *question_now(visit, case, department), typed, faults or {})
    values = {"number": case.application, "department": department, "reason": reason, "errors": fields["errors"]}
    return shown(visit, "by_hand.html", status, form=fields, **values)


def is_overdue(case: Case, department: str) -> bool:
    """Whether a department's time is over, and nothing was said for it yet."""
    return (department, case.round) in case.overdue and department in case.waiting_for


def keep(visit: Visit, case: Case, department: str, checked: Checked, reason: str) -> None:
    """Until somebody else has looked at it."""
    at, me, answer = visit.now.isoformat(), visit.me, kept_as_text(checked.kind, checked.persons)
    proposals = visit.console.views.proposals
    proposals.forget_before(visit.now - KEPT)
    proposals.propose(Proposal(case.application, department, case.round, answer, reason, me.account, me.name, at))


async def approve(visit: Visit) -> Response:
    """The second person's own act: the command goes out with both names, and the proposal is no more."""
    found, posted = await find(visit), await visit.posted()
    if not found.history:
        return _not_there(visit, found)
    case = fold(found.history, found.number)
    proposal = proposed(visit, case, posted.one("department"), posted.one("proposed_at"))
    if proposal is None:
        return visit.fault(404, "by_hand.gone")
    if not proposal.may_be_approved_by(visit.me):
        return visit.fault(403, "by_hand.second_person")
    await visit.personal(found.number, LookReason.SECOND_PERSON)
    if not posted.has("no"):
        try:
            await send(visit, case, proposal)
        except CommandRefused as refused:
            said = visit.say("decide.refused", detail=in_words(visit, refused))
            return _again(visit, found, refused.status, proposal.department, said)
    visit.console.views.proposals.remove(proposal)
    return visit.go_to(f"/cases/{found.number}?done=yes")


async def send(visit: Visit, case: Case, proposal: Proposal) -> dict[str, Any]:
    """Under both names. Raises CommandRefused."""
    views = visit.console.views
    _, question = question_now(visit, case, proposal.department)
    said = read_kept(proposal.answer, question)
    asked: dict[str, Any] = {
        "application": proposal.application,
        "department": proposal.department,
        "kind": said.kind,
        "persons": [person.model_dump(mode="json") for person in said.persons],
        "reason": proposal.reason,
        "by": proposal.by,
        "approved_by": visit.me.name,
    }
    return await views.call(views.departments[proposal.department], "answer", asked)


def proposed(visit: Visit, case: Case, department: str, at: str) -> Proposal | None:
    """The very one that was shown, of the round that is open now: an older one answers nothing."""
    wanted = department, case.round, at
    of_the_case = visit.console.views.proposals.of(case.application)
    return next((one for one in of_the_case if (one.department, one.round, one.at) == wanted), None)


def _not_there(visit: Visit, found: Found) -> Response:
    return visit.fault(503) if found.away else visit.fault(404, "case.no_such")


def _again(visit: Visit, found: Found, status: int, department: str, why: str) -> Response:
    errors = {f"by-hand-{department}": why}
    return page_of(visit, found, status, opened=everything(visit, found), errors=errors)
