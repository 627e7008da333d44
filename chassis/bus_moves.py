"""What nats-py leaves undone if a node of the bus hangs, is about to leave, or is lost. It reaches into its client.

Each has a test in tests/process/test_a_node_that_hangs.py: an upgrade of nats-py that changes what is used here is
seen there.
"""

import asyncio
import logging
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import nats.errors
from nats.aio.client import Client

log = logging.getLogger(__name__)

PING_EVERY = 2
"""Seconds. A node that says nothing is left with the third ping, after four to six."""
MOST_PINGS = 2
HEARD_EVERY = 0.5
CLOSED_WITHIN = 1.0
"""Seconds until a connection is cut: a close waits for what was written, and a node that hangs takes none of it."""
CANCELLED_WITHIN = 0.1
"""Seconds until a task is cancelled again, since Python 3.11's wait_for can swallow it."""
ANSWERS_WITHIN = 0.5
"""Seconds after which what was asked over a lost connection has no answer: it went there, or is here by now."""


class Moves:
    """From one node to another: none is left that answers, and nobody waits for one that is gone."""

    def __init__(self) -> None:
        self._nc: Client | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._unanswered: list[asyncio.Future[Any]] = []

    def watch(self, nc: Client) -> None:
        """From now on, until `end`."""
        self._nc = nc
        nc._lame_duck_mode_cb = self._leave
        _cut_what_does_not_close(nc._transport)
        self._start(_whoever_sends_is_there(nc))

    def lost(self) -> None:
        if self._nc is not None:
            self._unanswered = list(self._nc._resp_map.values())

    def back(self) -> None:
        unanswered, self._unanswered = self._unanswered, []
        self._start(_give_up(unanswered))

    async def end(self) -> None:
        await _cancelled(self._tasks)

    async def _leave(self) -> None:
        """The node is about to be stopped: whoever leaves by himself loses the least."""
        # A lone node takes no connection any more, and still serves this one for a while.
        if self._nc is not None and len(self._nc.servers) > 1:
            log.info("this node of the bus is about to stop; going to another")
            await self._nc.force_reconnect()

    def _start(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def come_back_no_more(nc: Client) -> None:
    """A lost connection is tried again for ever, and a cancellation that meets an attempt is lost in it."""
    if nc._reconnection_task is not None:
        await _cancelled({nc._reconnection_task})


async def _cancelled(tasks: Iterable[asyncio.Task[Any]]) -> None:
    while left := {task for task in tasks if not task.done()}:
        for task in left:
            task.cancel()
        await asyncio.wait(left, timeout=CANCELLED_WITHIN)


async def _whoever_sends_is_there(nc: Client) -> None:
    """An answer to a ping comes after all that was sent before it, and a long log takes longer than three pings."""
    heard = -1
    while True:
        if nc.stats["in_msgs"] != heard:
            heard = nc.stats["in_msgs"]
            nc._pings_outstanding = 0
        await asyncio.sleep(HEARD_EVERY)


async def _give_up(unanswered: list[asyncio.Future[Any]]) -> None:
    await asyncio.sleep(ANSWERS_WITHIN)
    for future in unanswered:
        if not future.done():
            future.set_exception(nats.errors.TimeoutError())


def _cut_what_does_not_close(transport: Any) -> None:
    """The client goes to another node only once the connection to this one is closed; TLS takes 30 s for that."""
    closed = transport.wait_closed

    async def wait_closed() -> None:
        try:
            async with asyncio.timeout(CLOSED_WITHIN):
                await closed()
        except TimeoutError:
            with suppress(AttributeError):
                transport._io_writer.transport.abort()

    transport.wait_closed = wait_closed
