"""Browsers in which an account was signed in before: strangers' failures do not slow them (OWASP: device cookies)."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Request, Response

from console.sign_in.staff import Staff

COOKIE = "console-browser"
KEPT = timedelta(days=180)
MOST = 20
"""Of one account; the newest count."""


@dataclass(frozen=True)
class KnownBrowsers:
    """Only a hash of each cookie is kept. A cookie signs nobody in: it has its own failures, that is all."""

    staff: Staff

    def of(self, request: Request, account: str, now: datetime) -> str | None:
        """A name for this browser, if this account was signed in there."""
        name = _hash(request.cookies.get(COOKIE, ""))
        row = name, account, (now - KEPT).isoformat()
        found = self.staff.db.execute("SELECT 1 FROM browser WHERE hash = ? AND account = ? AND since > ?", row)
        return name if found.fetchone() else None

    def remember(self, response: Response, account: str, now: datetime, *, secure: bool) -> None:
        """Another name with each time, so that an old copy of the cookie is of no use for long."""
        token = secrets.token_urlsafe(32)
        with self.staff.whole():
            row = _hash(token), account, now.isoformat()
            self.staff.db.execute("INSERT INTO browser VALUES (?, ?, ?)", row)
            self.staff.db.execute(OLDEST, (account, account, MOST))
        response.set_cookie(
            COOKIE, token, max_age=int(KEPT.total_seconds()), httponly=True, samesite="strict", secure=secure, path="/"
        )


OLDEST = """DELETE FROM browser WHERE account = ? AND hash NOT IN
(SELECT hash FROM browser WHERE account = ? ORDER BY since DESC LIMIT ?)"""


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
