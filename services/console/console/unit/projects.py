"""The list of projects, and one project: where it stands, its price and homes, what happened, what is possible now."""

from datetime import datetime
from functools import partial

from fastapi import Response

from console.bureau.price import APPROVE
from console.command_line.acts import act_of
from console.offers.fields import Asks
from console.offers.follows import of_closing
from console.offers.foreseen import foreseen
from console.offers.offer import Offer, Tried, done, offered, try_it
from console.pages.shown import shown
from console.route import Route
from console.unit.project_now import ProjectNow, happened, projects_now
from console.visit import Visit
from console.who import Role
from contracts.projects.events import ChoosingClosed, ChoosingOpened, PriceDetermined
from contracts.projects.project import allows

MAY_READ = frozenset({Role.PROJECT_UNIT, Role.OFFICER, Role.HEAD})
MOST_HOMES = 500
ALLOCATION = "allocation"


def _may_price(now: ProjectNow, at: datetime) -> bool:
    return allows(now.project, PriceDetermined)


def _may_open(now: ProjectNow, at: datetime) -> bool:
    return allows(now.project, ChoosingOpened) and bool(now.published)


def _may_end(now: ProjectNow, at: datetime) -> bool:
    return allows(now.project, ChoosingClosed)


def _may_close(now: ProjectNow, at: datetime) -> bool:
    project = now.project
    return project.closed is None and now.today > project.says.registration_closes and not now.chooses


def _price(now: ProjectNow) -> tuple[Asks, ...]:
    return tuple(Asks(f"per_m2.{line}", "yuan") for line in ("land", "construction", "other", "profit"))


def _choosing(now: ProjectNow) -> tuple[Asks, ...]:
    serials = {serial: serial for serial in now.published}
    return (
        Asks("serial", "choice", options=serials, value=max(serials, key=int, default="")),
        Asks("begins", "instant"),
        Asks("minutes", "number", optional=True),
        Asks("a_day", "number", value="30"),
        Asks("where", "line"),
    )


OFFERS: tuple[Offer[ProjectNow], ...] = (
    Offer(act_of(ALLOCATION, "determine-price"), _may_price, _price),
    APPROVE,
    Offer(act_of(ALLOCATION, "open-choosing"), _may_open, _choosing),
    Offer(act_of(ALLOCATION, "close-choosing"), _may_end, foresees=of_closing),
    Offer(act_of(ALLOCATION, "close-project"), _may_close, lambda now: (Asks("goes_to", "words"),)),
)
"""What may be said to a project, in the order in which it happens."""


async def projects(visit: Visit) -> Response:
    known = await projects_now(visit)
    may_announce = visit.me.may(act_of(ALLOCATION, "announce").roles)
    return shown(visit, "projects.html", projects=tuple(known.values()), may_announce=may_announce)


async def project(visit: Visit) -> Response:
    now = (await projects_now(visit)).get(visit.named("project"))
    return _page(visit, now) if now else visit.fault(404, "project.no_such")


async def take(offer: Offer[ProjectNow], visit: Visit) -> Response:
    """One act of the page."""
    now = (await projects_now(visit)).get(visit.named("project"))
    if now is None:
        return visit.fault(404, "project.no_such")
    tried = await try_it(visit, offer, now, {"project": now.project.name}, now.seen)
    path = f"/projects/{now.project.name}"
    if tried and tried.foreseen:
        return foreseen(visit, offer, now, tried, now.seen, path)
    return _page(visit, now, tried) if tried else done(visit, path, offer.verb)


def _page(visit: Visit, now: ProjectNow, tried: Tried | None = None) -> Response:
    name = now.project.name
    return shown(
        visit,
        "project.html",
        tried.status if tried else 200,
        project=now.project,
        stands=now,
        prices={code: now.project.price_of(code, now.today) or "—" for code in now.homes},
        homes=[now.homes[code] for code in sorted(now.homes)],
        history=happened(now),
        offers=offered(visit, OFFERS, now, f"/projects/{name}", tried),
        seen=now.seen,
        done=visit.request.query_params.get("done", ""),
    )


ROUTES: tuple[Route, ...] = (
    Route("GET", "/projects", MAY_READ, projects, menu="projects.title"),
    Route("GET", "/projects/{project}", MAY_READ, project),
    *(Route("POST", f"/projects/{{project}}/{offer.verb}", offer.act.roles, partial(take, offer)) for offer in OFFERS),
)
