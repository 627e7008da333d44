"""Has all departments asked anew about a case whose answers are too old for its next step."""

from collections.abc import Sequence
from typing import Any

from allocation.desk import Desk
from chassis.commands import call
from contracts.case.case import Case

REVERIFY = "determination.reverify"


async def ask_again(
    desk: Desk, case: Case, why: str, by: str, children_elsewhere: Sequence[str] = ()
) -> dict[str, Any]:
    """By determination, whose word it is. Found eligible, the case goes on where it stands; else an officer decides,
    as where a child is named by an earlier case of the project (Art. 17).

    Raises CommandRefused.
    """
    service, _, verb = REVERIFY.partition(".")
    asked = {"application": case.application, "reason": why, "by": by}
    more = {"children_elsewhere": list(children_elsewhere)} if children_elsewhere else {}
    await call(desk.context.nc, service, verb, asked | more)
    return {"application": case.application, "asked_again": True, "why": why}
