"""A console without a bus, and browsers at it that are signed in."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from console.app import ROUTES, build_app, site_of
from console.route import Route
from console.sign_in.staff import Staff
from console.visit import Console
from console.who import Role, SignedIn
from fastapi import FastAPI, Response

from chassis.clock import TurnedClock
from chassis.http.pages.sessions import Sessions

URL = "http://console"
OURS = {"origin": URL}


@dataclass
class Stage:
    """`Stage(tmp_path)`; `more` are parts of the console that a test puts in place of the usual ones."""

    folder: Path
    routes: tuple[Route, ...] = ROUTES
    more: dict[str, Any] = field(default_factory=dict)
    clock: TurnedClock = field(default_factory=lambda: TurnedClock(TurnedClock.ahead))
    console: Console = field(init=False)
    app: FastAPI = field(init=False)

    def __post_init__(self) -> None:
        parts = {
            "site": site_of(secure=False),
            "clock": self.clock,
            "staff": Staff(self.folder / "staff.sqlite"),
            "sessions": Sessions[str]("console"),
            **self.more,
        }
        self.console = Console(**parts)
        self.app = build_app(self.console, self.routes)

    def browser(self, *roles: Role, account: str = "") -> httpx.AsyncClient:
        """Signed in with these roles; without any, signed out. Posts as a page of ours does."""
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(
            transport=transport, base_url=URL, headers=OURS, cookies=self._cookies(roles, account) if roles else {}
        )

    def _cookies(self, roles: Iterable[Role], account: str) -> dict[str, str]:
        name = account or "-".join(sorted(roles))
        if self.console.staff.of(name) is None:
            self.console.staff.add(SignedIn(name, f"the {name}", frozenset(roles)))
        response = Response()
        self.console.sessions.begin(response, name, self.clock.now())
        cookie, _, _ = response.headers["set-cookie"].partition(";")
        key, _, value = cookie.partition("=")
        return {key: value}
