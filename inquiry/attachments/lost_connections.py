"""One watch a connection to the bus: whoever waits for a reply hears that it was lost, perhaps with the reply."""

import asyncio
from collections.abc import Awaitable, Callable

from nats.aio.client import Client

LOOK_EVERY = 1.0
"""Seconds between two looks; the client counts its connections."""

Lost = Callable[[], Awaitable[None]]


class _Watch:
    def __init__(self, nc: Client) -> None:
        self._nc = nc
        self._known = nc.stats["reconnects"]
        self.hear: list[Lost] = []
        self.task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            if self._known != self._nc.stats["reconnects"]:
                self._known = self._nc.stats["reconnects"]
                for lost in tuple(self.hear):
                    await lost()


_watches: dict[Client, _Watch] = {}
"""Of each connection that somebody wants to hear of."""


def tell_when_lost(nc: Client, lost: Lost) -> None:
    """From now on, until `tell_no_more`. `lost` never raises, or the others would not hear."""
    if nc not in _watches:
        _watches[nc] = _Watch(nc)
    _watches[nc].hear.append(lost)


def tell_no_more(nc: Client, lost: Lost) -> None:
    watch = _watches.get(nc)
    if watch is None or lost not in watch.hear:
        return
    watch.hear.remove(lost)
    if not watch.hear:
        watch.task.cancel()
        del _watches[nc]
