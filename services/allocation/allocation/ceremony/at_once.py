"""Many families are read or written side by side, and not more than the bus and this process take well."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

Item = TypeVar("Item")
Found = TypeVar("Found")
AT_ONCE = 64


async def each(items: Iterable[Item], do: Callable[[Item], Awaitable[Found]], most: int = AT_ONCE) -> list[Found]:
    """What `do` gives for every item, in their order; raises the first thing that it raises."""
    gate = asyncio.Semaphore(most)

    async def one(item: Item) -> Found:
        async with gate:
            return await do(item)

    return list(await asyncio.gather(*map(one, items)))
