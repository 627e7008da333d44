"""Every route of the console, tried by every role and by nobody: the table is the law."""

from pathlib import Path

import pytest
from console.app import ROUTES
from console.pages.home import home
from console.route import OPEN, Route
from console.who import Role

from tests.support.console import Stage

EVERYBODY = (None, *Role)
TRIED = (*ROUTES, *(Route("GET", f"/tried/{role}", frozenset({role}), home) for role in Role))
"""With a page for each role alone."""


@pytest.mark.parametrize("role", EVERYBODY)
@pytest.mark.parametrize("route", TRIED, ids=lambda route: f"{route.method} {route.path}")
async def test_a_route_lets_in_whom_the_table_names_and_nobody_else(tmp_path: Path, route: Route, role: Role) -> None:
    stage, path = Stage(tmp_path, TRIED), route.path.replace("{", "").replace("}", "")
    comes = stage.command_line if route.by_token else stage.browser
    async with comes(*([role] if role else [])) as visitor:
        reply = await visitor.request(route.method, path, data={} if route.method == "POST" else None)
    if route.roles is OPEN or role in route.roles:
        assert reply.status_code not in (403, 405, 500)
        assert reply.headers.get("location", "").partition("?")[0] != "/sign-in" or path == "/sign-out"
    elif route.by_token:
        assert reply.status_code == (403 if role else 401)
    elif role is None:
        assert reply.status_code == 303
        assert reply.headers["location"].partition("?")[0] == "/sign-in"
    else:
        assert reply.status_code == 403


@pytest.mark.parametrize("route", [route for route in ROUTES if route.by_token and route.roles is not OPEN])
async def test_a_browsers_session_is_no_token_and_a_token_is_no_session(tmp_path: Path, route: Route) -> None:
    stage, everything = Stage(tmp_path), tuple(Role)
    async with stage.browser(*everything) as browser, stage.command_line(*everything) as terminal:
        assert (await browser.post(route.path, json={})).status_code == 401
        assert (await terminal.get("/cases")).headers["location"] == "/sign-in?to=%2Fcases"


def test_a_route_without_roles_does_not_start() -> None:
    with pytest.raises(ValueError, match="has no roles"):
        Route("GET", "/forgotten", frozenset(), home)
