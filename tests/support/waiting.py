"""Looking again until it is so: a test that sleeps for a fixed time is slow on a good day and wrong on a bad one."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

Found = TypeVar("Found")
PATIENCE = 3.0
"""`within` is how long something takes at most on a machine of our own; a test fails after so many times that, since
another machine is slower and has more to do. How fast something is, is measured, not waited for."""


async def until(look: Callable[[], Found | Awaitable[Found]], within: float = 30.0) -> Found:
    """What `look` finds, as soon as that is true or not empty. Fails if it is never true."""
    deadline = time.monotonic() + within * PATIENCE
    while True:
        looked = look()
        found: Found = await looked if inspect.isawaitable(looked) else looked  # type: ignore[assignment]
        if found:
            return found
        assert time.monotonic() < deadline, f"not within {within * PATIENCE} s"
        await asyncio.sleep(0.02)


async def ended(*tasks: asyncio.Task[Any], patience: float = 1.0, within: float = 10.0) -> None:
    """Cancels, and after `patience` seconds again: under nats-py's requests Python 3.11's wait_for can swallow it."""
    deadline, left = time.monotonic() + within * PATIENCE, set(tasks)
    while left:
        assert time.monotonic() < deadline, f"cancelled, and not over: {left}"
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=patience)


async def seconds_until(look: Callable[[], object], within: float = 10.0) -> float:
    """How long it took."""
    began = time.monotonic()
    await until(look, within)
    return time.monotonic() - began


def wait_until(look: Callable[[], Found], within: float = 30.0, why: Callable[[], str] = lambda: "") -> Found:
    """As `until`, for a test without an event loop. `why` says more of a failure."""
    deadline = time.monotonic() + within * PATIENCE
    while not (found := look()):
        assert time.monotonic() < deadline, f"not within {within * PATIENCE} s {why()}"
        time.sleep(0.05)
    return found
