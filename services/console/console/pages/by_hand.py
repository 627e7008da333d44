"""An answer in place of a silent department: one officer proposes it, another one looks at it and approves."""

from datetime import timedelta

from fastapi import Response

from chassis.errors import CommandRefused
from console.pages.case import Found, find, page_of
from console.pages.opened import everything
from console.proposals import KINDS, Proposal
from console.refusals import in_words
from console.visit import Visit
from contracts.case.fold import fold
from contracts.looks import LookReason

KEPT = timedelta(days=7)


async def propose(visit: Visit) -> Response:
    found, posted = await find(visit), await visit.posted()
    if not found.history:
        return _not_there(visit, found)
    case, department = fold(found.history, found.number), posted.one("department")
    await visit.personal(found.number, LookReason.ANSWER)
    if (department, case.round) not in case.overdue or department not in case.waiting_for:
        return _again(visit, found, 409, department, visit.say("by_hand.not_overdue"))
    kind, reason = posted.one("kind"), posted.one("reason")
    if kind not in KINDS or not reason:
        return _again(visit, found, 422, department, visit.say("by_hand.incomplete"))
    at, me = visit.now.isoformat(), visit.me
    proposals = visit.console.views.proposals
    proposals.forget_before(visit.now - KEPT)
    proposals.propose(Proposal(found.number, department, case.round, kind, reason, me.account, me.name, at))
    return visit.go_to(f"/cases/{found.number}?done=yes")


async def approve(visit: Visit) -> Response:
    """The second person's own act: the command goes out with both names, and the proposal is no more."""
    found, posted = await find(visit), await visit.posted()
    if not found.history:
        return _not_there(visit, found)
    proposal = _proposal(visit, found, posted.one("department"))
    if proposal is None:
        return visit.fault(404, "by_hand.gone")
    if not proposal.may_be_approved_by(visit.me):
        return visit.fault(403, "by_hand.second_person")
    await visit.personal(found.number, LookReason.SECOND_PERSON)
    if not posted.has("no"):
        try:
            await _answer(visit, proposal)
        except CommandRefused as refused:
            said = visit.say("decide.refused", detail=in_words(visit, refused))
            return _again(visit, found, refused.status, proposal.department, said)
    visit.console.views.proposals.remove(proposal)
    return visit.go_to(f"/cases/{found.number}?done=yes")


async def _answer(visit: Visit, proposal: Proposal) -> None:
    views = visit.console.views
    asked = {
        "application": proposal.application,
        "department": proposal.department,
        "kind": proposal.kind,
        "reason": proposal.reason,
        "by": proposal.by,
        "approved_by": visit.me.name,
    }
    await views.call(views.departments[proposal.department], "answer", asked)


def _proposal(visit: Visit, found: Found, department: str) -> Proposal | None:
    """Of the round that is open now: an older one answers nothing."""
    round = fold(found.history, found.number).round
    of_the_case = visit.console.views.proposals.of(found.number)
    return next((one for one in of_the_case if (one.department, one.round) == (department, round)), None)


def _not_there(visit: Visit, found: Found) -> Response:
    return visit.fault(503) if found.away else visit.fault(404, "case.no_such")


def _again(visit: Visit, found: Found, status: int, department: str, why: str) -> Response:
    errors = {f"by-hand-{department}": why}
    return page_of(visit, found, status, opened=everything(visit, found), errors=errors)
