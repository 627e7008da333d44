"""A bearer token (RFC 6750): read from a header, compared so that time tells nothing."""

import hashlib
import hmac
from typing import Protocol

from starlette.requests import Request


class Token(Protocol):
    """A bearer token, asked for each time: it may have been renewed."""

    def get_secret_value(self) -> str: ...


def bearer_of(request: Request) -> str | None:
    """What was sent as a bearer token, if one was."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def is_token(token: Token, given: str) -> bool:
    """Whether it is this one. A token whose file was taken away lets nobody in any more."""
    try:
        wanted = token.get_secret_value()
    except (OSError, ValueError):
        wanted = ""
    return hmac.compare_digest(_digest(wanted), _digest(given)) and bool(wanted)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
