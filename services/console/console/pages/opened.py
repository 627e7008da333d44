"""One application with everything in it, once it stands on record that somebody looked, and why."""

import json
from typing import Any

from fastapi import Response

from console.looks import reasons_of
from console.pages.case import Found, find, page_of
from console.pages.shown import shown
from console.proposals import KINDS, Proposal
from console.visit import Visit
from contracts.case.case import Case
from contracts.case.fold import fold
from contracts.case.states import State
from contracts.events import EVENTS, ObjectionRaised
from procedures.hainan_2025.titles import RULES
from procedures.shown_to_officers import shown_to_officers

DECIDABLE = frozenset({State.REVIEW, State.INELIGIBLE_PROPOSED})


async def opened(visit: Visit) -> Response:
    found, posted = await find(visit), await visit.posted()
    if not found.history:
        return visit.fault(503) if found.away else visit.fault(404, "case.no_such")
    reason = posted.one("reason")
    if reason not in reasons_of(visit.me):
        return page_of(visit, found, 422, errors={"reason": visit.say("case.no_reason")})
    await visit.personal(found.number, reason)
    return page_of(visit, found, opened=everything(visit, found), errors={}, reason=reason)


def everything(visit: Visit, found: Found) -> dict[str, Any]:
    """What an officer sees of a case: who they are, what was found, what was objected, what may be decided."""
    case = fold(found.history, found.number)
    told = shown_to_officers(visit.console.views.procedures, found.history, found.number)
    return {
        "persons": case.persons or _on_the_form(case),
        "findings": told.get("findings") or (),
        "answers": told["answers"],
        "also_answered": told["also_answered"],
        "objections": [item.event for item in found.history if isinstance(item.event, ObjectionRaised)],
        "rules": RULES,
        "decidable": case.state in DECIDABLE,
        "by_hand": [name for name in case.waiting_for if (name, case.round) in case.overdue],
        "kinds": KINDS,
        "proposed": {one.department: one for one in _proposed(visit, case)},
        "open_objections": [one.n for one in case.objections if one.in_time and not one.decided]
        if case.state is State.OBJECTED
        else [],
    }


def _proposed(visit: Visit, case: Case) -> list[Proposal]:
    """What waits for a second person in the round that is open now."""
    return [one for one in visit.console.views.proposals.of(case.application) if one.round == case.round]


def _on_the_form(case: Case) -> list[dict[str, str]]:
    """Before anything was accepted the form alone says who they are."""
    if case.form is None:
        return []
    form = case.form
    members = [{"name": one.name, "id_number": one.id_number, "role": one.relation} for one in form.members]
    applicant = {"name": form.applicant.name, "id_number": form.applicant.id_number, "role": "applicant"}
    return [applicant, *members]


async def record(visit: Visit) -> Response:
    """One event as it is stored."""
    found, posted = await find(visit), await visit.posted()
    if not found.history:
        return visit.fault(503) if found.away else visit.fault(404, "case.no_such")
    wanted = posted.one("sequence")
    item = next((one for one in found.history if str(one.sequence) == wanted), None)
    if item is None:
        return visit.fault(404, "case.no_such")
    await visit.personal(found.number, posted.one("reason"))
    body = json.dumps(json.loads(EVENTS.write(item.event)), ensure_ascii=False, indent=2)
    return shown(visit, "record.html", number=found.number, item=item, kind=type(item.event).__name__, body=body)
