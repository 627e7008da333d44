"""Every route of the console, tried by every role and by nobody: the table is the law."""

from pathlib import Path

import httpx
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
async def test_a_route_lets_in_whom_the_table_names_and_nobody_else(tmp_path: Path, role: Role | None) -> None:
    stage = Stage(tmp_path, TRIED)
    for n, route in enumerate(TRIED):
        # Each with an account of its own: some routes end the session, or change what an account has.
        who = {"account": f"account-{n}", "name": f"第{n}人"} if role else {}
        comes = stage.command_line if route.by_token else stage.browser
        async with comes(*([role] if role else []), **who) as visitor:
            path = route.path.replace("{", "").replace("}", "")
            reply = await visitor.request(route.method, path, data={} if route.method == "POST" else None)
        assert _as_the_table_says(route, role, reply), f"{role} at {route.method} {route.path}: {reply.status_code}"


def _as_the_table_says(route: Route, role: Role | None, reply: httpx.Response) -> bool:
    led_to = reply.headers.get("location", "").partition("?")[0]
    if route.roles is OPEN or role in route.roles:
        let_in = reply.status_code not in (403, 405, 500)
        return let_in and (led_to != "/sign-in" or route.path == "/sign-out")
    if route.by_token:
        return reply.status_code == (403 if role else 401)
    if role is None:
        return (reply.status_code, led_to) == (303, "/sign-in")
    return reply.status_code == 403


async def test_a_browsers_session_is_no_token_and_a_token_is_no_session(tmp_path: Path) -> None:
    stage, everything = Stage(tmp_path), tuple(Role)
    async with stage.browser(*everything) as browser, stage.command_line(*everything) as terminal:
        for route in (route for route in ROUTES if route.by_token and route.roles is not OPEN):
            assert (await browser.post(route.path, json={})).status_code == 401, route.path
        assert (await terminal.get("/cases")).headers["location"] == "/sign-in?to=%2Fcases"


def test_a_route_without_roles_does_not_start() -> None:
    with pytest.raises(ValueError, match="has no roles"):
        Route("GET", "/forgotten", frozenset(), home)
