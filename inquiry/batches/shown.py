"""Whether a department shows, in its service's metadata, that it takes several questions in one message."""

import asyncio
import json
from typing import Any

import nats.errors
from nats.aio.client import Client

from contracts.batches.proof import MOST_IN_BATCH

METADATA = "batch"
"""The most questions in one message, as a text of digits: `{"batch": "64"}`."""
LOOK_AGAIN = 60.0
"""Seconds that what it showed counts; only looked at while questions wait for each other."""
PAUSE = 30.0
"""Seconds without a batch after one that failed as a whole: its questions are asked alone."""
WITHIN = 2.0


def most_in_batch(info: Any) -> int:
    """What an answer to `$SRV.INFO` says: the most questions in one message, 0 where it takes none. Pure."""
    metadata = info.get("metadata") if isinstance(info, dict) else None
    said = metadata.get(METADATA) if isinstance(metadata, dict) else None
    if not isinstance(said, str) or not (said.isascii() and said.isdecimal() and len(said) < 6):
        return 0
    return min(int(said), MOST_IN_BATCH)


class Shown:
    """What one department shows, looked at beside the questions and never waited for."""

    def __init__(self, nc: Client, department: str) -> None:
        self._nc = nc
        self._subject = f"$SRV.INFO.{department}"
        self._most = 0
        self._look_at = 0.0
        self._looking: asyncio.Task[None] | None = None

    def most(self) -> int:
        """The most questions in one message, as known now; 0 for none."""
        now = asyncio.get_running_loop().time()
        if now >= self._look_at:
            self._look_at = now + LOOK_AGAIN
            self._looking = asyncio.create_task(self._look())
        return self._most

    def pause(self) -> None:
        """It shows that it takes batches, and did not take one."""
        self._most = 0
        self._look_at = asyncio.get_running_loop().time() + PAUSE

    async def _look(self) -> None:
        try:
            reply = await self._nc.request(self._subject, b"", timeout=WITHIN)
            self._most = most_in_batch(json.loads(reply.data))
        except (nats.errors.Error, TimeoutError, ValueError, RecursionError):
            self._most = 0

    def close(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
