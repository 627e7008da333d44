"""One file a home: everything that happened to it, across families, as a page and as an export (Art. 34).

Everybody reads what happened and the number of the family; papers and reasons show once the look is on record at every
family that the file names.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import Response

from chassis.errors import CommandRefused
from console.bureau.home_offers import INSPECT, OFFERS, HomeNow
from console.looks import OFFICERS
from console.offers.offer import Offer, Tried, done, offered, try_it
from console.pages.shown import shown
from console.refusals import in_words
from console.visit import Visit
from contracts.case.fold import fold
from contracts.homes.home import Stands
from contracts.looks import LookReason

SERVICE, SHOW = "after-care", "show-home"
FORMATS = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


async def home(visit: Visit) -> Response:
    now = await _now(visit)
    return visit.fault(404, "home.no_such") if now is None else await _page(visit, now)


async def opened(visit: Visit) -> Response:
    """With papers and reasons, once the look is recorded."""
    now, _ = await _now(visit), await visit.posted()
    if now is None:
        return visit.fault(404, "home.no_such")
    file = await _file(now.home.code, visit)
    await _looked(visit, file, LookReason.DECIDE)
    return await _page(visit, now, file=file, whole=True)


async def export(visit: Visit) -> Response:
    """What `lianshen home show` prints, as a file to keep."""
    now, posted = await _now(visit), await visit.posted()
    form = posted.one("format")
    if now is None or form not in FORMATS:
        return visit.fault(404, "home.no_such")
    file = await _file(now.home.code, visit)
    await _looked(visit, file, LookReason.EXPORT)
    csv = file.pop("csv")
    body = csv if form == "csv" else json.dumps(file, ensure_ascii=False, indent=1) + "\n"
    headers = {"content-disposition": f'attachment; filename="{now.home.code}.{form}"'}
    return Response(body, media_type=FORMATS[form], headers=headers)


def act(offer: Offer[HomeNow]) -> Callable[[Visit], Awaitable[Response]]:
    async def take(visit: Visit) -> Response:
        now = await _now(visit)
        if now is None:
            return visit.fault(404, "home.no_such")
        about = {"application": now.home.application} if offer is INSPECT else {"home": now.home.code}
        tried = await try_it(visit, offer, now, about, _seen(now))
        return await _page(visit, now, tried) if tried else done(visit, f"/homes/{now.home.code}", offer.verb)

    return take


async def _now(visit: Visit) -> HomeNow | None:
    """By the code in the path; None for one that no project listed. Raises Unavailable."""
    home = (await visit.console.views.aggregates.homes()).get(visit.named("home"))
    if home is None or home.stands is Stands.UNKNOWN:
        return None
    number = home.application
    return HomeNow(home, fold(await visit.console.views.history(number), number) if number else None)


async def _file(code: str, visit: Visit) -> dict[str, Any]:
    """As the service gives it. Raises CommandRefused."""
    return await visit.console.views.call(SERVICE, SHOW, {"home": code})


async def _looked(visit: Visit, file: dict[str, Any], reason: LookReason) -> None:
    for number in dict.fromkeys(line["application"] for line in file["history"] if line["application"]):
        await visit.personal(number, reason)


def _seen(now: HomeNow) -> str:
    """Another one once anything happened to it."""
    case = now.case.sequence if now.case else 0
    return f"{sum(now.home.counts.values())}-{case}"


async def _page(
    visit: Visit, now: HomeNow, tried: Tried | None = None, file: dict[str, Any] | None = None, whole: bool = False
) -> Response:
    try:
        file = file or await _file(now.home.code, visit)
    except CommandRefused as refused:
        return visit.page("home_away.html", refused.status, why=in_words(visit, refused))
    offers = offered(visit, OFFERS, now, f"/homes/{now.home.code}", tried)
    return shown(
        visit,
        "home_file.html",
        tried.status if tried else 200,
        home=now.home,
        file=file,
        whole=whole,
        may_open=visit.me.may(OFFICERS),
        offers=offers,
        seen=_seen(now),
        done=next((it.verb for it in OFFERS if it.verb == visit.request.query_params.get("done")), None),
    )
