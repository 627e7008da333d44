"""Cases grouped by what they wait for, and one action for all of a selection that was frozen when it was shown."""

import asyncio
from collections.abc import Iterable
from typing import Annotated

from fastapi import Response
from pydantic import Field, TypeAdapter

from console.pages.cause_actions import Action, Order, Result, Selected, Step, action_for, result
from console.pages.department_states import State, states_of
from console.pages.shown import shown
from console.projection.waiting import MOST_AT_ONCE, causes, of_cause
from console.reasons import read_reason, wrong_reason
from console.visit import Visit
from contracts.numbers import parse_application_number

AT_ONCE = 8
SEQUENCE = TypeAdapter(Annotated[int, Field(ge=1, lt=2**63)])


async def all_causes(visit: Visit) -> Response:
    views = visit.console.views
    return shown(visit, "causes.html", causes=causes(views.projection, visit.now))


async def cause(visit: Visit) -> Response:
    whom, turn = visit.named("whom"), visit.named("turn")
    views = visit.console.views
    found = next((one for one in causes(views.projection, visit.now) if (one.whom, one.turn) == (whom, turn)), None)
    if found is None:
        return visit.fault(404)
    selected = await _as_they_stand(visit, of_cause(views.projection, whom, turn))
    action = action_for(visit, whom, turn)
    return shown(
        visit,
        "cause.html",
        cause=found,
        selected=selected,
        department=await _state(visit, whom),
        most=MOST_AT_ONCE,
        errors={},
        action=action if action is not None and visit.me.may(action.roles) else None,
    )


async def _state(visit: Visit, whom: str) -> State | None:
    views = visit.console.views
    return (await states_of(views, [whom])).get(whom) if whom in views.departments else None


async def _as_they_stand(visit: Visit, numbers: Iterable[str]) -> list[Selected]:
    rows = visit.console.views.projection.db
    found = []
    for number in numbers:
        (sequence,) = rows.execute("SELECT sequence FROM cases WHERE number = ?", (number,)).fetchone()
        found.append(Selected(number, sequence))
    return found


async def try_it(visit: Visit) -> Response:
    """What would happen to each, and nothing is changed."""
    wanted = await _wanted(visit)
    if isinstance(wanted, Response):
        return wanted
    action, selected, order, _ = wanted
    results = await _each(visit, selected, order, action.would)
    possible = [one.selected for one in results if one.done]
    mark = visit.console.previews.mark(visit.me, *_preview(visit, order, possible))
    return _results(visit, "cause_tried.html", action, results, order, mark)


async def do_it(visit: Visit) -> Response:
    """One command a case, for exactly what the preview listed, and never without one."""
    wanted = await _wanted(visit)
    if isinstance(wanted, Response):
        return wanted
    action, selected, order, mark = wanted
    if not visit.console.previews.was_shown(mark, visit.me, *_preview(visit, order, selected)):
        return visit.fault(409, "causes.not_previewed")
    return _results(visit, "cause_done.html", action, await _each(visit, selected, order, action.do), order, "")


async def _wanted(visit: Visit) -> tuple[Action, list[Selected], Order, str] | Response:
    """The action of this cause, what it is for, why, and the mark of its preview."""
    whom = visit.named("whom")
    action, posted = action_for(visit, whom, visit.named("turn")), await visit.posted()
    if action is None:
        return visit.fault(404)
    if not visit.me.may(action.roles):
        return visit.fault(403, "console.not_your_role")
    selected, reason = _selection(posted.all("selected")), read_reason(posted.one("reason"))
    if wrong := _wrong_selection(selected) or (wrong_reason(reason) if action.needs_reason else None):
        return visit.fault(400, wrong)
    return action, selected, Order(whom, reason, await _state(visit, whom)), posted.one("mark")


async def _each(visit: Visit, selected: list[Selected], order: Order, step: Step) -> list[Result]:
    limit = asyncio.Semaphore(AT_ONCE)

    async def one(item: Selected) -> Result:
        async with limit:
            return await result(visit, item, order, step)

    return await asyncio.gather(*map(one, selected))


def _preview(visit: Visit, order: Order, selected: Iterable[Selected]) -> tuple[object, ...]:
    return "cause", order.whom, visit.named("turn"), order.reason, *selected


def _results(visit: Visit, template: str, action: Action, results: list[Result], order: Order, mark: str) -> Response:
    path = visit.request.url.path.rpartition("/")[0]
    return shown(visit, template, action=action, results=results, reason=order.reason, path=path, mark=mark)


def _selection(said: Iterable[str]) -> list[Selected]:
    """Empty if anything of it is no case as a page shows one: a number alone names cases, never a pattern."""
    found = []
    for one in said:
        number, _, sequence = one.partition("@")
        try:
            found.append(Selected(parse_application_number(number), SEQUENCE.validate_python(sequence)))
        except ValueError:
            return []
    return found


def _wrong_selection(selected: list[Selected]) -> str | None:
    """The key of the text that says why nothing is done for it."""
    if not selected:
        return "causes.nothing_selected"
    return "causes.too_many" if len(selected) > MOST_AT_ONCE else None
