"""For which address keys are made: the one that is set, never one that a request claims.

A browser signs only for the page's own name. That is what no code has: a page that looks like ours gets nothing.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from fastapi import Request


@dataclass(frozen=True)
class RelyingParty:
    """What we are to a key (W3C WebAuthn 3, 4): `https://console.example`, or `http://localhost:8080`."""

    origin: str

    @property
    def id(self) -> str:
        return urlsplit(self.origin).hostname or ""

    def is_at(self, request: Request) -> bool:
        """Whether the page stands there. Under another name, 127.0.0.1 among them, no browser uses a key of ours."""
        return request.headers.get("host", "") == urlsplit(self.origin).netloc


def relying_party(address: str, request: Request) -> RelyingParty:
    """As it is set; else localhost, at the port that we listen on."""
    if address:
        return RelyingParty(address.rstrip("/"))
    _, port = request.scope.get("server") or (None, None)
    return RelyingParty(f"http://localhost:{port}" if port else "http://localhost")
