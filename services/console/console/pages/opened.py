"""One application with everything in it, once it stands on record that somebody looked, and why."""

import json
from typing import Any

from fastapi import Response

from console.answering.checked import read_kept
from console.answering.question import question_now
from console.answering.shown import answer
from console.looks import OFFICERS
from console.pages.case import Found, find, page_of, questions_to, reasons_here
from console.pages.shown import shown
from console.proposals import Proposal
from console.visit import Visit
from contracts.case.case import Case, Recorded
from contracts.case.fold import fold
from contracts.case.states import State
from contracts.events import EVENTS, ObjectionRaised, PublicityOpened
from contracts.local_time import SHANGHAI
from contracts.looks import LookReason
from inquiry.questions import persons_asked
from procedures.hainan_2025.titles import RULES
from procedures.shown_to_officers import shown_to_officers

DECIDABLE = frozenset({State.REVIEW, State.INELIGIBLE_PROPOSED})


async def opened(visit: Visit) -> Response:
    found, posted = await find(visit), await visit.posted()
    if not found.history:
        return visit.fault(503) if found.away else visit.fault(404, "case.no_such")
    reason = posted.one("reason")
    if reason not in reasons_here(visit, found):
        return page_of(visit, found, 422, errors={"reason": visit.say("case.no_reason")})
    for department in questions_to(visit, found) if is_a_clerks(visit, reason) else (None,):
        await visit.personal(found.number, reason, department)
    return page_of(visit, found, opened=seen(visit, found, reason), errors={}, reason=reason)


def seen(visit: Visit, found: Found, reason: str) -> dict[str, Any]:
    """No more than the record of the look says was shown."""
    if reason == LookReason.OBJECTION:
        return of_objections(found)
    return of_questions(visit, found) if is_a_clerks(visit, reason) else everything(visit, found)


def is_a_clerks(visit: Visit, reason: str) -> bool:
    """A look of somebody who answers for a department and decides nothing."""
    return reason == LookReason.ANSWER and not visit.me.may(OFFICERS)


def of_questions(visit: Visit, found: Found) -> dict[str, Any]:
    """Whom the departments of a clerk are asked about, and nothing that the others found."""
    case = fold(found.history, found.number)
    procedure, today = visit.console.views.procedures.of(case), visit.now.astimezone(SHANGHAI).date()
    names = questions_to(visit, found)
    asked = {name: persons_asked(procedure.department(name), case.persons, today) for name in names}
    return {"whole": False, "asked": asked}


def of_objections(found: Found) -> dict[str, Any]:
    """The newest entry as everybody could read it, and what was objected to it."""
    entries = [item.event.entry for item in found.history if isinstance(item.event, PublicityOpened)]
    records = [item for item in found.history if isinstance(item.event, ObjectionRaised)]
    return {
        "whole": False,
        "entry": entries[-1] if entries else None,
        "objections": [item.event for item in records],
        "records": records,
        "open_objections": _open_objections(fold(found.history, found.number)),
    }


def _open_objections(case: Case) -> list[int]:
    return [one.n for one in case.objections if one.in_time and not one.decided and case.state is State.OBJECTED]


def everything(visit: Visit, found: Found) -> dict[str, Any]:
    """What an officer sees of a case: who they are, what was found, what was objected, what may be decided."""
    case = fold(found.history, found.number)
    told = shown_to_officers(visit.console.views.procedures, found.history, found.number)
    return {
        "whole": True,
        "persons": case.persons or _on_the_form(case),
        "findings": told.get("findings") or (),
        "answers": told["answers"],
        "also_answered": told["also_answered"],
        "objections": [item.event for item in found.history if isinstance(item.event, ObjectionRaised)],
        "rules": RULES,
        "decidable": case.state in DECIDABLE,
        "by_hand": [name for name in case.waiting_for if (name, case.round) in case.overdue],
        "proposed": {one.department: one for one in _proposed(visit, case)},
        "given": {one.department: _given(visit, case, one) for one in _proposed(visit, case)},
        "open_objections": _open_objections(case),
    }


def _given(visit: Visit, case: Case, proposal: Proposal) -> list[Any]:
    """What the second person approves, or does not."""
    department, question = question_now(visit, case, proposal.department)
    return answer(visit, department, question, read_kept(proposal.answer, question).persons)


def _proposed(visit: Visit, case: Case) -> list[Proposal]:
    """What waits for a second person in the round that is open now."""
    of_the_case = visit.console.views.proposals.of(case.application)
    return [one for one in of_the_case if one.round == case.round and one.department in case.waiting_for]


def _on_the_form(case: Case) -> list[dict[str, str]]:
    """Before anything was accepted the form alone says who they are."""
    if case.form is None:
        return []
    form = case.form
    members = [{"name": one.name, "id_number": one.id_number, "role": one.relation} for one in form.members]
    applicant = {"name": form.applicant.name, "id_number": form.applicant.id_number, "role": "applicant"}
    return [applicant, *members]


def _is_shown(visit: Visit, item: Recorded, reason: str) -> bool:
    """A record is no more than the page that was opened for the same reason."""
    if reason == LookReason.OBJECTION:
        return isinstance(item.event, ObjectionRaised)
    return not is_a_clerks(visit, reason)


async def record(visit: Visit) -> Response:
    """One event as it is stored."""
    found, posted = await find(visit), await visit.posted()
    if not found.history:
        return visit.fault(503) if found.away else visit.fault(404, "case.no_such")
    wanted, reason = posted.one("sequence"), posted.one("reason")
    item = next((one for one in found.history if str(one.sequence) == wanted), None)
    if item is None or not _is_shown(visit, item, reason):
        return visit.fault(404, "case.no_such")
    await visit.personal(found.number, reason)
    body = json.dumps(json.loads(EVENTS.write(item.event)), ensure_ascii=False, indent=2)
    return shown(visit, "record.html", number=found.number, item=item, kind=type(item.event).__name__, body=body)
