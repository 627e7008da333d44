"""The families that wait for the project unit, and one of them; its names only after the look is on record."""

from functools import partial
from typing import Any

from fastapi import Response

from console.offers.offer import Offer, Tried, done, offered, try_it
from console.pages.shown import shown
from console.projection.cases import MOST, Wanted, listed
from console.route import Route
from console.unit.family_now import FamilyNow, family_now
from console.unit.family_offers import OFFERS
from console.unit.projects import MAY_READ
from console.visit import Visit
from console.who import Role
from contracts.case.states import State
from contracts.case.waits import UNIT
from contracts.events.values import FamilyMember
from contracts.looks import LookReason
from contracts.numbers import parse_application_number
from procedures.hainan_2025.public_entry import mask_id_number

LISTS = {
    "waiting": Wanted(whom=UNIT),
    "asked": Wanted(state=State.DEPOSIT_ASKED),
    "called": Wanted(state=State.CALLED_TO_CHOOSE),
    "signed": Wanted(state=State.CONTRACT_SIGNED),
}
"""What waits for the unit, and what it waits for."""


async def families(visit: Visit) -> Response:
    return _list(visit)


async def find(visit: Visit) -> Response:
    """By a form, as people type other numbers than those of applications into any field."""
    try:
        return visit.go_to(f"/families/{parse_application_number((await visit.posted()).one('application'))}")
    except ValueError:
        return _list(visit, {"application": visit.say("asks.wrong.application")}, 422)


def _list(visit: Visit, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    projection = visit.console.views.projection
    lists = {name: listed(projection, wanted)[:MOST] for name, wanted in LISTS.items()}
    return shown(visit, "families.html", status, lists=lists, errors=errors or {}, most=MOST)


async def family(visit: Visit) -> Response:
    now = await family_now(visit)
    return _page(visit, now) if now else visit.fault(404, "case.no_such")


async def take(offer: Offer[FamilyNow], visit: Visit) -> Response:
    """One act of the page."""
    now = await family_now(visit)
    if now is None:
        return visit.fault(404, "case.no_such")
    number = now.case.application
    tried = await try_it(visit, offer, now, {"application": number}, now.seen)
    return _page(visit, now, tried) if tried else done(visit, f"/families/{number}", offer.verb)


async def names(visit: Visit) -> Response:
    """Who has to stand before the table: shown once the look is on record."""
    now = await family_now(visit)
    if now is None:
        return visit.fault(404, "case.no_such")
    await visit.personal(now.case.application, LookReason.GIVE_HOME)
    return _page(visit, now, names=tuple(map(_named, now.case.persons)))


def _named(person: FamilyMember) -> dict[str, str]:
    return {"role": person.role, "name": person.name, "id_number": mask_id_number(person.id_number)}


def _page(visit: Visit, now: FamilyNow, tried: Tried | None = None, **more: Any) -> Response:
    number = now.case.application
    return shown(
        visit,
        "family.html",
        tried.status if tried else 200,
        number=number,
        family=now,
        known=now.case.allocation,
        offers=offered(visit, OFFERS, now, f"/families/{number}", tried),
        seen=now.seen,
        done=visit.request.query_params.get("done", ""),
        **{"names": (), **more},
    )


ROUTES: tuple[Route, ...] = (
    Route("GET", "/families", MAY_READ, families, menu="families.title"),
    Route("POST", "/families", MAY_READ, find),
    Route("GET", "/families/{application}", MAY_READ, family),
    Route("POST", "/families/{application}/names", frozenset({Role.PROJECT_UNIT}), names),
    *(
        Route("POST", f"/families/{{application}}/{offer.verb}", offer.act.roles, partial(take, offer))
        for offer in OFFERS
    ),
)
