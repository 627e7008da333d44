"""Looking again until it is so: a test that sleeps for a fixed time is slow on a good day and wrong on a bad one."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

Found = TypeVar("Found")


async def until(look: Callable[[], Found | Awaitable[Found]], within: float = 10.0) -> Found:
    """What `look` finds, as soon as that is true or not empty. Fails after `within` seconds."""
    deadline = time.monotonic() + within
    while True:
        looked = look()
        found: Found = await looked if inspect.isawaitable(looked) else looked  # type: ignore[assignment]
        if found:
            return found
        assert time.monotonic() < deadline, f"not within {within} s"
        await asyncio.sleep(0.02)


async def seconds_until(look: Callable[[], object], within: float = 10.0) -> float:
    """How long it took."""
    began = time.monotonic()
    await until(look, within)
    return time.monotonic() - began


def wait_until(look: Callable[[], Found], within: float = 30.0, why: Callable[[], str] = lambda: "") -> Found:
    """As `until`, for a test without an event loop. `why` says more of a failure."""
    deadline = time.monotonic() + within
    while not (found := look()):
        assert time.monotonic() < deadline, f"not within {within} s {why()}"
        time.sleep(0.05)
    return found
