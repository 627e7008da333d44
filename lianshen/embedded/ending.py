"""Told to end: by Ctrl-C, by whoever started it (SIGTERM), or with its session (SIGHUP)."""

import asyncio
import signal
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

Done = TypeVar("Done")
CANCEL_AGAIN_AFTER = 2.0


class Ended(Exception):
    """The work was ended before it was done."""


@contextmanager
def end_requested() -> Iterator[asyncio.Event]:
    """Set by a signal, and by as many as come: one that comes while everything is drained must not end that."""
    ending, loop = asyncio.Event(), asyncio.get_running_loop()
    # Whoever has one ignored means it: nohup, for one.
    heeded = [
        number
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        if signal.getsignal(number) is not signal.SIG_IGN
    ]
    for number in heeded:
        loop.add_signal_handler(number, ending.set)
    try:
        yield ending
    finally:
        for number in heeded:
            loop.remove_signal_handler(number)


async def unless(ending: asyncio.Event, work: Coroutine[Any, Any, Done]) -> Done:
    """What the work gives. Raises Ended where it was to end before."""
    working, told = asyncio.ensure_future(work), asyncio.ensure_future(ending.wait())
    await asyncio.wait({working, told}, return_when=asyncio.FIRST_COMPLETED)
    if told.cancel():
        return working.result()
    # Again: waits inside the bus client swallow one now and then (asyncio.wait_for before Python 3.12).
    while not working.done():
        working.cancel()
        await asyncio.wait({working}, timeout=CANCEL_AGAIN_AFTER)
    raise Ended
