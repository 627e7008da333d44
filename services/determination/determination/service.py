"""determination: gathers the answers of a round into one finding an article, and takes an officer's word on it."""

from datetime import UTC, datetime
from typing import Any, Literal

from chassis.commands import Command, call, decide_and_append
from chassis.consume.decision_handler import deciding
from chassis.log.durables import Durable
from chassis.process.permissions import writing
from chassis.process.process import Context, Listen, Parts, Service
from contracts.case import Case, State
from contracts.events import (
    AlsoAnswered,
    AnsweredByHand,
    ApplicationWithdrawn,
    DepartmentAnswered,
    DepartmentOverdue,
    DeterminationConfirmed,
    DeterminationMade,
    Event,
    HandedToOfficer,
    ReverificationOpened,
)
from contracts.events.values import Officer, Reason
from contracts.local_time import SHANGHAI
from contracts.model import Frozen
from contracts.numbers import ApplicationNumber
from procedures.deadlines import answer_by
from procedures.hainan_2025.determination import confirm, decide, reverify
from procedures.hainan_2025.view import view
from procedures.policy import policy_named
from procedures.working_days import Calendar

NAME = "determination"
DURABLE = Durable(NAME, (DepartmentAnswered, AnsweredByHand, AlsoAnswered, DepartmentOverdue, ApplicationWithdrawn))
"""Everything that can change what is determined while a round is open."""


class Confirm(Frozen):
    """An officer's word on a proposal; may overturn it."""

    application: ApplicationNumber
    outcome: Literal["eligible", "ineligible"]
    reason: Reason
    by: Officer


class Reverify(Frozen):
    """An officer asks every department again."""

    application: ApplicationNumber
    reason: Reason
    by: Officer


def build(context: Context) -> Parts:
    calendar = Calendar.load(context.settings.calendar_file)
    drill = context.settings.drill_reply_seconds

    async def do_confirm(request: Confirm) -> dict[str, Any]:
        def word(case: Case) -> tuple[Event, ...]:
            return (confirm(case, request.outcome, request.reason, request.by, datetime.now(UTC)),)

        return await _done(request.application, word)

    async def do_reverify(request: Reverify) -> dict[str, Any]:
        case = await context.journal.load(request.application)
        children: tuple[str, ...] = ()
        if case.state is State.INELIGIBLE:
            # Closed, so the family may have applied again; only intake can look, and holds the place meanwhile.
            held = await call(context.nc, "intake", "hold", {"application": request.application})
            children = tuple(held.get("children_elsewhere", ()))

        def again(case: Case) -> tuple[Event, ...]:
            now = datetime.now(UTC)
            name = case.accepted.policy if case.accepted else ""
            policy = policy_named(name).on(now.astimezone(SHANGHAI).date()) if name else None
            until = answer_by(calendar, policy, now, drill) if policy else now
            return (reverify(case, request.reason, request.by, now, until, children),)

        return await _done(request.application, again)

    async def _done(application: str, word: Any) -> dict[str, Any]:
        case, events = await decide_and_append(context.journal, application, word)
        return view(await context.journal.load(application, case.sequence + len(events)))

    return Parts(
        listens=(Listen(DURABLE, deciding(context.journal, decide, follows=True)),),
        commands=(Command("confirm", Confirm, do_confirm), Command("reverify", Reverify, do_reverify)),
    )


WRITES = writing(DeterminationMade, HandedToOfficer, DeterminationConfirmed, ReverificationOpened)
SERVICE = Service(NAME, (DURABLE,), build, writes=WRITES, calls=("intake.hold",))
