"""Personal data is shown only after it stands in the log that it was looked at, by whom and why."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from chassis.errors import Unavailable
from console.who import Role, SignedIn
from contracts.looks import Look, LookReason

Record = Callable[[Look], Awaitable[None]]
"""Returns once it is stored. Raises Unavailable."""

OFFICERS = frozenset({Role.OFFICER, Role.HEAD})
MAY: Mapping[LookReason, frozenset[Role]] = {
    LookReason.DECIDE: OFFICERS,
    LookReason.SECOND_PERSON: OFFICERS,
    LookReason.OBJECTION: OFFICERS,
    LookReason.ANSWER: frozenset({Role.CLERK, Role.OFFICER}),
    LookReason.ASKED: frozenset({Role.VIEWER, Role.OFFICER, Role.HEAD}),
    LookReason.FAULT: frozenset({Role.OPERATIONS}),
    LookReason.SUPERVISION: frozenset({Role.VIEWER, Role.HEAD}),
    LookReason.EXPORT: OFFICERS,
    LookReason.GIVE_HOME: frozenset({Role.PROJECT_UNIT}),
}
"""Who may look for which reason: the person chooses among these, and writes none of their own."""


WHAT: Mapping[LookReason, str] = {LookReason.OBJECTION: "objection", LookReason.GIVE_HOME: "names"}
"""What is shown for a reason that shows no more than a part."""


class NotRecorded(Exception):
    """The look could not be recorded, so nothing personal is shown."""


class NoReason(Exception):
    """No reason was given, or one that is not of this person's roles."""


def reasons_of(who: SignedIn) -> tuple[LookReason, ...]:
    return tuple(reason for reason, roles in MAY.items() if who.may(roles))


def look_of(
    who: SignedIn, application: str, reason: str, now: datetime, *, drill: bool, department: str | None = None
) -> Look:
    """At no more than one department's question if that is named. Raises NoReason."""
    if reason not in reasons_of(who):
        raise NoReason
    why = LookReason(reason)
    role = Role.CLERK if department else min(who.roles & MAY[why])
    what = "question" if department else WHAT.get(why, "case")
    said = {"application": application, "at": now, "by": who.name, "role": role.value, "reason": why}
    return Look.model_validate({**said, "what": what, "department": department, "drill": drill})


async def recorded(record: Record, look: Look) -> None:
    """Raises NotRecorded."""
    try:
        await record(look)
    except Unavailable as silence:
        raise NotRecorded(str(silence)) from None
