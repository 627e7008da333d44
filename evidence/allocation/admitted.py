"""Whoever was admitted to a draw after its result: left out, confirmed and paid before the freeze, by its ticket."""

from dataclasses import dataclass, replace
from typing import Any

from contracts.case.case import Case, Recorded
from contracts.draws.events import Entrant, EntrantAdmitted
from contracts.events import DepositPaid
from evidence.allocation.places import Place, place_beside


@dataclass(frozen=True)
class Published:
    """What a place follows from, of a draw that was held."""

    rules: dict[str, Any]
    seed: str
    frozen_at: int
    entrants: tuple[Entrant, ...]


@dataclass(frozen=True)
class Since:
    """At which sequences a family was confirmed in the pool and paid, and what for; 0 for never."""

    confirmed: int = 0
    paid: int = 0
    paid_for: tuple[str, ...] = ()

    def after(self, case: Case, item: Recorded[Any]) -> "Since":
        """One more confirmation, or one more deposit."""
        event, asked = item.event, case.allocation.asked
        if not isinstance(event, DepositPaid):
            return replace(self, confirmed=item.sequence)
        paid_for = (asked.project if asked else "", event.pool, event.group)
        return replace(self, paid=item.sequence, paid_for=paid_for)


def wrongly_admitted(draw: Published, since: Since, event: EntrantAdmitted) -> str | None:
    """What is wrong with it; None where it follows from the log."""
    one = event.entrant
    if any(it.application == one.application for it in draw.entrants):
        return "the family stands in the list"
    if (event.confirmed, event.paid) != (since.confirmed, since.paid):
        return "it was confirmed or paid at another sequence"
    if not 0 < since.confirmed < draw.frozen_at or not 0 < since.paid < draw.frozen_at:
        return "it was not confirmed, its deposit paid, before the list was frozen"
    if since.paid_for != (event.project, one.pool, one.group):
        return "its deposit was paid for another project, pool or group"
    place = place_beside(draw.rules, draw.seed, draw.entrants, one)
    if place != Place(event.fate, event.place, event.ticket):
        return f"its ticket gives {place.fate} at {place.place}"
    return None
