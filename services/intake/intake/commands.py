"""What an officer does at the counter, and the place that determination has held; one table."""

from typing import Any

from chassis.clock import Clock
from chassis.commands import Command
from contracts.application import Supplement
from contracts.events.values import Officer, Reason, SubjectToken
from contracts.model import Frozen
from contracts.numbers import ApplicationNumber
from intake.submission import ApplicationDesk


class Withdraw(Frozen):
    """An officer withdraws an application at the family's wish."""

    application: ApplicationNumber
    reason: Reason
    by: Officer


class Hold(Frozen):
    """A closed case is opened again, or one takes part in another project: the family must have no other there."""

    application: ApplicationNumber
    project: SubjectToken | None = None
    """Another one than that of its form."""


class HandIn(Frozen):
    """An officer takes a supplement at the counter."""

    application: ApplicationNumber
    supplement: Supplement


def commands(desk: ApplicationDesk, clock: Clock) -> tuple[Command[Any], ...]:
    async def withdraw(request: Withdraw) -> dict[str, Any]:
        return desk.procedures.view(await desk.withdraw(request.application, request.reason, request.by, clock.now()))

    async def hand_in(request: HandIn) -> dict[str, Any]:
        return desk.procedures.view(await desk.supplement(request.application, request.supplement, clock.now()))

    async def hold(request: Hold) -> dict[str, Any]:
        children = await desk.hold(request.application, request.project)
        return {"held": True, "children_elsewhere": children}

    return (
        Command("withdraw", Withdraw, withdraw),
        Command("supplement", HandIn, hand_in),
        Command("hold", Hold, hold),
    )
