"""A family after the pool, for whoever decides: missed choosing, exit, buy-back, owners; opened on record."""

from collections.abc import Awaitable, Callable
from functools import partial

from fastapi import Response

from chassis.http.pages.language import language_of
from console.bureau.after_pool_offers import OFFERS
from console.offers.offer import Offer, Tried, done, offered, try_it
from console.pages.case import Found, find
from console.pages.shown import shown
from console.visit import Visit
from contracts.case.case import Case
from contracts.case.fold import fold
from contracts.events.after_care import BY_INSPECTION, CONDITIONS
from contracts.looks import LookReason
from procedures.hainan_2025.pages.reckoned import reckoned


async def after_pool(visit: Visit) -> Response:
    """Where it stands, and nothing that names anybody."""
    found = await find(visit)
    return _page(visit, _case(found)) if found.history else _not_there(visit, found)


async def opened(visit: Visit) -> Response:
    """With persons, papers and reasons, and with what may be decided."""
    found, _ = await find(visit), await visit.posted()
    if not found.history:
        return _not_there(visit, found)
    await visit.personal(found.number, LookReason.DECIDE)
    return _page(visit, _case(found), whole=True)


def act(offer: Offer[Case]) -> Callable[[Visit], Awaitable[Response]]:
    async def take(visit: Visit) -> Response:
        found = await find(visit)
        if not found.history:
            return _not_there(visit, found)
        # Whatever it answers with shows the family, a refusal as well.
        await visit.personal(found.number, LookReason.DECIDE)
        case = _case(found)
        tried = await try_it(visit, offer, case, {"application": found.number}, str(case.sequence))
        return _page(visit, case, tried, whole=True) if tried else done(visit, _path(case), offer.verb)

    return take


def _case(found: Found) -> Case:
    return fold(found.history, found.number)


def _path(case: Case) -> str:
    return f"/cases/{case.application}/after-pool"


def _not_there(visit: Visit, found: Found) -> Response:
    return visit.fault(503) if found.away else visit.fault(404, "case.no_such")


def _page(visit: Visit, case: Case, tried: Tried | None = None, whole: bool = False) -> Response:
    offers = offered(visit, OFFERS, case, _path(case), tried)
    return shown(
        visit,
        "after_pool.html",
        tried.status if tried else 200,
        case=case,
        known=case.allocation,
        whole=whole,
        offers=offers,
        conditions={name: case.allocation.shown.get(name) for name in CONDITIONS},
        inspected=BY_INSPECTION,
        reckoned=partial(reckoned, language=language_of(visit.request)),
        done=next((it.verb for it in OFFERS if it.verb == visit.request.query_params.get("done")), None),
    )
