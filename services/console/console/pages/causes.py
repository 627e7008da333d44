"""Cases grouped by what they wait for, and one action for all of a selection that was frozen when it was shown."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from fastapi import Response

from chassis.errors import ChassisError, CommandRefused
from console.looks import OFFICERS
from console.pages.department_states import states_of
from console.pages.shown import shown
from console.projection.waiting import MOST_AT_ONCE, causes, of_cause
from console.visit import Visit
from contracts.case.case import Case, NotAllowed
from contracts.case.fold import fold
from contracts.case.waits import OFFICER, Turn
from procedures.hainan_2025.determination import reverify

FOR_ALL = frozenset({Turn.REVIEWS, Turn.CONFIRMS})
"""Causes that one action may end for every case: the departments are asked again."""
AT_ONCE = 8


@dataclass(frozen=True)
class Selected:
    """One case as it was shown: its number and its newest record."""

    number: str
    sequence: int

    def __str__(self) -> str:
        return f"{self.number}@{self.sequence}"


@dataclass(frozen=True)
class Result:
    """What would happen to one case, or what did."""

    selected: Selected
    done: bool
    round: int = 0
    state: str = ""
    detail: str = ""


async def all_causes(visit: Visit) -> Response:
    views = visit.console.views
    return shown(visit, "causes.html", causes=causes(views.projection, visit.now))


async def cause(visit: Visit) -> Response:
    whom, turn = visit.named("whom"), visit.named("turn")
    views = visit.console.views
    found = next((one for one in causes(views.projection, visit.now) if (one.whom, one.turn) == (whom, turn)), None)
    if found is None:
        return visit.fault(404)
    state = (await states_of(views, [whom])).get(whom) if whom in views.departments else None
    selected = await _as_they_stand(visit, of_cause(views.projection, whom, turn))
    return shown(
        visit, "cause.html", cause=found, selected=selected, department=state, most=MOST_AT_ONCE, errors={},
        may_act=whom == OFFICER and turn in FOR_ALL and visit.me.may(OFFICERS),
    )  # fmt: skip


async def _as_they_stand(visit: Visit, numbers: Iterable[str]) -> list[Selected]:
    rows = visit.console.views.projection.db
    found = []
    for number in numbers:
        (sequence,) = rows.execute("SELECT sequence FROM cases WHERE number = ?", (number,)).fetchone()
        found.append(Selected(number, sequence))
    return found


async def try_it(visit: Visit) -> Response:
    """What would happen to each, and nothing is changed."""
    return await _each(visit, "cause_tried.html", _would)


async def do_it(visit: Visit) -> Response:
    """One command a case; whatever moved since it was shown is left alone."""
    return await _each(visit, "cause_done.html", _do)


Act = Callable[[Visit, Selected, str], Awaitable[Result]]


async def _each(visit: Visit, template: str, act: Act) -> Response:
    posted = await visit.posted()
    selected, reason = _selection(posted.all("selected")), posted.one("reason")
    if not selected or not reason:
        return visit.fault(400, "causes.nothing_selected" if not selected else "decide.no_reason")
    limit = asyncio.Semaphore(AT_ONCE)

    async def one(item: Selected) -> Result:
        async with limit:
            return await act(visit, item, reason)

    results = await asyncio.gather(*map(one, selected))
    path = visit.request.url.path.rpartition("/")[0]
    return shown(visit, template, results=results, reason=reason, path=path)


def _selection(said: Iterable[str]) -> list[Selected]:
    found = []
    for one in list(said)[:MOST_AT_ONCE]:
        number, _, sequence = one.partition("@")
        if sequence.isascii() and sequence.isdigit():
            found.append(Selected(number, int(sequence)))
    return found


async def _would(visit: Visit, item: Selected, reason: str) -> Result:
    try:
        case = await _unmoved(visit, item)
        event = reverify(case, reason, visit.me.name, visit.now, visit.now, ())
    except (NotAllowed, ChassisError) as refusal:
        return Result(item, False, detail=str(refusal))
    return Result(item, True, round=event.round, state=str(case.state))


async def _do(visit: Visit, item: Selected, reason: str) -> Result:
    try:
        await _unmoved(visit, item)
        asked = {"application": item.number, "reason": reason, "by": visit.me.name}
        await visit.console.views.call("determination", "reverify", asked)
    except CommandRefused as refused:
        return Result(item, False, detail=refused.detail)
    except (NotAllowed, ChassisError) as refusal:
        return Result(item, False, detail=str(refusal))
    return Result(item, True)


async def _unmoved(visit: Visit, item: Selected) -> Case:
    """Raises NotAllowed if it is not as it was shown."""
    case = fold(await visit.console.views.history(item.number), item.number)
    if case.sequence != item.sequence:
        raise NotAllowed(visit.say("causes.moved"))
    return case
