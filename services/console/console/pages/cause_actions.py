"""What one action may do to every case of a cause: what would happen to each, and what did."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from chassis.errors import ChassisError
from console.looks import OFFICERS
from console.pages.department_states import State
from console.refusals import in_words
from console.visit import Visit
from console.who import Role
from contracts.case.case import Case, NotAllowed
from contracts.case.fold import fold
from contracts.case.waits import OFFICER, Turn
from contracts.describe import instant
from procedures.hainan_2025.determination import reverify


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
    said: str = ""


@dataclass(frozen=True)
class Order:
    """What somebody wants done to each: by which cause, why, and how its department is now."""

    whom: str
    reason: str
    state: State | None


Step = Callable[[Visit, Case, Order], Awaitable[str]]
"""Returns what it says of the case. Raises NotAllowed or ChassisError if nothing is done to it."""


@dataclass(frozen=True)
class Action:
    """The one action of a cause."""

    name: str
    """Its texts go by this."""
    roles: frozenset[Role]
    needs_reason: bool
    would: Step
    do: Step


def action_for(visit: Visit, whom: str, turn: str) -> Action | None:
    """None for a cause that no action ends."""
    if whom == OFFICER and turn in (Turn.REVIEWS, Turn.CONFIRMS):
        return REVERIFY
    return ASK_NOW if whom in visit.console.views.departments and turn == Turn.ANSWERS else None


async def result(visit: Visit, item: Selected, order: Order, step: Step) -> Result:
    """Whatever moved since it was shown is left alone."""
    try:
        return Result(item, True, await step(visit, await _unmoved(visit, item), order))
    except Moved:
        return Result(item, False, visit.say("causes.moved"))
    except Refusal as why:
        return Result(item, False, str(why))
    except (NotAllowed, ChassisError) as refusal:
        return Result(item, False, in_words(visit, refusal))


async def _unmoved(visit: Visit, item: Selected) -> Case:
    """Raises Moved if it is not as it was shown."""
    case = fold(await visit.console.views.history(item.number), item.number)
    if case.sequence != item.sequence:
        raise Moved
    return case


class Refusal(ChassisError):
    """Nothing is done to this case; says why in the reader's language."""


async def _would_reverify(visit: Visit, case: Case, order: Order) -> str:
    event = reverify(case, order.reason, visit.me.name, visit.now, visit.now, ())
    return visit.say("causes.would.reverify", round=event.round)


async def _reverify(visit: Visit, case: Case, order: Order) -> str:
    asked = {"application": case.application, "reason": order.reason, "by": visit.me.name}
    await visit.console.views.call("determination", "reverify", asked)
    return visit.say("causes.done")


async def _would_ask(visit: Visit, case: Case, order: Order) -> str:
    _may_be_asked(visit, case, order)
    state = order.state or {}
    return visit.say("causes.would.probe" if state.get("breaker_open") else "causes.would.ask_now")


async def _ask(visit: Visit, case: Case, order: Order) -> str:
    _may_be_asked(visit, case, order)
    views = visit.console.views
    asked = {"application": case.application, "department": order.whom, "round": case.round}
    said = await views.call(views.departments[order.whom], "ask-now", asked)
    words = visit.say("causes.asked." + said["result"])
    if said["result"] not in ASKED:
        raise Refusal(words)
    return words


ASKED = ("answered", "deferred", "on_its_way", "waits")
"""What comes of a question that was sent, or still will be; the others were sent in vain, or not at all."""


def _may_be_asked(visit: Visit, case: Case, order: Order) -> None:
    """Raises Refusal."""
    state, promised = order.state, case.deferred.get((order.whom, case.round))
    if state is None:
        raise Refusal(visit.say("departments.unknown"))
    if order.whom not in case.waiting_for:
        raise Refusal(visit.say("causes.answered"))
    if state["attached_by"] == "clerk":
        raise Refusal(visit.say("causes.by_clerk"))
    if state["not_asked_because"]:
        raise Refusal(visit.say("causes.held"))
    if promised is not None and promised != case.answer_by and promised > visit.now:
        raise Refusal(visit.say("causes.promised", at=instant(promised)[:16]))


REVERIFY = Action("reverify", OFFICERS, True, _would_reverify, _reverify)
ASK_NOW = Action("ask_now", OFFICERS | {Role.OPERATIONS}, False, _would_ask, _ask)
