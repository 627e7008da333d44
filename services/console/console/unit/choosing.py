"""The table at which families choose: everybody in the order of the draw, the homes that are free, who is next."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from fastapi import Response

from chassis.errors import CommandRefused
from console.command_line.acts import act_of
from console.offers.fields import Asks
from console.offers.offer import Offer, Tried, done, offered, try_it
from console.offers.refusals import refusal_of
from console.pages.shown import shown
from console.route import Route
from console.unit.projects import ALLOCATION, MAY_READ
from console.visit import Visit

STATUS = {404: 404, 503: 503}
"""Of a refusal to show it; else nobody chooses there now, which is no fault."""


@dataclass(frozen=True)
class Table:
    """One project's, as allocation says it."""

    project: str
    pools: Mapping[str, Mapping[str, Any]]

    @property
    def next(self) -> dict[str, str]:
        """The pools from which somebody may be called now, and who that is."""
        return {name: pool["next"] for name, pool in self.pools.items() if pool["next"]}

    @property
    def seen(self) -> str:
        """Another one once anybody was called, chose or left."""
        said = json.dumps(self.pools, sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()[:32]


def _may_call(table: Table, at: datetime) -> bool:
    return bool(table.next)


def _call(table: Table) -> tuple[Asks, ...]:
    pools = {name: f"{name}：{who}" for name, who in table.next.items()}
    return (
        Asks("pool", "choice", options=pools),
        Asks("slot_from", "instant"),
        Asks("minutes", "number", optional=True),
        Asks("reason", "words"),
    )


OFFERS: tuple[Offer[Table], ...] = (Offer(act_of(ALLOCATION, "call-next"), _may_call, _call),)


async def choosing(visit: Visit) -> Response:
    try:
        return _page(visit, await _table(visit))
    except CommandRefused as refused:
        return _nothing(visit, refused)


async def take(offer: Offer[Table], visit: Visit) -> Response:
    """Whoever is next is called: the page names whom, and there is no other order."""
    try:
        table = await _table(visit)
    except CommandRefused as refused:
        return _nothing(visit, refused)
    tried = await try_it(visit, offer, table, {"project": table.project}, table.seen)
    return _page(visit, table, tried) if tried else done(visit, f"/projects/{table.project}/choosing", offer.verb)


async def _table(visit: Visit) -> Table:
    """Raises CommandRefused where nobody chooses."""
    name = visit.named("project")
    return Table(name, (await visit.console.views.call(ALLOCATION, "show-choosing", {"project": name}))["pools"])


def _nothing(visit: Visit, refused: CommandRefused) -> Response:
    if refused.status in STATUS:
        return visit.fault(STATUS[refused.status])
    return shown(
        visit, "choosing.html", project=visit.named("project"), why=refusal_of(visit, refused, ())[1], pools={}
    )


def _page(visit: Visit, table: Table, tried: Tried | None = None) -> Response:
    pools = {
        name: {**pool, "families": [{**one, "slot": _at(one["slot_from"])} for one in pool["families"]]}
        for name, pool in table.pools.items()
    }
    return shown(
        visit,
        "choosing.html",
        tried.status if tried else 200,
        project=table.project,
        why="",
        pools=pools,
        offers=offered(visit, OFFERS, table, f"/projects/{table.project}/choosing", tried),
        seen=table.seen,
        done=visit.request.query_params.get("done", ""),
    )


def _at(said: str | None) -> datetime | None:
    return datetime.fromisoformat(said) if said else None


ROUTES: tuple[Route, ...] = (
    Route("GET", "/projects/{project}/choosing", MAY_READ, choosing),
    *(
        Route("POST", f"/projects/{{project}}/choosing/{offer.verb}", offer.act.roles, partial(take, offer))
        for offer in OFFERS
    ),
)
