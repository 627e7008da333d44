"""Restarts the embedded bus after its disk was full: a stream that could not be written once is closed until then."""

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path

from nats.aio.client import Client

from chassis.log.append_health import write_error
from lianshen.embedded.bus_server import EmbeddedBus

ROOM = 64 * 1024 * 1024
"""Bytes that must be free before a restart: the log would be full again at once. On a small disk a tenth of it."""
LOOK_EVERY = 3.0
REST = 60.0
"""Seconds between two restarts, since one may not help: a quota, a broken disk."""


def room_wanted(total: int) -> int:
    """How many bytes must be free on a disk of this size before the bus is restarted. Pure."""
    return min(ROOM, total // 10)


async def keep_writing(
    bus: EmbeddedBus, nc: Client, say: Callable[[str], None], every: float = LOOK_EVERY, rest: float = REST
) -> None:
    """Until cancelled: restarts the bus where it takes nothing more, but not before there is room."""
    told, restarted_at = False, float("-inf")
    while True:
        await asyncio.sleep(every)
        fault = await write_error(nc, bus.node.name if bus.node else None)
        if fault is None:
            told = False
            continue
        place = bus.data_dir.jetstream
        free, wanted = _room(place)
        if free < wanted:
            if not told:
                told = True
                say(f"{fault}: {_mib(free)} free of {_mib(wanted)} wanted at {place}; that is then done by itself")
        elif time.monotonic() - restarted_at > rest:
            restarted_at = time.monotonic()
            say(f"the bus takes nothing after an error on its disk, and {_mib(free)} are free: restarting it")
            await bus.restart()


def _room(place: Path) -> tuple[int, int]:
    """Bytes free for us on that disk, and how many are wanted."""
    disk = os.statvfs(place)
    return disk.f_bavail * disk.f_frsize, room_wanted(disk.f_blocks * disk.f_frsize)


def _mib(size: int) -> str:
    return f"{size / 1024 / 1024:.0f} MiB"
