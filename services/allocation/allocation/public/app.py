"""Draws as an app of their own: its layout, and every path there is. Nobody signs in here."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response

from allocation.ceremony.draw_reader import MOST
from allocation.ceremony.figures import figures_of
from allocation.ceremony.posted import files_of, result_now, rules_of
from allocation.ceremony.results import FATES
from allocation.draw.hashes import sha256
from allocation.draw.offline import checker, page
from allocation.public.shelf import Shelf
from allocation.public.texts import TEXTS
from chassis.errors import Unavailable
from chassis.http.pages.site import Link, Site
from contracts.draws.draw import Draw, Stage
from contracts.local_time import SHANGHAI

NAME = "draws"
MENU = (Link("/", "draws.title"), Link("/checker", "draws.checker"))
REFRESH = {"Refresh": "3"}
"""Seconds: the wall looks again by itself, without a script."""


def moment(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def draws_site() -> Site:
    return Site(NAME, "draws.title", Path(__file__).parent, (TEXTS,), menu=lambda _: MENU, more={"moment": moment})


def build_draws(shelf: Shelf) -> FastAPI:
    pages = DrawPages(draws_site(), shelf)
    app = pages.site.app()
    app.get("/")(pages.home)
    app.get("/checker")(pages.checker)
    app.get("/verify_draw.py")(pages.checker_file)
    app.get("/verify_draw.html")(pages.checker_page)
    app.get("/draws/{project}/{serial}")(pages.draw)
    app.get("/draws/{project}/{serial}/hall")(pages.hall)
    app.get("/draws/{project}/{serial}/files/{name}")(pages.file)
    return app


@dataclass(frozen=True)
class DrawPages:
    site: Site
    shelf: Shelf
    made: dict[str, tuple[Draw, dict[str, Any]]] = field(default_factory=dict)
    """What a page shows of each draw, made once while nothing new happens in it: of many entrants it takes seconds."""

    async def home(self, request: Request) -> Response:
        try:
            seen = await self.shelf.all()
        except Unavailable:
            return self.site.fault(request, 503)
        return self.site.page(request, "draws.html", seen=seen)

    async def draw(self, request: Request, project: str, serial: str) -> Response:
        return await self._show(request, "draw.html", project, serial)

    async def hall(self, request: Request, project: str, serial: str) -> Response:
        """The ceremony on one screen, for the wall."""
        response = await self._show(request, "hall.html", project, serial)
        response.headers.update(REFRESH)
        return response

    async def file(self, request: Request, project: str, serial: str, name: str) -> Response:
        """One of the five files, once it is posted."""
        try:
            seen = await self.shelf.draw(project, serial)
        except Unavailable:
            return self.site.fault(request, 503)
        body = files_of(seen.draw).get(name) if seen is not None else None
        return self.site.fault(request, 404) if body is None else _attached(name, body)

    async def checker(self, request: Request) -> Response:
        return self.site.page(request, "checker.html", sha256=sha256(checker()), page_sha256=sha256(page()))

    async def checker_file(self) -> Response:
        return _attached("verify_draw.py", checker())

    async def checker_page(self) -> Response:
        """As an attachment: it is opened from disk, where no server can see or change anything."""
        return _attached("verify_draw.html", page())

    async def _show(self, request: Request, template: str, project: str, serial: str) -> Response:
        try:
            seen = await self.shelf.draw(project, serial)
        except Unavailable:
            return self.site.fault(request, 503)
        if seen is None:
            return self.site.fault(request, 404)
        return self.site.page(request, template, seen=seen, **self._values(seen.draw))

    def _values(self, draw: Draw) -> dict[str, Any]:
        of, values = self.made.get(draw.id, (None, {}))
        if of is not draw:
            self.made.pop(draw.id, None)
            self.made[draw.id] = draw, (values := _values(draw))
        while len(self.made) > MOST:
            del self.made[next(iter(self.made))]
        return values


def _values(draw: Draw) -> dict[str, Any]:
    files = files_of(draw)
    return {
        "draw": draw,
        "rules": rules_of(draw),
        "path": f"/draws/{draw.id.replace('.', '/', 1)}",
        "files": {name: sha256(body) for name, body in files.items()},
        "result": _result(draw),
        "lists_of": {fate: name for name, fate in FATES.items()},
        "figures": figures_of(draw),
        "steps": [(stage, _reached(draw, stage)) for stage in STEPS],
    }


STEPS = (Stage.ANNOUNCED, Stage.FROZEN, Stage.COMMITTED, Stage.THROWN, Stage.HELD, Stage.VERIFIED, Stage.PUBLISHED)


def _reached(draw: Draw, stage: Stage) -> bool:
    known = (draw.announced, draw.frozen, draw.manifest, draw.thrown, draw.held, draw.verified, draw.published)
    return known[STEPS.index(stage)] is not None


def _result(draw: Draw) -> dict[str, dict[str, list[str]]]:
    """By pool and list; nothing before it was published."""
    if draw.published is None:
        return {}
    result = result_now(draw)
    return {pool: lists.lists() for pool, lists in result.pools.items()}


def _attached(name: str, body: bytes) -> Response:
    kind = "text/csv; charset=utf-8" if name.endswith(".csv") else "application/octet-stream"
    return Response(body, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
