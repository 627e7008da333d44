"""What all pages of a household share, and how a page is served: to whoever signed in with number and secret."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from fastapi import FastAPI, Request, Response

from chassis.http.pages.language import language_of
from chassis.http.pages.sessions import Sessions
from chassis.http.pages.site import Site
from intake.consent_texts import ConsentText
from intake.family.reading import Known, Reader
from intake.reception import NotNow, Reception
from procedures.hainan_2025.letters import Desk
from procedures.hainan_2025.pages.plain_chinese import PlainWords
from procedures.procedure import Procedure

FRONT, CASE = "/", "/case"
ENDED = "/?ended=1"
ASKED_BY_ITSELF = "hx-request"
"""htmx says so of what a page asks without a person: it keeps nobody signed in, and at the end clears the screen."""


@dataclass(frozen=True)
class Family:
    """Everything that the pages need, wired once."""

    site: Site
    sessions: Sessions[str]
    reception: Reception
    reader: Reader
    letters: Desk
    consent_texts: dict[str, ConsentText]

    @property
    def now(self) -> datetime:
        return self.reception.clock.now()


@dataclass(frozen=True)
class Visit:
    """One request of a household that is signed in."""

    family: Family
    request: Request
    number: str

    async def known(self) -> Known:
        """Raises NotNow."""
        return await self.family.reader.read(self.number)

    def procedure(self, known: Known) -> Procedure:
        return self.family.reception.desk.procedures.of(known.case)

    def say(self, key: str, **values: object) -> str:
        return self.family.site.catalogue.say(language_of(self.request), key, **values)

    @property
    def words(self) -> PlainWords:
        return PlainWords(language_of(self.request))

    def page(self, template: str, known: Known | None, status: int = 200, **values: Any) -> Response:
        """A page about a case; old news is marked as such, and is no 200 to whoever watches us."""
        shown = 503 if known is None or (known.is_stale and status == 200) else status
        drill = known is not None and known.case.publicity is not None and known.case.publicity.drill
        always: dict[str, Any] = {
            "number": self.number,
            "known": known,
            "drill": self.family.letters.drill or drill,
            "w": self.words,
        }
        # A screen that others pass must not show a case for longer than the session lives.
        always |= {"clears_after": int(self.family.sessions.limits.idle.total_seconds()) + 1}
        return self.family.site.page(self.request, template, shown, **{"not_now": False, **always, **values})

    def go_to(self, path: str) -> Response:
        return self.family.site.go_to(path)


@dataclass(frozen=True)
class Route:
    """A page or form of a household: nobody sees it who is not signed in."""

    method: Literal["GET", "POST"]
    path: str
    page: Callable[[Visit], Awaitable[Response]]


def serve(app: FastAPI, family: Family, routes: tuple[Route, ...]) -> None:
    for route in routes:
        app.add_api_route(route.path, _endpoint(family, route), methods=[route.method], response_model=None)


def _endpoint(family: Family, route: Route) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        by_itself = request.headers.get(ASKED_BY_ITSELF) == "true"
        number = family.sessions.of(request, family.now, by_itself=by_itself)
        if number is None and by_itself:
            return Response(status_code=204, headers={"HX-Redirect": ENDED})
        if number is None:
            return family.site.go_to(ENDED if family.sessions.cookie in request.cookies else FRONT)
        request.state.signed_in = True
        visit = Visit(family, request, number)
        try:
            return await route.page(visit)
        except NotNow:
            return visit.page("away.html", None)

    return endpoint
