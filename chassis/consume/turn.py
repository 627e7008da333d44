"""`turn-clock`: a rehearsal's clock is turned on while services run. No service has it outside a rehearsal."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any

from pydantic import Field

from chassis.clock import Clock, TurnedClock
from chassis.commands import Command
from chassis.errors import CommandRefused
from contracts.model import Frozen

LONGEST = 20_000.0
"""Days, fifty years: the calendar ends later."""


class TurnClock(Frozen):
    """By how many days the clock is ahead of the machine from now on."""

    ahead_days: Annotated[float, Field(ge=0, le=LONGEST)]


def turn_commands(clock: Clock) -> Sequence[Command[Any]]:
    """One command for a clock that may be turned, none for the machine's."""
    if not isinstance(clock, TurnedClock):
        return ()

    async def do(request: TurnClock) -> dict[str, Any]:
        ahead = timedelta(days=request.ahead_days)
        # Back would write what happened before what happened already.
        if ahead < clock.ahead:
            raise CommandRefused(409, "not possible now", f"the clock is ahead by {clock.ahead}: it is turned on only")
        clock.ahead = ahead
        return {"now": clock.now().isoformat()}

    return (Command("turn-clock", TurnClock, do),)
