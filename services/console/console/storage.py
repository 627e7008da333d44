"""How much the bus keeps and may keep, what its clock says, and what is free on a disk."""

import json
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import nats.errors
from nats.aio.client import Client

from chassis.clock import WALL
from chassis.errors import Unavailable
from chassis.log.journal import STREAM as LOG

WITHIN = 2.0
LITTLE = 1024**3
"""Bytes free below which somebody should look: 200,000 cases take about that much."""


@dataclass(frozen=True)
class Storage:
    """Bytes that the bus keeps on disk and in memory; a limit is None where there is none but the disk."""

    disk: int
    most_disk: int | None
    memory: int
    most_memory: int | None
    clock_ahead: timedelta
    """How far the clock of the bus is ahead of the one here."""


async def storage_of(nc: Client) -> Storage:
    """Of the account of the log. Raises Unavailable."""
    try:
        said = json.loads((await nc.request("$JS.API.INFO", b"", timeout=WITHIN)).data)
        log = json.loads((await nc.request(f"$JS.API.STREAM.INFO.{LOG}", b"", timeout=WITHIN)).data)
        ahead = datetime.fromisoformat(log["ts"][:19] + "+00:00") - WALL.now().replace(microsecond=0)
        limits = said["limits"]
        most = _limit(limits["max_storage"]), _limit(limits["max_memory"])
        return Storage(said["storage"], most[0], said["memory"], most[1], ahead)
    except (nats.errors.Error, LookupError, ValueError, TypeError) as error:
        raise Unavailable("the bus does not say what it keeps") from error


def _limit(most: int) -> int | None:
    return most if most >= 0 else None


def free_on(folder: Path) -> int | None:
    """Bytes free for us on the disk of this folder."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None
