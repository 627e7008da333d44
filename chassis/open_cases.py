"""The index of cases that something is still due for: follows the log, fires what is due, can be lost without harm.

A service says what it keeps of a case (`note`), when that is due (`due`), and what to do then (`fire`). The index
reads the log in order from its checkpoint; it needs no consumer and no timer, so losing every timer costs minutes,
never correctness. `fire` must be idempotent: several replicas fire the same.
"""

import asyncio
import json
import logging
import time
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import nats.errors
from nats.aio.client import Client

from chassis.errors import ChassisError, Later
from chassis.history import History, Unreadable, recorded
from chassis.journal import STREAM
from contracts.case import Recorded

log = logging.getLogger(__name__)
CHECKPOINTS = "CHECKPOINTS"
CHECKPOINT_EVERY = 30.0
AGAIN_AFTER = 60.0
"""Seconds until something that was fired and is still due is fired again."""

Entry = dict[str, Any]
"""What a service keeps of one case: plain JSON, so that it can be checkpointed."""


@dataclass
class OpenCases:
    name: str
    note: Callable[[Entry | None, Recorded], Entry | None]
    due: Callable[[Entry], datetime | None]
    fire: Callable[[str, Entry], Awaitable[None]]
    restored: Callable[[dict[str, Entry]], None] = lambda entries: None
    subjects: str = "case.>"
    every: float = 1.0
    entries: dict[str, Entry] = field(default_factory=dict)
    sequence: int = 0
    newest_at: datetime | None = None
    """The server's time on the newest event read."""
    last_look: float = 0.0
    _again_at: dict[str, float] = field(default_factory=dict)

    @property
    def ready(self) -> bool:
        """Whether the log was read to its end once."""
        return self.last_look > 0

    async def run(self, nc: Client) -> None:
        """Until cancelled. A bus that is away is waited for."""
        history = History(nc, STREAM)
        await history.start()
        checkpoints = History(nc, CHECKPOINTS)
        await checkpoints.start()
        restored = False
        saved = time.monotonic()
        while True:
            try:
                if not restored:
                    await self._restore(checkpoints, history)
                    restored = True
                await self.catch_up(history)
                await self._fire_due()
                self.last_look = time.monotonic()
                if time.monotonic() - saved > CHECKPOINT_EVERY:
                    saved = time.monotonic()
                    await self._save(nc)
            except (ChassisError, nats.errors.Error, TimeoutError):
                log.warning("the log cannot be read now; trying again", extra={"service": self.name})
            await asyncio.sleep(self.every)

    async def catch_up(self, history: History) -> None:
        """Reads the log to its end."""
        while True:
            page = await history.after(self.sequence, self.subjects)
            for stored in page:
                self.sequence, self.newest_at = stored.sequence, stored.at
                try:
                    item = recorded(stored)
                except Unreadable:
                    continue
                self.take(item)
            if len(page) < 500:
                return

    def take(self, item: Recorded) -> None:
        application = item.event.application
        known = self.entries.get(application)
        entry = self.note(known, item)
        if entry != known:
            # What was fired is not what is due now.
            self._again_at.pop(application, None)
        if entry is None:
            self.entries.pop(application, None)
        else:
            self.entries[application] = entry

    async def _fire_due(self) -> None:
        now = datetime.now(UTC)
        undone: list[str] = []
        for application, entry in list(self.entries.items()):
            instant = self.due(entry)
            if instant is None or instant > now or time.monotonic() < self._again_at.get(application, 0.0):
                continue
            self._again_at[application] = time.monotonic() + AGAIN_AFTER
            try:
                await self.fire(application, entry)
            except (ChassisError, nats.errors.Error, TimeoutError) as error:
                # It stays due; the next look tries again, or the one after the delay that was asked for.
                delay = error.delay if isinstance(error, Later) and error.delay else 0.0
                self._again_at[application] = time.monotonic() + delay
                undone.append(str(error))
            except Exception:
                # A case that cannot be read must not hold the others.
                log.exception("what is due failed", extra={"service": self.name, "application": application})
        if undone:
            log.warning("%d due could not be done yet: %s", len(undone), undone[0], extra={"service": self.name})

    async def _restore(self, checkpoints: History, log_of: History) -> None:
        """Takes up the checkpoint where it fits the log; an unreadable one, or one of another log, counts for none."""
        stored = await checkpoints.last(f"checkpoint.{self.name}")
        if stored is None:
            return
        try:
            state = json.loads(zlib.decompress(stored.body))
            sequence, at, entries = int(state["sequence"]), state["at"], dict(state["entries"])
            there = await log_of.after(sequence - 1, self.subjects, most=1)
            if not there or (there[0].sequence, there[0].at.isoformat()) != (sequence, at):
                raise ValueError("of another log")
            self.restored(entries)
        except (zlib.error, ValueError, LookupError, TypeError):
            log.warning("the checkpoint cannot be used; the log is read anew", extra={"service": self.name})
            return
        self.sequence, self.entries, self.newest_at = sequence, entries, there[0].at

    async def _save(self, nc: Client) -> None:
        if self.newest_at is None:
            return
        state = {"sequence": self.sequence, "at": self.newest_at.isoformat(), "entries": self.entries}
        body = zlib.compress(json.dumps(state).encode(), 1)
        if len(body) > nc.max_payload - 4096:
            log.warning("the index is too large to checkpoint; it is read anew at start", extra={"service": self.name})
            return
        await nc.jetstream().publish(f"checkpoint.{self.name}", body, stream=CHECKPOINTS, timeout=5)
