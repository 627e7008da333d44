"""What the services say of the departments that they ask; one that does not answer hides no other."""

import asyncio
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from chassis.errors import CommandRefused
from console.views import Views

State = dict[str, Any]


async def states_of(views: Views, names: Iterable[str]) -> dict[str, State]:
    """By department; one whose service is silent is left out."""
    services = dict.fromkeys(views.departments[name] for name in names)
    answers = await asyncio.gather(*(_ask(views, service) for service in services))
    return {state["department"]: state for found in answers for state in found}


async def _ask(views: Views, service: str) -> list[State]:
    try:
        return list((await views.call(service, "departments", {}))["departments"])
    except CommandRefused:
        return []


def instant_in(said: str | None) -> datetime | None:
    """As a service says it."""
    return datetime.fromisoformat(said) if said else None


def keys_of(state: State) -> list[tuple[str, datetime]]:
    """The keys that count, and until when, the first to end first."""
    found = [(str(key["kid"]), datetime.fromisoformat(key["until"])) for key in state["keys"] if key["counts"]]
    return sorted(found, key=lambda one: one[1])


def ends(state: State, what: str) -> datetime | None:
    """Until when its certificate, or the last of its keys that count, is good."""
    if what == "certificate":
        return instant_in(state["certified_until"])
    return max((until for _, until in keys_of(state)), default=None)
