"""A start that may last: it is waited for as long as the process works at it."""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

from lianshen.embedded.working.signs import Stillness, work_of
from lianshen.embedded.working.telling import Telling

Found = TypeVar("Found")
LOOK_EVERY = 0.005
WORK_EVERY = 1.0
"""Seconds between two looks at what it did: the clock of processes counts hundredths."""


class StoodStill(Exception):
    """The process lives and did nothing for too long."""


async def found_while_it_works(
    process: asyncio.subprocess.Process, find: Callable[[], Found | None], still: float, telling: Telling
) -> Found | None:
    """What `find` finds; None where the process ended before. Raises StoodStill after so many seconds of nothing."""
    stillness, began, looked_at = Stillness(), time.monotonic(), float("-inf")
    every = min(WORK_EVERY, still / 8)
    while process.returncode is None:
        if (found := find()) is not None:
            return found
        now = time.monotonic()
        if now - looked_at >= every:
            looked_at = now
            if stillness.seconds(now, work_of(process.pid)) >= still:
                raise StoodStill
            telling.after(now - began)
        await asyncio.sleep(LOOK_EVERY)
    return None
