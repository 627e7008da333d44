"""How a load generator and the one who measures meet, over the generator's own stdin and stdout.

The generator says `{"warm": true}`, waits for a line, does the cases, says one line with what it saw, and stays until
stdin closes, so that the CPU time it spent can still be read.
"""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable

Case = Callable[[int], Awaitable[object]]
"""Does one case from submission to decision, given its number."""


async def closed_loop(case: Case, cases: int, at_once: int, warm: int) -> None:
    """`warm` cases that are not counted, the gate, then `cases`, always `at_once` of them under way."""
    await _rounds(case, range(warm), at_once)
    await asyncio.to_thread(opens)
    began = time.monotonic()
    waits = await _rounds(case, range(warm, warm + cases), at_once)
    await asyncio.to_thread(tell, began, time.monotonic(), waits)


async def _rounds(case: Case, numbers: range, at_once: int) -> list[float]:
    left = iter(numbers)
    waits: list[float] = []

    async def one_after_the_other() -> None:
        for number in left:
            submitted = time.monotonic()
            await case(number)
            waits.append(time.monotonic() - submitted)

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(one_after_the_other())
    return waits


def opens() -> None:
    """Says that this generator is warm; returns when the measuring begins."""
    print(json.dumps({"warm": True}), flush=True)
    if not sys.stdin.readline():
        sys.exit("whoever measures has gone")


def tell(began: float, ended: float, waits: list[float]) -> None:
    """Says what was seen: the monotonic clock in seconds, which all processes of a machine share, and each wait."""
    waits_ms = [round(wait * 1000, 2) for wait in waits]
    print(json.dumps({"began": began, "ended": ended, "waits_ms": waits_ms}), flush=True)
    sys.stdin.read()
