"""Reads a durable: fetch, handle, acknowledge; every way a handler can end has one fate for its message.

returned → ack · Later, Unavailable, Stale, of a newer version → nak with a delay ·
Poison, unreadable, too large → dead letter and term · cancelled → nak in a second ·
any other exception → nak with a delay, and a dead letter after MANY deliveries.
Why an own loop under FastStream's broker: ADR 0002.
"""

import asyncio
import json
import logging
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from opentelemetry.trace import SpanKind

from chassis import failpoints
from chassis.clock import WALL, Clock
from chassis.consume.breaker import Breaker
from chassis.consume.place import Place, place_of
from chassis.errors import Conflict, Later, Poison, Stale, TooLarge, Unavailable
from chassis.log.dead_letters import bury
from chassis.log.durables import Durable, is_there
from chassis.log.stored import Newer, Stored, Unreadable, recorded
from chassis.telemetry.metrics import DEAD_LETTERS, FETCHES, HANDLED
from chassis.telemetry.spans import ATTEMPT, DEPARTMENT, span
from chassis.timing import TIMING, Timing
from contracts.case.case import Recorded
from contracts.events import Event

log = logging.getLogger(__name__)

UNAVAILABLE = "503"
"""The status of a server that cannot say anything of the durable now; whoever hears only this hears nothing."""


@dataclass(frozen=True)
class Delivery:
    """One message as it arrived: as stored, how often it was delivered, and when."""

    stored: Stored
    item: Recorded | None
    """The event in it; None on a stream that holds no events of the story."""
    attempt: int
    now: datetime
    after_gap: bool = False
    """Whether this consumer may have missed something: another one reads too, or a message was given back."""

    @property
    def event(self) -> Event:
        assert self.item is not None
        return self.item.event

    @property
    def sequence(self) -> int:
        return self.stored.sequence


Handler = Callable[[Delivery], Awaitable[None]]
Arrived = Callable[[Delivery], bool]
"""Sees every event in the order of the log, before its handler begins: handlers may begin in any order.

Returns whether nothing is left to do: then it is acknowledged, and no handler begins.
"""


@dataclass
class Work:
    """One message that a handler has: in its newest delivery, which alone can be given back."""

    message: Msg
    place: Place
    since: float
    said: float
    """When the server heard last that it is being worked on, by its delivery at first."""


@dataclass
class PullConsumer:
    """Keeps at most `concurrency` handlers of one durable running, and knows when it last heard from the bus."""

    nc: Client
    durable: Durable
    handle: Handler
    concurrency: int = 256
    breaker: Breaker = field(default_factory=Breaker)
    arrived: Arrived | None = None
    clock: Clock = WALL
    timing: Timing = TIMING
    heard: float = field(default_factory=time.monotonic)
    running: set[asyncio.Task[None]] = field(default_factory=set)
    working: dict[int, Work] = field(default_factory=dict)
    """What the handlers have, by its sequence in the stream."""
    stopping: bool = False
    """Set before the task is cancelled: Python 3.11's wait_for can swallow a cancellation."""
    _inbox: str = ""
    _request: int = 0
    _wanted: int = 0
    """How many messages the request under way may still bring."""
    _over: Msg | None = None
    """The server's word that the request under way is over."""
    _over_by: float = 0.0
    _probing: bool = False
    _delivered: int = 0
    """Of this durable: the number of the newest delivery, which counts redeliveries too."""
    _gap: bool = True
    _held: list[Msg] = field(default_factory=list)
    """Came when it was better not to begin; given back as soon as no request can fetch them again."""
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        # Shown from the start: the first of them must be seen as an increase.
        self._handled_ones, self._given_up = HANDLED.labels(self.durable.name), DEAD_LETTERS.labels(self.durable.name)
        self._fetches = FETCHES.labels(self.durable.name)

    async def run(self) -> None:
        """Until cancelled; then waits for the running handlers. Raises Drift where the durable is gone."""
        self._inbox = self.nc.new_inbox()
        subscription = await self.nc.subscribe(f"{self._inbox}.*", cb=self._take)
        saying = asyncio.create_task(self._say_what_is_worked_on())
        reconnects = self.nc.stats["reconnects"]
        try:
            while not self.stopping:
                if reconnects != self.nc.stats["reconnects"]:
                    reconnects = self.nc.stats["reconnects"]
                    self.breaker.succeeded()  # what failed over a lost connection says nothing of the other end
                most = self.breaker.concurrency or self.concurrency
                free = most - self.breaker.running
                # A request for every place that becomes free would cost more than what it brings.
                if free < most // 4 and self.running:
                    free = 0
                want = self.breaker.allowance(free, time.monotonic(), self.breaker.running)
                if want > 0 and not self.nc.is_reconnecting:
                    await self._pull(want)
                    continue
                if want <= 0:
                    self.heard = time.monotonic()
                self.breaker.waiting.append(self._news.set)
                try:
                    await self._wait_for_news(0.1)
                finally:
                    self.breaker.waiting.remove(self._news.set)
                await self._give_back()
        finally:
            # Leaving before the request is over would lose what the server has sent off, until ACK_WAIT.
            self.stopping = True
            await self._until_over()
            with suppress(nats.errors.Error):
                await subscription.unsubscribe()
            await self._drain()
            saying.cancel()

    async def _say_what_is_worked_on(self) -> None:
        """The server waits four seconds for a word (ACK_WAIT), and a department may be asked for thirty."""
        every = self.timing.working_every
        while True:
            await asyncio.sleep(every / 4)
            now = time.monotonic()
            for work in list(self.working.values()):
                if self.nc.is_connected and now - work.said > every and now - work.since < self.timing.longest_work:
                    work.said = now
                    with suppress(nats.errors.Error):
                        await work.message.in_progress()

    async def _wait_for_news(self, most: float) -> None:
        """Until a message came, a handler ended, or `most` seconds went by."""
        with suppress(TimeoutError):
            async with asyncio.timeout(most):
                await self._news.wait()
        self._news.clear()

    async def _pull(self, want: int) -> None:
        """One request for up to `want` messages; ends when they came, or when the server says that it is over."""
        self._request += 1
        self._wanted, self._over, self._probing = want, None, self.breaker.is_open
        self._over_by = time.monotonic() + self.timing.fetch_expires + self.timing.fetch_lost_after
        request = json.dumps({"batch": want, "expires": int(self.timing.fetch_expires * 1e9)}).encode()
        subject = f"$JS.API.CONSUMER.MSG.NEXT.{self.durable.stream}.{self.durable.name}"
        self._fetches.inc()
        try:
            await self.nc.publish(subject, request, reply=f"{self._inbox}.{self._request}")
            await self._until_over()
            if self._over is not None:
                await self._told(self._over)
            elif self._wanted > 0:
                await is_there(self.nc, self.durable)
        except nats.errors.ConnectionClosedError:
            raise
        except nats.errors.Error:
            await asyncio.sleep(0.5)

    async def _until_over(self) -> None:
        """A server that was restarted has forgotten the request and never says that it is over."""
        while self._wanted > 0 and self._over is None and time.monotonic() < self._over_by:
            await self._wait_for_news(0.5)
        await self._give_back()

    async def _give_back(self) -> None:
        """Whoever reads next has them at once, instead of after ACK_WAIT."""
        held, self._held = self._held, []
        for message in held:
            await message.nak()

    async def _take(self, message: Msg) -> None:
        """A message keeps its own subject; what the server has to say itself comes on the request's inbox."""
        if message.subject.startswith(f"{self._inbox}."):
            if (message.headers or {}).get("Status") != UNAVAILABLE:
                self.heard = time.monotonic()
            if message.subject == f"{self._inbox}.{self._request}":
                self._over = message
                self._news.set()
        else:
            self.heard = time.monotonic()
            begin = self._wanted > 0 and (self._probing or not self.breaker.is_open) and not self.breaker.is_full
            self._wanted -= 1
            place = place_of(message)
            self._gap = self._gap or place.delivery != self._delivered + 1
            self._delivered = place.delivery
            if self._has_it_already(message, place):
                pass
            elif begin:
                await self._begin(message, place)
            else:
                self._held.append(message)
                self._gap = True
            if self._wanted <= 0:
                self._news.set()

    def _has_it_already(self, message: Msg, place: Place) -> bool:
        """Whether a handler works on what comes again: the server lost its word, or has another leader."""
        work = self.working.get(place.sequence)
        if work is None or time.monotonic() - work.since > self.timing.longest_work:
            return False
        work.message, work.place, work.said = message, place, time.monotonic()
        return True

    async def _told(self, end: Msg) -> None:
        """A request's end: 408 expired and 404 nothing there are as usual; the rest may mean the durable is gone."""
        headers = end.headers or {}
        status, description = headers.get("Status"), str(headers.get("Description", "")).lower()
        if status in ("408", "404") and "not found" not in description:
            return
        if status == "409" and "deleted" not in description:
            await asyncio.sleep(0.2)
            return
        await is_there(self.nc, self.durable)
        await asyncio.sleep(0.5)

    async def _begin(self, message: Msg, place: Place) -> None:
        read = self._arrive(message, place)
        if read is not None:
            self._start(message, place, read)
            return
        try:
            await self._acknowledge(message)
        except nats.errors.Error:
            self._not_acknowledged()

    def _arrive(self, message: Msg, place: Place) -> Delivery | Exception | None:
        """Reads a message and shows it to `arrived`; what cannot be read is a gap before the next one.

        None where nothing is left to do.
        """
        try:
            delivery = self._delivery(message, place)
            done = self.arrived is not None and delivery.item is not None and self.arrived(delivery)
        except Exception as fault:
            # Raised in the task of the message, where its fate is settled.
            self._gap = True
            return fault
        self._gap = False
        return None if done else delivery

    def _delivery(self, message: Msg, place: Place) -> Delivery:
        """Raises Unreadable, and Newer for what only a newer version of this reader asks for."""
        stored = Stored(message.subject, place.sequence, place.at, message.headers or {}, message.data)
        item = None if self.durable.subjects else recorded(stored)
        theirs = (
            not self.durable.wants(stored.subject) if item is None else not isinstance(item.event, self.durable.to)
        )
        if theirs:
            raise Newer(f"sequence {place.sequence} is read by a newer version alone; a process of that one takes it")
        return Delivery(stored, item, place.attempt, self.clock.now(), self._gap)

    def _start(self, message: Msg, place: Place, read: Delivery | Exception) -> None:
        now = time.monotonic()
        work = self.working[place.sequence] = Work(message, place, since=now, said=now)
        task = asyncio.create_task(self._one(work, read))
        self.running.add(task)
        self.breaker.running += 1
        task.add_done_callback(partial(self._ended, work))

    def _ended(self, work: Work, task: asyncio.Task[None]) -> None:
        self.running.discard(task)
        self.breaker.running -= 1
        if self.working.get(work.place.sequence) is work:
            del self.working[work.place.sequence]
        for tell in self.breaker.waiting:
            tell()

    async def _one(self, work: Work, read: Delivery | Exception) -> None:
        """Handles one message and settles its fate."""
        attempt = work.place.attempt
        try:
            try:
                if isinstance(read, Exception):
                    raise read
                await self._handle(read)
                await self._acknowledge(work.message)
            except asyncio.CancelledError:
                await work.message.nak(delay=1)
                raise
            except (Conflict, Stale):
                await work.message.nak(delay=0.05 * attempt)
            except Later as wait:
                await work.message.nak(delay=wait.delay or self.timing.retry(attempt, random.random()))
            except Unavailable as away:
                if isinstance(away, Newer):
                    log.warning("given back: %s", away, extra={"durable": self.durable.name})
                delay = self.timing.retry(attempt, random.random())
                await work.message.nak(delay=min(delay, self.timing.bus_again_within))
            except (Poison, Unreadable, TooLarge) as poison:
                await self._bury(work, attempt, str(poison))
            except Exception as surprise:
                where = {"durable": self.durable.name, "sequence": work.place.sequence}
                log.exception("a handler failed", extra=where)
                if attempt >= self.timing.many_deliveries:
                    await self._bury(work, attempt, f"failed with {type(surprise).__name__}")
                else:
                    await work.message.nak(delay=self.timing.retry(attempt, random.random()))
        except nats.errors.Error:
            self._not_acknowledged()

    async def _acknowledge(self, message: Msg) -> None:
        failpoints.here("before-ack")
        await message.ack()
        self._handled_ones.inc()

    def _not_acknowledged(self) -> None:
        """The bus is away: the message comes back after ACK_WAIT."""
        log.warning("could not acknowledge; it will be delivered again", extra={"durable": self.durable.name})

    async def _handle(self, delivery: Delivery) -> None:
        item = delivery.item
        name = "timer" if item is None else f"case.{{application}}.{item.event.tail}"
        application = item.event.application if item else None
        attributes: dict[str, str | int | bool] = {
            "messaging.system": "nats",
            "messaging.consumer.group.name": self.durable.name,
            ATTEMPT: delivery.attempt,
        }
        if item is not None and (department := getattr(item.event, "department", None)):
            attributes[DEPARTMENT] = department
        with span(
            f"process {name}",
            kind=SpanKind.CONSUMER,
            parent=delivery.stored.headers.get("traceparent"),
            since=delivery.stored.at,
            attributes=attributes,
            application=application,
        ):
            await self.handle(delivery)

    async def _bury(self, work: Work, attempt: int, reason: str) -> None:
        where = self.durable.stream, self.durable.name, work.place.sequence
        await bury(self.nc, *where, attempt, reason, self.clock.now())
        self._given_up.inc()
        log.error("gave a message to the dead letters", extra={"durable": where[1], "sequence": where[2]})
        await work.message.term()

    async def _drain(self) -> None:
        if self.running:
            _, late = await asyncio.wait(self.running, timeout=3.5)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
