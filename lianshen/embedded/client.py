"""How the command line reaches the system: one that `lianshen up` runs here, or any other by the environment."""

import asyncio
import getpass
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from chassis.process.settings import Settings
from lianshen.embedded.data_dir import DataDir, User, is_alive
from lianshen.errors import CommandError

if TYPE_CHECKING:
    # Half a second to import, which every command would wait for.
    from nats.aio.client import Client

    from chassis.log.history import History

CONNECT_WITHIN = 10.0


class NotRunning(CommandError):
    """There is no system to talk to; says how to start or name one."""


@dataclass(frozen=True)
class Where:
    """The bus, the seed of a user on it, and the addresses of intake and the console where they are known."""

    nats: str
    seed_file: Path | None
    intake: str | None
    ca_file: Path | None = None
    console: str | None = None
    drill: bool = False
    """Whether it was started as one."""


def where(data_dir: Path | None, user: User = "operator") -> Where:
    """LIANSHEN_NATS_URL, where it is set, else the system that runs on a data directory. Raises NotRunning."""
    settings = Settings()
    if "nats_url" in settings.model_fields_set:
        return Where(settings.nats_url, settings.nats_seed_file, None, settings.nats_ca_file)
    directory = DataDir.at(data_dir)
    running = directory.run / "system.json"
    if not running.is_file() or not is_alive(json.loads(running.read_text())["pid"]):
        raise NotRunning(
            "no system runs on this data directory; start one with `lianshen up`, or set LIANSHEN_NATS_URL"
        )
    found = json.loads(running.read_text())
    ca_file = _path(found.get("ca_file"))
    console, drill = found["pages"].get("console"), found.get("drill", False)
    return Where(found["nats"], directory.seed(user), found["intake"], ca_file, console, drill)


def at_this_machine() -> str:
    """Who does what takes the files of this machine and no sign-in: the system's account that the OS vouches for."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = str(os.getuid())  # a container may run under a number alone
    return f"account {name} of the machine"


def _path(text: str | None) -> Path | None:
    return Path(text) if text else None


@asynccontextmanager
async def connected(data_dir: Path | None, user: User = "operator") -> "AsyncIterator[Client]":
    """A connection as one of the users; closed at the end."""
    from chassis.bus import Bus

    place = where(data_dir, user)
    try:
        async with asyncio.timeout(CONNECT_WITHIN):
            bus = await Bus.connect(place.nats, "lianshen", place.seed_file, ca_file=place.ca_file)
    except TimeoutError:
        raise NotRunning(f"the bus does not take a connection within {CONNECT_WITHIN:.0f} s; is it running?") from None
    try:
        yield bus.nc
    finally:
        await bus.close()


async def history_of(nc: "Client") -> "History":
    from chassis.log.history import History
    from chassis.log.journal import STREAM

    history = History(nc, STREAM)
    await history.start()
    return history
