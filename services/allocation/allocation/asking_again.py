"""Has all departments asked anew about a case whose answers are too old for its next step."""

from typing import Any

from allocation.desk import Desk
from chassis.commands import call
from contracts.case.case import Case

REVERIFY = "determination.reverify"


async def ask_again(desk: Desk, case: Case, why: str, by: str) -> dict[str, Any]:
    """By determination, whose word it is. Found eligible, the case goes on where it stands; else an officer decides.

    Raises CommandRefused.
    """
    service, _, verb = REVERIFY.partition(".")
    await call(desk.context.nc, service, verb, {"application": case.application, "reason": why, "by": by})
    return {"application": case.application, "asked_again": True, "why": why}
