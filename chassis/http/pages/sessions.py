"""Who a browser is, kept here: the cookie holds nothing but a random name.

In memory: a restart asks everybody to sign in again, and nothing of a session is on a disk. Several instances of an
app need an ingress that sends one browser to one of them.
"""

import secrets
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, Literal, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from chassis.http.pages.attempts import address_of

Value = TypeVar("Value")
SameSite = Literal["strict", "lax"]
"""Whether the cookie comes along when another site leads here: lax, if that is how people come back."""


@dataclass
class _Session(Generic[Value]):
    value: Value
    began: datetime
    seen: datetime
    address: str


@dataclass(frozen=True)
class SessionLimits:
    """How long a session lives without a request, and at most; how many there are."""

    idle: timedelta = timedelta(minutes=10)
    longest: timedelta = timedelta(hours=8)
    most: int = 10_000


class Sessions(Generic[Value]):
    """The sessions of one app, under one cookie."""

    def __init__(
        self,
        cookie: str,
        limits: SessionLimits | None = None,
        *,
        secure: bool = False,
        same_site: SameSite = "strict",
    ) -> None:
        self.cookie, self.limits, self.secure, self.same_site = cookie, limits or SessionLimits(), secure, same_site
        self._open: dict[str, _Session[Value]] = {}

    def begin(self, response: Response, value: Value, now: datetime, request: Request | None = None) -> None:
        """A new name each time somebody signs in, so that nobody can hand a name on beforehand."""
        if request is not None:
            self._open.pop(request.cookies.get(self.cookie, ""), None)
        self._make_room(now)
        token = secrets.token_urlsafe(32)
        self._open[token] = _Session(value, now, now, "" if request is None else address_of(request))
        response.set_cookie(self.cookie, token, httponly=True, samesite=self.same_site, secure=self.secure, path="/")

    def of(self, request: Request, now: datetime, *, by_itself: bool = False) -> Value | None:
        """What was begun by this browser, unless it is over; what a page asks `by_itself` keeps nobody signed in."""
        token = request.cookies.get(self.cookie, "")
        session = self._open.get(token)
        if session is None:
            return None
        if self._is_over(session, now):
            del self._open[token]
            return None
        if not by_itself:
            session.seen = now
        return session.value

    def take(self, request: Request, now: datetime) -> Value | None:
        """The same, once: from here on it is over."""
        value = self.of(request, now)
        self._open.pop(request.cookies.get(self.cookie, ""), None)
        return value

    def end(self, request: Request, response: Response) -> None:
        """The cookie goes, and what it named."""
        self._open.pop(request.cookies.get(self.cookie, ""), None)
        response.delete_cookie(self.cookie, path="/", httponly=True, samesite=self.same_site, secure=self.secure)

    def sweep(self, now: datetime) -> None:
        """Forgets what is over, for apps whose sessions hold what should not wait for the next request."""
        for token in [token for token, session in self._open.items() if self._is_over(session, now)]:
            del self._open[token]

    def _is_over(self, session: _Session[Value], now: datetime) -> bool:
        return now - session.seen > self.limits.idle or now - session.began > self.limits.longest

    def _make_room(self, now: datetime) -> None:
        """Whoever begins the most makes room: else one who begins thousands would end what everybody has begun."""
        if len(self._open) < self.limits.most:
            return
        self.sweep(now)
        while len(self._open) >= self.limits.most:
            [(address, _)] = Counter(session.address for session in self._open.values()).most_common(1)
            theirs = (token for token, session in self._open.items() if session.address == address)
            del self._open[min(theirs, key=lambda token: self._open[token].seen)]
