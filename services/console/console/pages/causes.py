"""Cases grouped by what they wait for, and one action for all of a selection that was frozen when it was shown."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Response
from pydantic import Field, TypeAdapter

from chassis.errors import ChassisError
from console.looks import OFFICERS
from console.pages.department_states import states_of
from console.pages.shown import shown
from console.projection.waiting import MOST_AT_ONCE, causes, of_cause
from console.reasons import read_reason, wrong_reason
from console.refusals import in_words
from console.visit import Visit
from contracts.case.case import Case, NotAllowed
from contracts.case.fold import fold
from contracts.case.waits import OFFICER, Turn
from contracts.numbers import parse_application_number
from procedures.hainan_2025.determination import reverify

FOR_ALL = frozenset({Turn.REVIEWS, Turn.CONFIRMS})
"""Causes that one action may end for every case: the departments are asked again."""
AT_ONCE = 8
SEQUENCE = TypeAdapter(Annotated[int, Field(ge=1, lt=2**63)])


class Moved(Exception):
    """A case is not as it was shown."""


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
        may_act=_may_be_ended(whom, turn) and visit.me.may(OFFICERS),
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
    if not _may_be_ended(visit.named("whom"), visit.named("turn")):
        return visit.fault(404)
    posted = await visit.posted()
    selected, reason = _selection(posted.all("selected")), read_reason(posted.one("reason"))
    if wrong := _wrong_selection(selected) or wrong_reason(reason):
        return visit.fault(400, wrong)
    limit = asyncio.Semaphore(AT_ONCE)

    async def one(item: Selected) -> Result:
        async with limit:
            return await act(visit, item, reason)

    results = await asyncio.gather(*map(one, selected))
    path = visit.request.url.path.rpartition("/")[0]
    return shown(visit, template, results=results, reason=reason, path=path)


def _may_be_ended(whom: str, turn: str) -> bool:
    return whom == OFFICER and turn in FOR_ALL


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


async def _would(visit: Visit, item: Selected, reason: str) -> Result:
    try:
        case = await _unmoved(visit, item)
        event = reverify(case, reason, visit.me.name, visit.now, visit.now, ())
    except Moved:
        return Result(item, False, detail=visit.say("causes.moved"))
    except (NotAllowed, ChassisError) as refusal:
        return Result(item, False, detail=in_words(visit, refusal))
    return Result(item, True, round=event.round, state=str(case.state))


async def _do(visit: Visit, item: Selected, reason: str) -> Result:
    try:
        await _unmoved(visit, item)
        asked = {"application": item.number, "reason": reason, "by": visit.me.name}
        await visit.console.views.call("determination", "reverify", asked)
    except Moved:
        return Result(item, False, detail=visit.say("causes.moved"))
    except (NotAllowed, ChassisError) as refusal:
        return Result(item, False, detail=in_words(visit, refusal))
    return Result(item, True)


async def _unmoved(visit: Visit, item: Selected) -> Case:
    """Raises Moved if it is not as it was shown."""
    case = fold(await visit.console.views.history(item.number), item.number)
    if case.sequence != item.sequence:
        raise Moved
    return case
