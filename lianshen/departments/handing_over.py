"""While `lianshen up` runs: a department that is attached is simulated no more, and its key counts from then on."""

import asyncio
from collections.abc import Callable

from lianshen.departments.attached_here import attached_here, tell_where, write_started
from lianshen.departments.credentials import register_pending
from lianshen.embedded.system import System

EVERY = 0.5
Say = Callable[[str], None]


async def hand_over_when_attached(system: System, doors: dict[str, str], say: Say) -> None:
    """Until cancelled. A departments file that is wrong changes nothing, and is said once."""
    said = ""
    while True:
        await asyncio.sleep(EVERY)
        try:
            ways = attached_here(system.data_dir).ways
            said = ""
        except (ValueError, OSError) as wrong:
            if said != str(wrong):
                said = str(wrong)
                say(f"{said}; what was in the file before counts on")
            continue
        names = [name for name in system.simulated if name in ways]
        if names:
            await _hand_over(system, names, doors)
            for name in names:
                say(f"{name} is simulated no more: it is attached by {ways[name]}")


async def _hand_over(system: System, names: list[str], doors: dict[str, str]) -> None:
    await system.hand_over(names)
    async with system.connected("operator") as nc:
        await register_pending(system.data_dir, nc)
    tell_where(system.data_dir, system.url, doors)
    write_started(system.data_dir, system.simulated, doors)
