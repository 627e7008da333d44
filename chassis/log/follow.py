"""The log as an async iterator, without a consumer: from a sequence on, to its end, or as long as somebody listens."""

import asyncio
from collections.abc import AsyncIterator

from chassis.log.history import History
from chassis.log.stored import Stored

PAGE = 500


async def pages(
    history: History, subjects: str, after: int = 0, *, size: int = PAGE, rest: float | None = None
) -> AsyncIterator[list[Stored]]:
    """Pages of what stands after a sequence, in order; at least one, and ends with the log. Raises Unavailable.

    Given a `rest`, it does not end: it looks again after so many seconds, and an empty page says that nothing is new.
    """
    while True:
        page = await history.after(after, subjects, size)
        yield page
        if page:
            after = page[-1].sequence
        if len(page) < size:
            if rest is None:
                return
            await asyncio.sleep(rest)


async def records(history: History, subjects: str, after: int = 0) -> AsyncIterator[Stored]:
    """Every message after a sequence, in order, to the end of the log. Raises Unavailable."""
    async for page in pages(history, subjects, after):
        for stored in page:
            yield stored
