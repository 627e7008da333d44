"""Told to end, a reader drains: it is not cancelled out of the wait for its handlers."""

import asyncio
from dataclasses import dataclass
from typing import cast

from chassis.consume.consumer import PullConsumer
from chassis.process.process import _end


@dataclass
class Reader:
    """Looks at its flag all the time, and has a handler that takes a moment to end."""

    stopping: bool = False
    drained: bool = False

    async def run(self) -> None:
        try:
            while not self.stopping:
                await asyncio.sleep(0)
        finally:
            await asyncio.sleep(0.05)
            self.drained = True


async def test_a_reader_that_sees_its_flag_is_not_cancelled_while_it_drains() -> None:
    """The flag and the cancellation came one step apart, and messages were left behind that nobody gave back."""
    readers = [Reader() for _ in range(3)]
    tasks = [asyncio.create_task(reader.run()) for reader in readers]
    await asyncio.sleep(0.01)
    await asyncio.gather(_end(tasks, 8, cast(list[PullConsumer], readers)), asyncio.sleep(0))
    assert [reader.drained for reader in readers] == [True, True, True]
