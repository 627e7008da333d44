"""`lianshen follow`: the life of one application as it happens."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from contracts.case import AT_REST, fold
from lianshen.client import connected, history_of
from lianshen.words import line

AFTER_REST = 2.0
"""Seconds for the notices that follow the last event."""


async def follow(application: str, once: bool, data_dir: Path | None, tell: Callable[[str], None]) -> bool:
    """Tells every event; returns when the case is at rest. False for an application nobody has heard of."""
    async with connected(data_dir) as nc:
        history = await history_of(nc)
        told = 0
        rested_for = 0.0
        while True:
            events = await history.of(application)
            for item in events:
                if item.sequence > told:
                    told = item.sequence
                    rested_for = 0.0
                    tell(line(item))
            if not events:
                return False
            case = fold(events, application)
            if once or (case.state in AT_REST and rested_for >= AFTER_REST):
                waiting = ", ".join(case.waiting_for)
                tell(
                    f"now: {case.state}"
                    + (f"; waits for {waiting} since {case.asked_at:%Y-%m-%d %H:%M} UTC" if waiting else "")
                )
                return True
            await asyncio.sleep(0.3)
            rested_for += 0.3
