"""A line of the console's table, and how it is served: to nobody who has none of its roles."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import Literal
from urllib.parse import urlencode

from fastapi import FastAPI, Request, Response

from chassis.errors import Stale, Unavailable
from console.command_line.said import EXPECTED, refusal, refused
from console.looks import NoReason, NotRecorded
from console.visit import Console, Visit
from console.who import Role, SignedIn


class Everybody(Enum):
    """Signed in or not: a word of its own, so that no route is open by a mistake."""

    OPEN = "open"


OPEN = Everybody.OPEN
EVERY_ROLE = frozenset(Role)
BUREAU = EVERY_ROLE - {Role.PROJECT_UNIT, Role.NOTARY}
"""Whoever may see cases: the unit and the notary have their part in projects and draws, and in no family."""
SIGN_IN = "/sign-in"
STREAM = "text/event-stream"
"""What an open page listens to. Once nobody is signed in its browser is told that there is none."""


@dataclass(frozen=True)
class Route:
    """One page or form."""

    method: Literal["GET", "POST"]
    path: str
    roles: frozenset[Role] | Everybody
    page: Callable[[Visit], Awaitable[Response]]
    menu: str | None = None
    """The key of its line in the menu of those who may see it."""
    by_token: bool = False
    """For a program: a token of a command line counts instead of a browser's session, and the answers are JSON."""

    def __post_init__(self) -> None:
        if self.roles is not OPEN and not self.roles:
            raise ValueError(f"{self.method} {self.path} has no roles: name them, or OPEN")

    def lets_in(self, who: SignedIn | None) -> bool:
        return self.roles is OPEN or (who is not None and who.may(self.roles))


def serve(app: FastAPI, console: Console, routes: tuple[Route, ...]) -> None:
    for route in routes:
        app.add_api_route(route.path, _endpoint(console, route), methods=[route.method], response_model=None)


async def _answered(route: Route, visit: Visit) -> Response:
    if route.by_token:
        return await _said(route, visit)
    try:
        return await route.page(visit)
    except NotRecorded:
        return visit.fault(503, "console.not_recorded")
    except NoReason:
        return visit.fault(403, "console.no_reason")
    except (Unavailable, Stale):
        return visit.fault(503)


async def _said(route: Route, visit: Visit) -> Response:
    try:
        return await route.page(visit)
    except EXPECTED as error:
        return refused(error)


def _shut(route: Route, visit: Visit) -> Response:
    """Somebody whom the table does not name."""
    if route.by_token and visit.who is None:
        return refusal(401, "not signed in", "`lianshen login` signs you in, for eight hours")
    if route.by_token:
        return refusal(403, "not your role", "your roles do not include this")
    if visit.who is not None:
        return visit.fault(403, "console.not_your_role")
    if visit.request.headers.get("accept") == STREAM:
        return Response(status_code=204)
    return visit.go_to(_sign_in_first(visit.request))


def _sign_in_first(request: Request) -> str:
    """Where to sign in, and where to go on from there: to the page that was asked for."""
    path = request.url.path
    return SIGN_IN if request.method == "POST" or path == "/" else f"{SIGN_IN}?{urlencode({'to': path})}"


def _endpoint(console: Console, route: Route) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        who = console.who_by_token(request) if route.by_token else console.who(request)
        request.state.who = who
        visit = Visit(console, request, who)
        return await _answered(route, visit) if route.lets_in(who) else _shut(route, visit)

    return endpoint
