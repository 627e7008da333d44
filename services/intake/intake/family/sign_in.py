"""Signing in by number and secret, and out again."""

from dataclasses import dataclass

from fastapi import FastAPI, Request, Response

from chassis.http.pages.attempts import address_of
from chassis.http.pages.language import language_of
from chassis.http.pages.posted import read_posted
from intake.family.frame import CASE, FRONT, Family
from intake.reception import NotNow

NAME = "family"
MOST_BYTES = 4096


@dataclass(frozen=True)
class SignIn:
    """The only pages that are open to everybody."""

    family: Family

    def serve(self, app: FastAPI) -> None:
        app.get(FRONT)(self.front)
        app.post("/sign-in")(self.enter)
        app.post("/sign-out")(self.leave)

    async def front(self, request: Request) -> Response:
        """The form, or the case of whoever is signed in already."""
        if self.family.sessions.of(request, self.family.now) is not None:
            return self.family.site.go_to(CASE)
        return self._form(request, 200, ended=request.query_params.get("ended") == "1")

    async def enter(self, request: Request) -> Response:
        """Another family's number, a number that nobody has and a wrong secret are told the same."""
        posted = await read_posted(request, MOST_BYTES)
        number = posted.one("number")
        try:
            application = self.family.reception.permitted(number, posted.one("secret"))
        except ValueError:
            return self._form(request, 422, number, {"number": self._say(request, "family.mistyped")})
        if application is None:
            return self._refused(request, number)
        try:
            known = await self.family.reader.read(application)
        except NotNow:
            return self._form(request, 503, number, away=True)
        if known.case.state is None:
            return self._refused(request, number)
        response = self.family.site.go_to(CASE)
        self.family.sessions.begin(response, application, self.family.now, request)
        return response

    async def leave(self, request: Request) -> Response:
        response = self.family.site.go_to(FRONT)
        self.family.sessions.end(request, response)
        return response

    def _refused(self, request: Request, number: str) -> Response:
        wait = self.family.reception.refused(NAME, address_of(request))
        if not wait:
            return self._form(request, 404, number, {"secret": self._say(request, "family.wrong")})
        errors = {"secret": self._say(request, "family.slowed", seconds=wait)}
        response = self._form(request, 429, number, errors)
        response.headers["Retry-After"] = str(wait)
        return response

    def _form(
        self,
        request: Request,
        status: int,
        number: str = "",
        errors: dict[str, str] | None = None,
        ended: bool = False,
        away: bool = False,
    ) -> Response:
        values = {"number": number, "errors": errors or {}, "ended": ended, "away": away, "here": FRONT}
        return self.family.site.page(request, "sign_in.html", status, **values)

    def _say(self, request: Request, key: str, **values: object) -> str:
        return self.family.site.catalogue.say(language_of(request), key, **values)
