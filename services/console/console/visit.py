"""One request to the console: who asks, and what a page needs to answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import Request, Response

from chassis.clock import Clock
from chassis.http.pages.posted import Posted, read_posted
from chassis.http.pages.sessions import Sessions
from chassis.http.pages.site import Site
from console.sign_in.staff import Staff
from console.who import SignedIn


@dataclass(frozen=True)
class Console:
    """What every page may use."""

    site: Site
    clock: Clock
    staff: Staff
    sessions: Sessions[str]
    """By account: roles are looked up with each request, so that who was removed is out at once."""

    def who(self, request: Request) -> SignedIn | None:
        account = self.sessions.of(request, self.clock.now())
        return None if account is None else self.staff.of(account)


@dataclass(frozen=True)
class Visit:
    """Given to the function of every route."""

    console: Console
    request: Request
    who: SignedIn | None
    """None only on a route that is open to everybody."""

    @property
    def me(self) -> SignedIn:
        assert self.who is not None, "the table lets nobody here who is not signed in"
        return self.who

    @property
    def now(self) -> datetime:
        return self.console.clock.now()

    def named(self, part: str) -> str:
        """A part of the path, such as `application`."""
        return str(self.request.path_params[part])

    async def posted(self) -> Posted:
        """Raises BodyRefused."""
        return await read_posted(self.request)

    def page(self, template: str, status: int = 200, **values: Any) -> Response:
        """With `me` for the template: who is signed in, or None."""
        return self.console.site.page(self.request, template, status, me=self.who, **values)

    def fault(self, status: int, why: str = "fault.help") -> Response:
        return self.console.site.fault(self.request, status, why)

    def go_to(self, path: str) -> Response:
        return self.console.site.go_to(path)
