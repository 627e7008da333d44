"""A case as an officer sees it, and a look that is recorded before a dossier is printed elsewhere."""

from fastapi import Response

from console.command_line.acts import looked_at
from console.command_line.said import answer, asked
from console.looks import NoReason
from console.visit import Visit
from contracts.looks import LookReason
from contracts.model import Frozen
from procedures.shown_to_officers import shown_to_officers

IN_PART = frozenset({LookReason.OBJECTION, LookReason.ANSWER, LookReason.GIVE_HOME})
"""Reasons that show no more than a part of a case, on the pages: here the whole is shown, so they do not count."""


class Looks(Frozen):
    """At which case somebody looks, and why."""

    application: str
    reason: LookReason


async def status(visit: Visit) -> Response:
    """As `lianshen status` shows it."""
    number = await _looked(visit)
    history = await visit.console.views.history(number)
    return answer(shown_to_officers(visit.console.views.procedures, history, number))


async def look(visit: Visit) -> Response:
    """Nothing but the record."""
    return answer({"application": await _looked(visit)})


async def _looked(visit: Visit) -> str:
    looks = Looks.model_validate(await asked(visit.request))
    if looks.reason in IN_PART:
        raise NoReason
    return await looked_at(visit, looks.application, looks.reason)
