"""The public list as an app of its own: its layout, and every path there is."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from pathlib import Path

from fastapi import FastAPI

from chassis.http.pages.site import Link, Site
from contracts.local_time import SHANGHAI
from publicity.board.draws import PostedDraw
from publicity.board.frame import Frame, PublicList
from publicity.board.list_pages import ListPages
from publicity.board.objecting import Objecting
from publicity.board.objection_pages import ObjectionPages
from publicity.board.texts import TEXTS

NAME = "board"
MENU = (Link("/", "board.lists"), Link("/draws", "board.draws"))


def board_site(titles: Mapping[str, str]) -> Site:
    """The layout; `titles` are those of the projects, by name."""
    more = {"title_of": lambda project: titles.get(project, project.strip("-")), "moment": moment}
    return Site(NAME, "board.title", Path(__file__).parent, (TEXTS,), menu=lambda _: MENU, more=more)


def build_board(
    shown: PublicList,
    objecting: Objecting,
    titles: Mapping[str, str],
    draws: Callable[[], Awaitable[tuple[PostedDraw, ...]]],
    draws_page: str,
) -> FastAPI:
    frame = Frame(board_site(titles), shown)
    lists, objections = ListPages(frame, draws, draws_page.rstrip("/")), ObjectionPages(frame, objecting)
    app = frame.site.app()
    app.get("/")(lists.home)
    app.post("/find")(lists.find)
    app.get("/projects/{project}")(lists.project)
    app.get("/entries/{number}")(lists.entry)
    app.get("/entries/{number}/objection")(objections.form)
    app.post("/entries/{number}/objection")(objections.send)
    app.get("/objections/{id}")(objections.receipt)
    app.get("/draws")(lists.draws)
    return app


def moment(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
