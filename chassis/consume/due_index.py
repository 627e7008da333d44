"""The index of cases that something is still due for: follows the log, fires what is due, can be lost without harm.

A service says what it keeps of a case (`note`), when that is due (`due`), and what to do then (`fire`). The index
reads the log's tail from its checkpoint once, and then follows a feed: a consumer that pushes the few kinds of events
that matter here to every replica at once. What a feed loses is noticed by the numbers of its deliveries, and read from
the log. No timer is needed: losing every timer costs minutes, never correctness. `fire` must be idempotent: several
replicas fire the same.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from chassis.clock import WALL, Clock
from chassis.consume.checkpoints import Checkpoints
from chassis.consume.place import place_of
from chassis.errors import ChassisError, Drift, Later, Unavailable
from chassis.log.durables import Durable, is_there
from chassis.log.follow import pages
from chassis.log.history import History
from chassis.log.journal import STREAM
from chassis.log.stored import Newer, Stored, Unreadable, recorded
from chassis.timing import TIMING, Timing
from contracts.events import Event

log = logging.getLogger(__name__)
STARTING = timedelta(minutes=1)
"""The parts of one system start within this time of each other, and write at once."""

DueItem = dict[str, Any]
"""What a service keeps of one case: plain JSON, so that it can be checkpointed."""


def feed_for(service: str, *kinds: type[Event]) -> Durable:
    """The consumer that an index follows: these kinds, in order, to every replica of a service."""
    return Durable(f"{service}-index", kinds, pushed_to=f"index.{service}")


@dataclass(frozen=True)
class LogRecord:
    """One event as an index sees it: where it stands says of what it is; its body is read only by whoever asks."""

    stored: Stored

    @property
    def kind(self) -> str:
        return self.stored.headers.get("ce-type", "")

    @property
    def application(self) -> str:
        return self.stored.subject.split(".", 2)[1]

    @property
    def traceparent(self) -> str | None:
        """Of the step that wrote it: what an index does for the case later belongs to the same trace."""
        return self.stored.headers.get("traceparent")

    @cached_property
    def event(self) -> Event:
        """Raises Unreadable."""
        return recorded(self.stored).event


@dataclass
class DueIndex:
    feed: Durable
    note: Callable[[DueItem | None, LogRecord], DueItem | None]
    due: Callable[[DueItem], datetime | None]
    fire: Callable[[str, DueItem], Awaitable[DueItem | None]]
    """Does what is due; returns what is to be kept of the case until the log says more, None for nothing."""
    restored: Callable[[dict[str, DueItem]], None] = lambda entries: None
    every: float = 1.0
    clock: Clock = WALL
    timing: Timing = TIMING
    entries: dict[str, DueItem] = field(default_factory=dict)
    sequence: int = 0
    newest_at: datetime | None = None
    """The server's time on the newest event read."""
    newest_before_start: datetime | None = None
    """The same, of what was written a good while before this process began: by a clock that is not in question now."""
    last_look: float = field(default_factory=time.monotonic)
    ready: bool = False
    """Whether the log was read to its end once."""
    trouble: str | None = None
    """Why this index is not whole, and saves no checkpoint: what it lacks, one of a newer version has."""
    _again_at: dict[str, float] = field(default_factory=dict)
    _arrived: list[Stored] = field(default_factory=list)
    _place: int | None = None
    """The number of the newest delivery of the feed."""
    _behind: bool = True
    _reading: bool = False
    _connection: int = 0

    def __post_init__(self) -> None:
        self._before = self.clock.wall() - STARTING

    @property
    def name(self) -> str:
        return self.feed.name

    async def run(self, nc: Client) -> None:
        """Until cancelled. A bus that is away is waited for. Raises Drift where the feed is gone."""
        assert self.feed.pushed_to is not None
        history = History(nc, STREAM)
        await history.start()
        checkpoints = Checkpoints(nc, self.name, self._kinds)
        await checkpoints.start()
        # Before the first read, or what comes between the two is seen by neither.
        await nc.subscribe(self.feed.pushed_to, cb=self._pushed)
        restored = False
        saved = looked = time.monotonic()
        while True:
            try:
                if not restored:
                    await nc.flush(5)
                    await self._begins_at(nc)
                    await self._restore(checkpoints, history)
                    restored = True
                if self._connection != nc.stats["reconnects"]:
                    # What was pushed into a connection that was lost is not pushed again.
                    self._connection, self._behind = nc.stats["reconnects"], True
                await self._catch_up(history)
                await self._fire_due()
                self.last_look = time.monotonic()
                if time.monotonic() - looked > self.timing.fed_every:
                    looked = time.monotonic()
                    await self._is_fed(nc)
                if time.monotonic() - saved > self.timing.checkpoint_every:
                    saved = time.monotonic()
                    await self._save(checkpoints)
            except Drift:
                raise
            except (ChassisError, nats.errors.Error, TimeoutError):
                log.warning("the log cannot be read now; trying again", extra={"service": self.name})
            await asyncio.sleep(self.every)

    async def _pushed(self, message: Msg) -> None:
        place = place_of(message)
        if self._place is not None and place.delivery != self._place + 1:
            self._behind = True
        self._place = place.delivery
        self._arrived.append(Stored(message.subject, place.sequence, place.at, message.headers or {}, message.data))
        if len(self._arrived) > self.timing.most_waiting:
            self._arrived.clear()
            self._behind = True
        self._take_arrived()

    def _take_arrived(self) -> None:
        if self._behind or self._reading:
            return
        for stored in self._arrived:
            self._take(stored)
        self._arrived.clear()

    async def _catch_up(self, history: History) -> None:
        """Reads the log to its end, where the feed alone does not bring everything."""
        while self._behind:
            self._behind, self._reading = False, True
            try:
                await self._read(history)
            except BaseException:
                self._behind = True
                raise
            finally:
                self._reading = False
        self._take_arrived()
        self.ready = True

    async def _read(self, history: History) -> None:
        while True:
            # Everything, since the server finds the next of a kind slowly in a log of millions.
            async for page in pages(history, ">", self.sequence):
                for stored in page:
                    self._take(stored)
                self.last_look = time.monotonic()
            if not self._arrived or self._arrived[-1].sequence <= self.sequence:
                return
            # A replica that is behind the feed answered.
            await asyncio.sleep(0.05)

    def _take(self, stored: Stored) -> None:
        if stored.sequence <= self.sequence:
            return
        self._read_to(stored)
        seen = LogRecord(stored)
        if seen.kind not in self._kinds:
            return
        known = self.entries.get(seen.application)
        try:
            entry = self.note(known, seen)
        except Newer as newer:
            if self.trouble is None:
                self.trouble = str(newer)
                log.error("not whole from here on: %s", newer, extra={"service": self.name})
            return
        except Unreadable:
            return
        if entry != known:
            # What was fired is not what is due now.
            self._again_at.pop(seen.application, None)
        self._keep(seen.application, entry)

    def _read_to(self, stored: Stored) -> None:
        self.sequence, self.newest_at = stored.sequence, stored.at
        if stored.at < self._before:
            self.newest_before_start = stored.at

    @cached_property
    def _kinds(self) -> frozenset[str]:
        return frozenset(kind.__name__ for kind in self.feed.to)

    def _keep(self, application: str, entry: DueItem | None) -> None:
        if entry is None:
            self.entries.pop(application, None)
            self._again_at.pop(application, None)
        else:
            self.entries[application] = entry

    async def _fire_due(self) -> None:
        now = self.clock.now()
        undone: list[str] = []
        for application, entry in list(self.entries.items()):
            instant = self.due(entry)
            if instant is None or instant > now or time.monotonic() < self._again_at.get(application, 0.0):
                continue
            self._again_at[application] = time.monotonic() + self.timing.fire_again_after
            try:
                kept = await self.fire(application, entry)
                if self.entries.get(application) is entry:
                    # Else the feed has brought something newer meanwhile.
                    self._keep(application, kept)
                    if kept != entry:
                        # What was fired is not what is due next.
                        self._again_at.pop(application, None)
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

    async def _begins_at(self, nc: Client) -> None:
        """So that the loss of the very first delivery is noticed, too."""
        info = await is_there(nc, self.feed)
        if info is None:
            raise Unavailable("the bus does not say where the feed stands")
        if self._place is None:
            self._place = info["delivered"]["consumer_seq"]

    async def _is_fed(self, nc: Client) -> None:
        """Whether the feed has brought all it was given: nothing else shows that the very last delivery was lost."""
        info = await is_there(nc, self.feed)
        if info is not None and self._place is not None and info["delivered"]["consumer_seq"] > self._place:
            self._behind = True

    async def _restore(self, checkpoints: Checkpoints, log_of: History) -> None:
        """Takes up the checkpoint where it fits the log; an unreadable one, or one of another log, counts for none."""
        found = await checkpoints.read()
        if found is None:
            return
        there = await log_of.after(found.sequence - 1, ">", most=1)
        if not there or (there[0].sequence, there[0].at.isoformat()) != (found.sequence, found.at):
            log.warning("the checkpoint is of another log; the log is read anew", extra={"service": self.name})
            return
        self.restored(found.entries)
        self.entries = found.entries
        self._read_to(there[0])

    async def _save(self, checkpoints: Checkpoints) -> None:
        if self.newest_at is not None and self.trouble is None:
            await checkpoints.write(self.sequence, self.newest_at.isoformat(), self.entries)
