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
    async with stage.browser(*([role] if role else [])) as browser:
        reply = await browser.request(route.method, path, data={} if route.method == "POST" else None)
    if route.roles is OPEN or role in route.roles:
        assert reply.status_code not in (403, 405, 500)
        assert reply.headers.get("location", "").partition("?")[0] != "/sign-in" or path == "/sign-out"
    elif role is None:
        assert reply.status_code == 303
        assert reply.headers["location"].partition("?")[0] == "/sign-in"
    else:
        assert reply.status_code == 403


def test_a_route_without_roles_does_not_start() -> None:
    with pytest.raises(ValueError, match="has no roles"):
        Route("GET", "/forgotten", frozenset(), home)
