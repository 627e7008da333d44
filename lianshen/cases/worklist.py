"""Reads the worklist off the log of a running system."""

import json
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from chassis.log.follow import records
from chassis.log.journal import STREAM
from lianshen.cases.cases import Wanted, Worklist, WorklistRow
from lianshen.embedded.client import connected, history_of

TOLD_EVERY = 2.0
"""Seconds between two words of progress."""


async def worklist(
    data_dir: Path | None, wanted: Wanted, now: datetime, say: Callable[[str], None]
) -> list[WorklistRow]:
    """Some 10,000 records a second; a case has about sixteen."""
    async with connected(data_dir) as nc:
        history = await history_of(nc)
        state = json.loads((await nc.request(f"$JS.API.STREAM.INFO.{STREAM}", b"", timeout=5)).data)["state"]
        found, told = Worklist(wanted), time.monotonic()
        async for stored in records(history, "case.>"):
            found.take(stored)
            if time.monotonic() - told > TOLD_EVERY:
                told = time.monotonic()
                say(f"read {stored.sequence:,} of {state['last_seq']:,} records")
    return found.lines(now)
