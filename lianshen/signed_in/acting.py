"""How a person's command gets its name: from the sign-in, or in a drill from what was typed, with a mark."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from chassis.process.settings import Settings
from contracts.events.values import typed_in_a_drill
from lianshen.embedded.client import NotRunning, connected, where
from lianshen.errors import CommandError
from lianshen.signed_in.console import Console, signed_in
from lianshen.signed_in.token_file import NotSignedIn

Ask = Callable[[str, str, dict[str, Any]], Awaitable[dict[str, Any]]]
"""Sends a command to a service: its name, its verb, what is asked. Raises CommandRefused."""


class NoName(CommandError):
    """A name was typed where only a sign-in counts, or none where nobody is signed in."""


def is_drill(data_dir: Path | None) -> bool:
    """Whether the system that we talk to was started as a drill."""
    settings = Settings()
    if "nats_url" in settings.model_fields_set:
        return settings.is_drill
    try:
        return where(data_dir).drill
    except NotRunning:
        return False


def drill_name(data_dir: Path | None, typed: str | None) -> str | None:
    """The typed name with its mark; None if somebody signed in shall do it. Raises NoName."""
    if typed is None:
        return None
    if not is_drill(data_dir):
        raise NoName("--by counts in drills only: `lianshen login`, and leave it out")
    return typed_in_a_drill(typed)


@asynccontextmanager
async def acting(data_dir: Path | None, by: str | None, unnamed: str | None = None) -> AsyncIterator[Ask]:
    """Over the console under the signed-in name; in a drill straight over the bus under a typed one.

    `unnamed` is who does it in a drill where no name can be typed. Raises NoName and NotSignedIn.
    """
    name = drill_name(data_dir, by)
    if name is None and unnamed is not None and is_drill(data_dir):
        name = typed_in_a_drill(unnamed)
    if name is not None:
        async with over_the_bus(data_dir, name) as ask:
            yield ask
        return
    async with console_of(data_dir) as console:
        yield console.act


@asynccontextmanager
async def console_of(data_dir: Path | None) -> AsyncIterator[Console]:
    """Of whoever is signed in here. Raises NoName and NotSignedIn."""
    try:
        async with signed_in(data_dir) as console:
            yield console
    except NotSignedIn as nobody:
        if is_drill(data_dir):
            raise NoName(f"{nobody}; or say --by NAME, since this is a drill") from None
        raise


@asynccontextmanager
async def over_the_bus(data_dir: Path | None, name: str) -> AsyncIterator[Ask]:
    """As the operator, which may send such commands in a drill alone."""
    from chassis.commands import call

    async with connected(data_dir) as nc:

        async def ask(service: str, verb: str, request: dict[str, Any]) -> dict[str, Any]:
            return await call(nc, service, verb, {**request, "by": name})

        yield ask
