"""The console as the command line talks to it: JSON over HTTP, under the token of whoever signed in."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from chassis.errors import CommandRefused
from lianshen.embedded.client import NotRunning, where
from lianshen.signed_in.token_file import Held, place, read

WITHIN = 30.0
THIS_MACHINE = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True)
class Console:
    """Every request is a POST; what is refused is told as the service told it."""

    http: httpx.AsyncClient

    async def ask(self, path: str, request: dict[str, Any]) -> dict[str, Any]:
        """Raises CommandRefused."""
        try:
            reply = await self.http.post(f"/command-line/{path}", json=request)
        except httpx.HTTPError as error:
            raise CommandRefused(
                503, "the console does not answer", f"is it running? ({type(error).__name__})"
            ) from None
        if reply.is_success:
            return dict(reply.json())
        raise _refusal(reply)

    async def act(self, service: str, verb: str, request: dict[str, Any]) -> dict[str, Any]:
        """A command of a service, under the signed-in name. Raises CommandRefused."""
        return await self.ask(f"{service}/{verb}", request)


def _refusal(reply: httpx.Response) -> CommandRefused:
    with suppress(ValueError, KeyError, TypeError):
        said = reply.json()
        return CommandRefused(int(said["status"]), str(said["title"]), str(said["detail"]))
    # A fault page, or whatever stands before the console.
    return CommandRefused(reply.status_code, "the console refused", f"HTTP {reply.status_code}")


@asynccontextmanager
async def console_at(url: str, ca_file: str | None = None, token: str | None = None) -> AsyncIterator[Console]:
    """Raises ValueError for an address over which a password would go in clear."""
    address = urlsplit(url)
    if address.scheme != "https" and address.hostname not in THIS_MACHINE:
        raise ValueError("--console: the address must begin with https://, but on this machine itself")
    origin = f"{address.scheme}://{address.netloc}"
    # As a page of the console's own would send it: it takes nothing else.
    headers = {"origin": origin, **({"authorization": f"Bearer {token}"} if token else {})}
    verify = ssl.create_default_context(cafile=ca_file) if ca_file else True
    async with httpx.AsyncClient(
        base_url=url, headers=headers, timeout=WITHIN, verify=verify, trust_env=False
    ) as http:
        yield Console(http)


def address_of(data_dir: Path | None) -> str | None:
    """The console that runs on a data directory, if one does."""
    with suppress(NotRunning, OSError):
        return where(data_dir).console
    return None


def held_here(data_dir: Path | None) -> Held:
    """Raises NotSignedIn."""
    return read(place(data_dir))


@asynccontextmanager
async def signed_in(data_dir: Path | None) -> AsyncIterator[Console]:
    """Under the token that is kept here; a console of this machine may have another port by now.

    Raises NotSignedIn.
    """
    held = held_here(data_dir)
    url = held.console
    if urlsplit(url).hostname in THIS_MACHINE:
        url = address_of(data_dir) or url
    async with console_at(url, held.ca_file, held.token) as console:
        yield console
