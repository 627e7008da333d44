"""The clerk's desk: what waits for a department without a system, the form of one answer, and "I need until"."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from fastapi import Response

from chassis.errors import CommandRefused
from chassis.http.pages.posted import Posted
from console.answering.checked import Checked, Errors, check
from console.answering.fields import cells_of
from console.answering.our_ban import filled_in
from console.answering.question import question_now
from console.answering.shown import answer, form
from console.answering.typed import Typed, is_another_row, nothing_typed, read_form
from console.pages.case import Found, find, questions_to
from console.pages.department_states import State, states_of
from console.pages.shown import shown
from console.projection.owed import owed_by
from console.refusals import in_words
from console.visit import Visit
from contracts.case.case import Case
from contracts.case.fold import fold
from contracts.inquiries import Question
from contracts.local_time import SHANGHAI
from contracts.looks import LookReason
from procedures.department import Department

CLOSE_OF_BUSINESS = time(18)
LONGEST = timedelta(days=30)


@dataclass(frozen=True)
class Asked:
    """One question as it waits for this clerk."""

    found: Found
    case: Case
    department: Department
    question: Question


async def clerks_desk(visit: Visit) -> Response:
    mine = [name for name in visit.console.views.departments if name in visit.me.departments]
    states = await states_of(visit.console.views, mine)
    by_clerk = [name for name in mine if _may_answer(states.get(name))]
    return shown(
        visit,
        "clerk.html",
        questions=owed_by(visit.console.views.projection, by_clerk),
        mine=mine,
        states=states,
        said=visit.request.query_params.get("said", ""),
    )


def _may_answer(state: State | None) -> bool:
    return state is not None and state["attached_by"] == "clerk" and state["signatures"] != "required"


async def answer_question(visit: Visit) -> Response:
    """The form, with more rows or fewer; then what it says, to be checked; then the answer itself."""
    asked, posted = await _asked(visit), await visit.posted()
    if isinstance(asked, Response):
        return asked
    if not (posted.has("check") or posted.has("send") or posted.has("change") or is_another_row(posted)):
        return _form(visit, asked, filled_in(asked.case, asked.question, asked.department.name))
    typed = read_form(posted, len(asked.question.persons), cells_of(asked.department.record))
    if posted.has("change") or is_another_row(posted):
        return _form(visit, asked, typed)
    checked = check(typed, asked.question, asked.department, visit.now)
    if checked.errors:
        return _form(visit, asked, typed, checked.errors, 422)
    return await _send(visit, asked, typed, checked) if posted.has("send") else _checked(visit, asked, posted, checked)


async def _asked(visit: Visit) -> Asked | Response:
    """The look at whom it is about is on record. Raises NotRecorded."""
    found, name = await find(visit), visit.named("department")
    if not found.history and found.away:
        return visit.fault(503)
    if name not in questions_to(visit, found):
        return visit.fault(404)
    state = (await states_of(visit.console.views, [name])).get(name)
    if not _may_answer(state):
        return visit.fault(409 if state else 503, "clerk.not_here" if state else "clerk.unknown")
    case = fold(found.history, found.number)
    await visit.personal(found.number, LookReason.ANSWER, name)
    return Asked(found, case, *question_now(visit, case, name))


def _form(
    visit: Visit,
    asked: Asked,
    typed: Typed,
    faults: Errors | None = None,
    status: int = 200,
    refused: str = "",
    **more: Any,
) -> Response:
    """With what is wrong at its fields, and on top why a command was refused."""
    fields = form(visit, asked.department, asked.question, typed, faults or {})
    if refused:
        fields["errors"]["answer"] = refused
    values = {"errors": fields["errors"], "until": "", **more}
    return _page(visit, "clerk_question.html", asked, status, form=fields, **values)


def _checked(visit: Visit, asked: Asked, posted: Posted, checked: Checked) -> Response:
    given = answer(visit, asked.department, asked.question, checked.persons)
    typed = [(name, value) for name, value in posted.fields if name[:1] == "p" and name[1:2].isdigit()]
    return _page(visit, "clerk_checked.html", asked, given=given, typed=typed, errors={})


def _page(visit: Visit, template: str, asked: Asked, status: int = 200, **values: Any) -> Response:
    return shown(
        visit,
        template,
        status,
        number=asked.found.number,
        department=asked.department.name,
        asked_at=asked.question.asked_at,
        answer_by=asked.question.answer_by,
        **values,
    )


async def _send(visit: Visit, asked: Asked, typed: Typed, checked: Checked) -> Response:
    persons = [person.model_dump(mode="json") for person in checked.persons]
    try:
        await _command(visit, asked, "clerk-answer", kind=checked.kind, persons=persons)
    except CommandRefused as refused:
        said = visit.say("decide.refused", detail=in_words(visit, refused))
        return _form(visit, asked, typed, status=refused.status, refused=said)
    return visit.go_to("/clerk?said=done")


async def _command(visit: Visit, asked: Asked, verb: str, **more: Any) -> None:
    views, name = visit.console.views, asked.department.name
    said = {"application": asked.found.number, "department": name, "round": asked.case.round, "by": visit.me.name}
    await views.call(views.departments[name], verb, {**said, **more})


async def answer_later(visit: Visit) -> Response:
    """A day by which the clerk needs to answer; the family can read it."""
    asked, posted = await _asked(visit), await visit.posted()
    if isinstance(asked, Response):
        return asked
    typed = posted.one("until")
    until = end_of(typed)

    def again(status: int, why: str) -> Response:
        empty = nothing_typed(len(asked.question.persons))
        return _form(visit, asked, empty, status=status, errors={"until": why}, until=typed)

    if until is None or not visit.now < until <= visit.now + LONGEST:
        return again(422, visit.say("clerk.no_day"))
    try:
        await _command(visit, asked, "clerk-defer", until=until.isoformat())
    except CommandRefused as refused:
        return again(refused.status, visit.say("decide.refused", detail=in_words(visit, refused)))
    return visit.go_to("/clerk?said=deferred")


def end_of(typed: str) -> datetime | None:
    """Close of business of a day; None for what is no day."""
    try:
        return datetime.combine(date.fromisoformat(typed), CLOSE_OF_BUSINESS, SHANGHAI)
    except ValueError:
        return None
