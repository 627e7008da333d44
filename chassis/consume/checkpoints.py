"""Where an index has read to, and what it keeps: written now and then, read at start, and good to lose.

A checkpoint is one head and as many parts as it needs, in one of two sets in turn: the head is written last, so a
writer that is killed midway leaves the checkpoint before it whole.
"""

import asyncio
import itertools
import json
import logging
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from nats.aio.client import Client

from chassis.log.history import History

log = logging.getLogger(__name__)
STREAM = "CHECKPOINTS"
PER_PART = 2000
"""Entries of one part, so that it stays far below the largest message."""


@dataclass(frozen=True)
class Checkpoint:
    """All that is kept of the log up to `sequence`, which was stored `at`."""

    sequence: int
    at: str
    entries: dict[str, dict[str, Any]]


class Checkpoints:
    """The checkpoints of one index, which keeps something of events of these kinds."""

    def __init__(self, nc: Client, name: str, kinds: Iterable[str] = ()) -> None:
        self._nc = nc
        self._head = head_of(name)
        self._history = History(nc, STREAM)
        self._set = 0
        self._kinds = frozenset(kinds)

    async def start(self) -> None:
        await self._history.start()

    async def read(self) -> Checkpoint | None:
        """The newest one; None where there is none, or none that can be read. Raises Unavailable."""
        stored = await self._history.last(self._head)
        if stored is None:
            return None
        try:
            head = json.loads(stored.body)
            self._set = int(head["set"])
            if self._kinds - set(head.get("kinds", ())):
                # Of an older version, which passed over what this one keeps something of.
                log.warning("the checkpoint is of another version; the log is read anew")
                return None
            entries: dict[str, dict[str, Any]] = {}
            for n in range(int(head["parts"])):
                part = await self._history.last(f"{self._head}.{self._set}.{n}")
                if part is None:
                    raise LookupError("a part is missing")
                body = json.loads(zlib.decompress(part.body))
                if body["sequence"] != head["sequence"]:
                    raise ValueError("a part is of another checkpoint")
                entries |= body["entries"]
            return Checkpoint(int(head["sequence"]), str(head["at"]), entries)
        except (zlib.error, ValueError, LookupError, TypeError):
            log.warning("the checkpoint cannot be read; the log is read anew")
            return None

    async def write(self, sequence: int, at: str, entries: dict[str, dict[str, Any]]) -> None:
        self._set = 1 - self._set
        waiting = iter(list(entries.items()))
        parts = 0
        while part := dict(itertools.islice(waiting, PER_PART)):
            body = await asyncio.to_thread(_packed, {"sequence": sequence, "entries": part})
            await self._publish(f"{self._head}.{self._set}.{parts}", body)
            parts += 1
        head = {"sequence": sequence, "at": at, "set": self._set, "parts": parts, "kinds": sorted(self._kinds)}
        await self._publish(self._head, json.dumps(head).encode())

    async def _publish(self, subject: str, body: bytes) -> None:
        await self._nc.jetstream().publish(subject, body, stream=STREAM, timeout=5)


def head_of(name: str) -> str:
    """The subject of the newest checkpoint of an index."""
    return f"checkpoint.{name}"


def _packed(part: dict[str, Any]) -> bytes:
    return zlib.compress(json.dumps(part).encode(), 1)
