"""One app of pages: its layout and texts, how a page is made, and how every fault is shown to a person."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from chassis.http.app import plain_app
from chassis.http.body import BodyRefused
from chassis.http.pages.breaches import PATH as BREACHES
from chassis.http.pages.breaches import Breaches
from chassis.http.pages.guard import PageGuard
from chassis.http.pages.headers import KEEP_A_YEAR, STATIC, PageHeaders, content_policy
from chassis.http.pages.here import here_of
from chassis.http.pages.language import COOKIE, LANGUAGES, Catalogue, chosen, language_of
from chassis.http.pages.texts import COMMON
from chassis.telemetry.observed_requests import ObservedRequests
from contracts.bilingual import Bilingual

HERE = Path(__file__).parent
ELDER = "elder"
A_YEAR = 365 * 24 * 3600
FAULTS = {int(key.partition(".")[2]) for key in COMMON if key.partition(".")[2].isdigit()}


@dataclass(frozen=True)
class Link:
    """A line of the menu: where it leads, and the key of its text."""

    path: str
    text: str


@dataclass(frozen=True)
class Site:
    """What the pages of one app have in common; `folder` holds `templates/` and, if it has any, `static/`."""

    name: str
    """Of the app, for metrics."""
    title: str
    """The key of its text."""
    folder: Path
    texts: tuple[Mapping[str, Bilingual], ...]
    menu: Callable[[Request], Iterable[Link]] = lambda _: ()
    scripts: tuple[str, ...] = ()
    """Files of its static folder, loaded by every page."""
    connect: tuple[str, ...] = ()
    """Addresses beside our own that scripts may talk to."""
    report_to: str = BREACHES
    """A path of ours that is told of every breach of the content policy."""
    secure: bool = False
    """Whether cookies go over TLS only."""
    more: Mapping[str, Any] = field(default_factory=dict)
    """What every template may use besides, such as filters of its own."""

    @cached_property
    def catalogue(self) -> Catalogue:
        return Catalogue(COMMON, *self.texts)

    @cached_property
    def templates(self) -> Environment:
        found = Environment(
            loader=FileSystemLoader([self.folder / "templates", HERE / "templates"]),
            autoescape=select_autoescape(default=True, default_for_string=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        found.globals.update(self.more, asset=self.assets.path)
        return found

    @cached_property
    def assets(self) -> "Assets":
        return Assets([self.folder / "static", HERE / "static"])

    def app(self) -> FastAPI:
        """The app with the layout's files, every header, and faults as pages; routes are added to it."""
        app = plain_app(self.name)
        app.mount(STATIC.rstrip("/"), self.assets)
        app.post(BREACHES)(Breaches(self.name).take)
        # The last one is the outermost: whatever is answered has every header.
        app.add_middleware(PageGuard, fault=self.fault, from_anywhere=self.report_to)
        app.add_middleware(ObservedRequests, name=self.name, joins=False)
        app.add_middleware(PageHeaders, policy=content_policy(self.connect, self.report_to))

        @app.exception_handler(BodyRefused)
        async def _no_form(request: Request, refused: BodyRefused) -> Response:
            return self.fault(request, refused.status if refused.status in FAULTS else 400)

        @app.exception_handler(HTTPException)
        async def _refused(request: Request, refusal: HTTPException) -> Response:
            return self.fault(request, refusal.status_code, headers=refusal.headers)

        return app

    def page(self, request: Request, template: str, status: int = 200, **values: Any) -> Response:
        """A page in the language and the size of text that its reader chose; `say(KEY)` in it gives a text."""
        language = language_of(request)
        elder = request.query_params.get(ELDER, request.cookies.get(ELDER)) == "on"

        def say(key: str, **filled: object) -> str:
            return self.catalogue.say(language, key, **filled)

        body = self.templates.get_template(template).render(
            site=self,
            say=say,
            language=language,
            languages=LANGUAGES,
            elder=elder,
            links=tuple(self.menu(request)),
            same_page=_same_page(request, values.get("here")),
            **{"here": here_of(request), **values},
        )
        response = HTMLResponse(body, status)
        if chosen(request):
            self._keep(response, COOKIE, language)
        if request.query_params.get(ELDER) in ("on", "off"):
            self._keep(response, ELDER, "on" if elder else "off")
        return response

    def fault(
        self, request: Request, status: int, why: str = "fault.help", headers: Mapping[str, str] | None = None
    ) -> Response:
        """What cannot be answered, as a page that says what to do and repeats nothing that was sent."""
        title = f"fault.{status if status in FAULTS else 500 if status >= 500 else 400}"
        response = self.page(request, "fault.html", status, title=title, why=why, here="/")
        response.headers.update(headers or {})
        return response

    def go_to(self, path: str) -> Response:
        """After a form was taken: the next page, asked for with GET (RFC 9110, 15.4.4)."""
        return RedirectResponse(path, 303)

    def _keep(self, response: Response, name: str, value: str) -> None:
        response.set_cookie(name, value, max_age=A_YEAR, samesite="lax", secure=self.secure, httponly=True)


def _same_page(request: Request, instead: str | None) -> Callable[..., str]:
    """The address of this page with something else chosen: whatever was asked for is asked for again.

    A page that stands for another one's address repeats nothing that was sent.
    """
    path, asked = (here_of(request), request.query_params) if instead is None else (instead, {})
    return lambda **changed: f"{path}?{urlencode({**asked, **changed})}"


class Assets(StaticFiles):
    """The files of the layout and of one app, under names that change with what is in them, so kept for a year."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self._folders = [folder for folder in folders if folder.is_dir()]
        self._hashes: dict[str, str] = {}
        super().__init__(directory=self._folders[0])
        self.all_directories = list(self._folders)

    def path(self, name: str) -> str:
        """Where the browser finds a file: its name with a piece of its hash behind it."""
        if name not in self._hashes:
            file = next(folder / name for folder in self._folders if (folder / name).is_file())
            self._hashes[name] = hashlib.sha256(file.read_bytes()).hexdigest()[:12]
        return f"{STATIC}{name}?v={self._hashes[name]}"

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        # Beside a newer version of us, a file that is asked for by its new name must not be kept as the old one.
        if (
            response.status_code == 200
            and scope["query_string"].decode("latin-1") == self.path(path).partition("?")[2]
        ):
            response.headers["cache-control"] = KEEP_A_YEAR.decode()
        return response
