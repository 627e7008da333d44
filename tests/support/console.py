"""A console without a bus, and browsers at it that are signed in or not."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pyotp
from argon2 import PasswordHasher
from console.app import ROUTES, build_app, site_of
from console.route import EVERY_ROLE, Route
from console.service import SOON
from console.sign_in.passwords import Passwords
from console.sign_in.second_factor import STEP, hash_of
from console.sign_in.signing_in import SigningIn
from console.sign_in.staff import Secrets, Staff
from console.visit import Console, Visit
from console.who import Role, SignedIn
from fastapi import FastAPI, Response

from chassis.clock import Clock
from chassis.errors import Unavailable
from chassis.http.pages.sessions import Sessions
from contracts.looks import Look
from tests.support.console_views import views_in

URL = "http://localhost:8080"
OURS = {"origin": URL}
PASSWORD, SEED, RECOVERY = "eine lange Reihe von Wörtern", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "0123-4567-89AB-CDEF"
CASE, FAMILY = "YZ713-7XHRH-9G8MR-Q8WXW-RWRD8-E", "赵国强"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


async def _a_case(visit: Visit) -> Response:
    """As any page does that shows a family."""
    await visit.personal(visit.named("application"), visit.request.query_params.get("reason", ""))
    return Response(FAMILY)


ROUTED = (*ROUTES, Route("GET", "/tried/{application}", EVERY_ROLE, _a_case))
"""With a page that shows somebody, whatever pages there are."""


@dataclass
class StoppedClock(Clock):
    """Stands still until it is moved."""

    at: datetime = datetime(2026, 11, 28, 9, tzinfo=UTC)

    def wall(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass
class Stage:
    """`Stage(tmp_path)`; `more` are parts of the console that a test puts in place of the usual ones."""

    folder: Path
    routes: tuple[Route, ...] = ROUTES
    more: dict[str, Any] = field(default_factory=dict)
    clock: StoppedClock = field(default_factory=StoppedClock)
    looks: list[Look] = field(default_factory=list)
    """What was recorded."""
    bus_is_away: bool = False
    waited: list[float] = field(default_factory=list)
    """Seconds that tries to sign in would have waited."""
    console: Console = field(init=False)
    app: FastAPI = field(init=False)

    def __post_init__(self) -> None:
        staff = Staff(self.folder / "staff.sqlite")
        usual = Console(
            site=site_of(secure=False),
            clock=self.clock,
            signing_in=SigningIn(staff, self.clock, Passwords(CHEAP), sleep=self._sleep),
            sessions=Sessions("console"),
            joining=Sessions("console-joining"),
            challenges=Sessions("console-challenge", SOON),
            record=self._record,
            views=views_in(self.folder, self.clock),
            address=URL,
        )
        self.console = replace(usual, **self.more)
        self.app = build_app(self.console, self.routes)

    async def _sleep(self, seconds: float) -> None:
        self.waited.append(seconds)

    async def _record(self, look: Look) -> None:
        if self.bus_is_away:
            raise Unavailable("the bus is away")
        self.looks.append(look)

    def browser(self, *roles: Role, account: str = "", name: str = "") -> httpx.AsyncClient:
        """Signed in with these roles; without any, signed out. Posts as a page of ours does."""
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        cookies = self._cookies(roles, account, name) if roles else {}
        return httpx.AsyncClient(transport=transport, base_url=URL, headers=OURS, cookies=cookies)

    def command_line(self, *roles: Role, account: str = "", name: str = "") -> httpx.AsyncClient:
        """Signed in there with these roles; without any, with no token."""
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        headers = OURS | (
            {"authorization": f"Bearer {self.token(*roles, account=account, name=name)}"} if roles else {}
        )
        return httpx.AsyncClient(transport=transport, base_url=URL, headers=headers)

    def token(self, *roles: Role, account: str = "", name: str = "") -> str:
        account = account or "-".join(sorted(roles))
        if self.console.staff.of(account) is None:
            self.add(account, roles, name)
        return self.console.tokens.begin(account, self.clock.now())[0]

    def add(self, account: str, roles: Iterable[Role], name: str = "") -> None:
        """Somebody with the password, the seed and the recovery code that stand above."""
        kept = Secrets(CHEAP.hash(PASSWORD), SEED, (hash_of(RECOVERY),))
        who = SignedIn(account, name or f"the {account}", frozenset(roles))
        self.console.staff.add(who, kept, self.clock.now())

    def code(self, later: int = 0) -> str:
        """What an authenticator shows now, or so many half minutes later."""
        return pyotp.TOTP(SEED).generate_otp(int(self.clock.wall().timestamp()) // STEP + later)

    def _cookies(self, roles: Iterable[Role], account: str, name: str) -> dict[str, str]:
        account = account or "-".join(sorted(roles))
        if self.console.staff.of(account) is None:
            self.add(account, roles, name)
        response = Response()
        self.console.sessions.begin(response, self.console.staff.stamp(account), self.clock.now())
        cookie, _, _ = response.headers["set-cookie"].partition(";")
        key, _, value = cookie.partition("=")
        return {key: value}
