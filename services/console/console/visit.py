"""One request to the console: who asks, and what a page needs to answer."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fastapi import Request, Response

from chassis.clock import Clock
from chassis.http.bearer import bearer_of
from chassis.http.pages.language import language_of
from chassis.http.pages.posted import MOST_BYTES, Posted, read_posted
from chassis.http.pages.sessions import Sessions
from chassis.http.pages.site import Site
from console.command_line.tokens import Tokens
from console.looks import Record, look_of, recorded
from console.previews import Previews
from console.sign_in.invitations import Invitations, Joining
from console.sign_in.keys.ceremonies import Challenge
from console.sign_in.keys.store import SecurityKeys
from console.sign_in.known_browsers import KnownBrowsers
from console.sign_in.provider.provider import Provider
from console.sign_in.signing_in import SigningIn
from console.sign_in.staff import Staff
from console.views import Views
from console.who import SignedIn

LIVE = "/live"
"""Where a page hears that something moved."""
BY_ITSELF = "hx-request"
"""A header of htmx: the page asks, not the person."""


@dataclass(frozen=True)
class Console:
    """What every page may use."""

    site: Site
    clock: Clock
    signing_in: SigningIn
    sessions: Sessions[str]
    """By the stamp of an account: who is removed, or has new secrets, is signed out at once everywhere."""
    joining: Sessions[Joining]
    challenges: Sessions[Challenge]
    """What keys were asked to sign."""
    record: Record
    """Writes a look down."""
    views: Views
    """What pages about cases read and call."""
    address: str = ""
    """Under which people reach it; empty: localhost, at the port it listens on."""
    provider: Provider | None = None
    """By whom staff may sign in besides, if anybody."""
    previews: Previews = field(default_factory=Previews)

    @property
    def staff(self) -> Staff:
        return self.signing_in.staff

    @property
    def keys(self) -> SecurityKeys:
        return self.signing_in.keys

    @property
    def invitations(self) -> Invitations:
        return Invitations(self.staff)

    @property
    def known_browsers(self) -> KnownBrowsers:
        return KnownBrowsers(self.staff)

    @property
    def tokens(self) -> Tokens:
        return Tokens(self.staff)

    def who_by_token(self, request: Request) -> SignedIn | None:
        """Whoever signed in at a command line."""
        return self.tokens.of(bearer_of(request) or "", self.clock.now())

    def who(self, request: Request) -> SignedIn | None:
        by_itself = request.headers.get(BY_ITSELF) == "true" or request.url.path == LIVE
        stamp = self.sessions.of(request, self.clock.now(), by_itself=by_itself)
        return None if stamp is None else self.staff.stamped(stamp)


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

    def say(self, key: str, **values: object) -> str:
        """A text in the reader's language."""
        return self.console.site.catalogue.say(language_of(self.request), key, **values)

    async def posted(self, most: int = MOST_BYTES) -> Posted:
        """Of so many bytes. Raises BodyRefused."""
        return await read_posted(self.request, most)

    def page(self, template: str, status: int = 200, **values: Any) -> Response:
        """With `me` for the template: who is signed in, or None."""
        return self.console.site.page(self.request, template, status, me=self.who, **values)

    def fault(self, status: int, why: str = "fault.help") -> Response:
        return self.console.site.fault(self.request, status, why)

    async def personal(self, application: str, reason: str, department: str | None = None) -> None:
        """Before anything personal of this application is rendered: returns once the look is on record.

        With a department, nothing is shown but whom it is asked about. Raises NotRecorded (503 is answered) and
        NoReason (403), which a page lets pass.
        """
        clock = self.console.clock
        look = look_of(self.me, application, reason, clock.now(), drill=clock.drill, department=department)
        await recorded(self.console.record, look)

    def go_to(self, path: str) -> Response:
        return self.console.site.go_to(path)
