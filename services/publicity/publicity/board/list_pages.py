"""Who stands on the public list: projects, sheets that can be printed, one entry; and where each draw stands."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fastapi import Request, Response

from chassis.errors import Unavailable
from chassis.http.pages.posted import read_posted
from publicity.board.draws import PostedDraw
from publicity.board.frame import Frame, number_in
from publicity.board.listing import page_of, projects_of


@dataclass(frozen=True)
class ListPages:
    frame: Frame
    draws_now: Callable[[], Awaitable[tuple[PostedDraw, ...]]]
    draws_page: str
    """Where everybody sees draws; empty where nobody said."""

    async def home(self, request: Request) -> Response:
        return self._home(request)

    async def find(self, request: Request) -> Response:
        """Posted, since people type their ID number there, and an address is kept by browsers."""
        number = (await read_posted(request)).one("number")
        found = number_in(number)
        if found is None:
            return self._home(request, 422, number, "home.mistyped")
        if found not in self.frame.shown.entries:
            sure = self.frame.shown.freshness().is_whole
            return self._home(request, *((404, number, "home.unknown") if sure else (503, number, "entry.unread_why")))
        return self.frame.site.go_to(f"/entries/{found}")

    async def project(self, request: Request, project: str, page: str = "1") -> Response:
        asked_for = int(page) if page.isascii() and page.isdecimal() and len(page) < 6 else 1
        sheet = page_of(self.frame.shown.entries, project, asked_for)
        if sheet is None:
            return self.frame.gone(request)
        # Once above the list, and not in every line of it; an entry of another day may say it in other words.
        ways = list(dict.fromkeys(entry.how_to_object for entry in sheet.entries))
        return self.frame.page(request, "project.html", project=project, page=sheet, ways_to_object=ways)

    async def entry(self, request: Request, number: str) -> Response:
        entry = self.frame.entry(number)
        if entry is None:
            return self.frame.gone(request)
        return self.frame.page(request, "entry.html", entry=entry, over=entry.is_over(self.frame.shown.now()))

    async def draws(self, request: Request) -> Response:
        """Each leads to allocation's page, which holds lists, ceremony and files."""
        try:
            draws = await self.draws_now()
        except Unavailable:
            return self.frame.message(request, 503, "draws.title", "draws.unread")
        return self.frame.page(request, "draws.html", draws=draws, page=self.draws_page)

    def _home(self, request: Request, status: int = 200, number: str = "", wrong: str = "") -> Response:
        projects = projects_of(self.frame.shown.entries)
        errors = {"number": wrong} if wrong else {}
        return self.frame.page(request, "home.html", status, errors, projects=projects, number=number, here="/")
