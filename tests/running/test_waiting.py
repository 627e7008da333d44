"""What tests wait by."""

import asyncio

from tests.support.waiting import ended


async def test_a_task_that_swallows_a_cancellation_is_cancelled_again() -> None:
    swallowed = 0

    async def work() -> None:
        nonlocal swallowed
        while True:
            try:
                await asyncio.sleep(600)
            except asyncio.CancelledError:
                if swallowed == 2:
                    raise
                swallowed += 1

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    await ended(task, patience=0.01)
    assert (task.cancelled(), swallowed) == (True, 2)
    await ended(task)
