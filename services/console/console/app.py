"""Every page of the console, and who may use it. What is not in this table is served to nobody."""

from collections.abc import Iterable

from fastapi import FastAPI, Request

from chassis.http.pages.site import Link, Site
from console.pages.home import home
from console.route import EVERY_ROLE, OPEN, Route, serve
from console.sign_in.joining import codes, join, second, take_codes, take_join, take_second
from console.sign_in.own_account import own_account, take_new_secrets
from console.sign_in.pages import sign_in, sign_out, take_sign_in
from console.site import console_site
from console.visit import Console
from console.who import Role

VIEWER, CLERK, OFFICER, OPERATIONS, HEAD = map(frozenset, ({role} for role in Role))

ROUTES: tuple[Route, ...] = (
    Route("GET", "/sign-in", OPEN, sign_in),
    Route("POST", "/sign-in", OPEN, take_sign_in),
    Route("POST", "/sign-out", OPEN, sign_out),
    # A link that `lianshen up` or `lianshen staff` printed.
    Route("GET", "/join/second", OPEN, second),
    Route("POST", "/join/second", OPEN, take_second),
    Route("GET", "/join/codes", OPEN, codes),
    Route("POST", "/join/codes", OPEN, take_codes),
    Route("GET", "/join/{token}", OPEN, join),
    Route("POST", "/join", OPEN, take_join),
    Route("GET", "/", EVERY_ROLE, home, menu="console.home"),
    Route("GET", "/account", EVERY_ROLE, own_account, menu="staff.own"),
    Route("POST", "/account", EVERY_ROLE, take_new_secrets),
)


def menu(request: Request) -> Iterable[Link]:
    """What the person who asks may use."""
    who = getattr(request.state, "who", None)
    return [Link(route.path, route.menu) for route in ROUTES if route.menu and route.lets_in(who)]


def site_of(*, secure: bool, report_to: str | None = None) -> Site:
    return console_site(menu, secure=secure, report_to=report_to)


def build_app(console: Console, routes: tuple[Route, ...] = ROUTES) -> FastAPI:
    """The same for a process and for a test."""
    app = console.site.app()
    serve(app, console, routes)
    return app
