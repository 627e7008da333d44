"""Brings spans and hops from the bus to the store: their stream is in memory, and begins anew with its server."""

import asyncio
import json
import logging
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

import nats.errors

from chassis.clock import Clock
from chassis.errors import ChassisError
from chassis.log.history import History
from chassis.log.stored import Stored
from chassis.telemetry.span_tree import Span
from console.trace.hops import hops_in
from console.trace.span_store import SpanStore

log = logging.getLogger(__name__)
STREAM = "SPANS"
HOPS = "telemetry.hops"
PAGE = 200
REST = 1.0


@dataclass
class SpanFeed:
    """Reads on from where it was; what comes twice is kept once."""

    store: SpanStore
    history: History
    clock: Clock
    rest: float = REST
    newest: Stored | None = None

    async def run(self) -> None:
        """Until cancelled. Spans that are lost meanwhile are lost: nothing waits for them."""
        while True:
            try:
                if not await self._read():
                    self.store.make_room(self.clock.now())
                    await asyncio.sleep(self.rest)
            except (ChassisError, nats.errors.Error, TimeoutError, sqlite3.Error):
                log.debug("no spans come now")
                await asyncio.sleep(self.rest)

    async def _read(self) -> bool:
        """One page; whether there was any."""
        after = self.newest.sequence if self.newest is not None else 0
        page = await self.history.after(after, ">", PAGE)
        if not page and self.newest is not None:
            there = await self.history.last(self.newest.subject)
            if there is None or there.sequence < self.newest.sequence:
                self.newest = None
            return False
        self.store.keep(span for stored in page if stored.subject != HOPS for span in spans_in(stored.body))
        self.store.keep_hops(hop for stored in page if stored.subject == HOPS for hop in hops_in(stored.body))
        self.newest = page[-1] if page else self.newest
        return bool(page)


def spans_in(body: bytes) -> Iterator[Span]:
    """The spans of one message; a line that is none is passed over."""
    for line in body.splitlines():
        try:
            span = json.loads(line)
            _ = span["trace"], span["span"], int(span["start"]), int(span["end"]), span["attributes"].get
        except (ValueError, LookupError, TypeError, AttributeError):
            continue
        yield span
