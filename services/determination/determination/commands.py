"""What an officer says to a case in determination; one table."""

from collections.abc import Callable
from typing import Any, Literal

from pydantic import Field

from chassis.commands import Command, call, decide_and_append
from chassis.process.service import Context
from contracts.case.case import Case
from contracts.case.states import State
from contracts.events import Event
from contracts.events.values import Officer, OwnBan, Reason
from contracts.inquiries import Round
from contracts.local_time import SHANGHAI
from contracts.model import Frozen
from contracts.numbers import ApplicationNumber
from contracts.people import IdNumber
from evidence.own_bans import OwnBans
from procedures.deadlines import answer_by
from procedures.hainan_2025.determination import confirm, reverify
from procedures.procedure import Procedures
from procedures.working_days import Calendar


class Confirm(Frozen):
    """An officer's word on a proposal; may overturn it."""

    application: ApplicationNumber
    outcome: Literal["eligible", "ineligible"]
    reason: Reason
    by: Officer
    round: Round | None = Field(default=None, description="in which the officer looked; another one is refused")


class Reverify(Frozen):
    """An officer asks every department again."""

    application: ApplicationNumber
    reason: Reason
    by: Officer
    children_elsewhere: tuple[IdNumber, ...] = ()
    """Whom an earlier case names in the project in which this one is to take part."""


def commands(context: Context, procedures: Procedures, own_bans: OwnBans) -> tuple[Command[Any], ...]:
    calendar = Calendar.load(context.settings.calendar_file)
    drill = context.settings.drill_reply_seconds

    async def do_confirm(request: Confirm) -> dict[str, Any]:
        def word(case: Case) -> tuple[Event, ...]:
            now = context.clock.now()
            return (confirm(case, request.outcome, request.reason, request.by, now, request.round),)

        return await done(request.application, word)

    async def do_reverify(request: Reverify) -> dict[str, Any]:
        case = await context.journal.load(request.application)
        children: tuple[str, ...] = request.children_elsewhere
        if case.state is State.INELIGIBLE:
            # Closed, so the family may have applied again; only intake can look, and holds the place meanwhile.
            held = await call(context.nc, "intake", "hold", {"application": request.application})
            children = tuple(held.get("children_elsewhere", ()))
        own = await our_record(case)

        def again(case: Case) -> tuple[Event, ...]:
            now = context.clock.now()
            until = answer_by(calendar, procedures.of(case).on(now), now, drill)
            return (reverify(case, request.reason, request.by, now, until, children, own),)

        return await done(request.application, again)

    async def our_record(case: Case) -> OwnBan | None:
        today = context.clock.now().astimezone(SHANGHAI).date()
        applicant = next((person for person in case.persons if person.role == "applicant"), None)
        return await own_bans.about(applicant.id_number, today) if applicant else None

    async def done(application: str, word: Callable[[Case], tuple[Event, ...]]) -> dict[str, Any]:
        case, _ = await decide_and_append(context.journal, application, word)
        return procedures.view(case)

    return Command("confirm", Confirm, do_confirm), Command("reverify", Reverify, do_reverify)
