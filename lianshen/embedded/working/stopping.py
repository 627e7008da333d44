"""How a process is ended: it is asked, waited for while it drains or works at its end, and only then killed."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass

from lianshen.embedded.working.signs import Stillness, work_of
from lianshen.embedded.working.telling import Telling

LOOK_EVERY = 1.0
Process = asyncio.subprocess.Process


@dataclass(frozen=True)
class Finishing:
    """What a process may do after it was asked to end, as long as it works at it."""

    within: float
    """Seconds from SIGTERM to SIGKILL at most."""
    does: str
    """What it does meanwhile."""
    killed: str
    """What it means that it was killed before it was done."""


async def end(
    process: Process, to_drain: float, finishing: Finishing | None = None, say: Callable[[str], None] = lambda _: None
) -> None:
    """SIGTERM, and SIGKILL for one that is still there after so many seconds.

    One that is `finishing` something is killed only once it did nothing for so long, or after its own limit.
    """
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    if await _ends(process, to_drain, finishing, say):
        return
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    await process.wait()


async def _ends(process: Process, to_drain: float, finishing: Finishing | None, say: Callable[[str], None]) -> bool:
    """Whether it ended by itself; before it is killed, it is said why."""
    if finishing is None:
        return await _ended(process, to_drain)
    does, killed = finishing.does, finishing.killed
    stillness, telling = Stillness(), Telling(lambda seconds: say(f"{does}, {seconds:.0f} s"))
    began = time.monotonic()
    stillness.seconds(began, work_of(process.pid))
    while not await _ended(process, min(LOOK_EVERY, to_drain / 8)):
        now = time.monotonic()
        lasted = now - began
        if stillness.seconds(now, work_of(process.pid)) >= to_drain:
            say(f"was asked to end, did nothing for {to_drain:.0f} s and is killed: {killed}")
            return False
        if lasted >= finishing.within:
            say(f"was asked to end, is not done after {lasted:.0f} s and is killed: {killed}")
            return False
        telling.after(lasted)
    return True


async def _ended(process: Process, within: float) -> bool:
    try:
        await asyncio.wait_for(process.wait(), within)
    except TimeoutError:
        return False
    return True
