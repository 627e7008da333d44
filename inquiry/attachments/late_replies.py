"""Replies that nobody waits for any more: each is taken in a task of its own, and not too many at once."""

import asyncio
from collections.abc import Coroutine
from typing import Any

MOST_LATE = 256
"""Taken at once; what is beyond is dropped, and its question asked again where it is still open."""
TO_END = 2.0


class LateReplies:
    """The replies that are waited for must not queue behind a disk, so these are not awaited where they come in."""

    def __init__(self) -> None:
        self._taking: set[asyncio.Task[None]] = set()

    def take(self, taking: Coroutine[Any, Any, None]) -> None:
        if len(self._taking) >= MOST_LATE:
            taking.close()
            return
        task = asyncio.create_task(taking)
        self._taking.add(task)
        task.add_done_callback(self._taking.discard)

    async def close(self) -> None:
        """Those under way may end."""
        if self._taking:
            await asyncio.wait(self._taking, timeout=TO_END)
