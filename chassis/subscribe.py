"""Reads a durable: fetch, handle, acknowledge; every way a handler can end has one fate for its message.

returned → ack · Later, Unavailable, Stale → nak with a delay · Poison, unreadable, too large → dead letter and term ·
cancelled → nak in a second · any other exception → nak with a delay, and a dead letter after MANY deliveries.
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
from datetime import UTC, datetime
from functools import partial

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from opentelemetry.trace import SpanKind

from chassis import crash
from chassis.breaker import Breaker, retry_after
from chassis.dead_letters import bury
from chassis.errors import Conflict, Drift, Later, Poison, Stale, TooLarge, Unavailable
from chassis.history import Stored, Unreadable, recorded
from chassis.telemetry import span
from contracts.case import Recorded
from contracts.events import Event, subjects_of

log = logging.getLogger(__name__)

ACK_WAIT = 60.0
MANY_DELIVERIES = 12
EXPIRES = 20.0
HEARTBEAT = 5.0
HEARTBEAT_STATUS = "100"


@dataclass(frozen=True)
class Delivery:
    """One message handed to a handler: as stored, how often it was delivered, and when this handling began."""

    stored: Stored
    item: Recorded | None
    """The event in it; None on a stream that holds no events of the story."""
    attempt: int
    now: datetime

    @property
    def event(self) -> Event:
        assert self.item is not None
        return self.item.event

    @property
    def sequence(self) -> int:
        return self.stored.sequence


Handler = Callable[[Delivery], Awaitable[None]]


@dataclass(frozen=True)
class Durable:
    """One durable consumer as it is provisioned: its name, and the events it reads."""

    name: str
    to: tuple[type[Event], ...]
    stream: str = "CASES"
    subjects: tuple[str, ...] = ()
    """Only for streams that hold no events of the story."""

    @property
    def filters(self) -> tuple[str, ...]:
        return self.subjects or tuple(subjects_of(kind) for kind in self.to)


@dataclass
class Reader:
    """Keeps at most `concurrency` handlers of one durable running, and knows when it last heard from the bus."""

    nc: Client
    durable: Durable
    handle: Handler
    concurrency: int = 64
    breaker: Breaker = field(default_factory=Breaker)
    heard: float = field(default_factory=time.monotonic)
    running: set[asyncio.Task[None]] = field(default_factory=set)
    handled: int = 0
    stopping: bool = False
    """Set before the task is cancelled: Python 3.11's wait_for can swallow a cancellation."""
    _inbox: str = ""
    _subscription: Subscription | None = None
    _wanted: int = 0
    """How many messages the request under way may still bring."""
    _end: Msg | None = None
    """The server's word that the request under way is over."""
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Until cancelled; then waits for the running handlers. Raises Drift where the durable is gone."""
        try:
            while not self.stopping:
                free = self.concurrency - len(self.running)
                want = self.breaker.allowance(free, time.monotonic(), len(self.running))
                if want > 0:
                    await self._pull(want)
                else:
                    self.heard = time.monotonic()
                    await self._wait_for_news(0.1)
        finally:
            await self._leave()
            await self._drain()

    async def _wait_for_news(self, most: float) -> None:
        """Until a message came, a handler ended, or `most` seconds went by."""
        with suppress(TimeoutError):
            async with asyncio.timeout(most):
                await self._news.wait()
        self._news.clear()

    async def _pull(self, want: int) -> None:
        """One request for up to `want` messages; ends when they came, or when it is over or better given up."""
        request = {
            "batch": want,
            "expires": int(EXPIRES * 1e9),
            "idle_heartbeat": int(HEARTBEAT * 1e9),
        }
        subject = f"$JS.API.CONSUMER.MSG.NEXT.{self.durable.stream}.{self.durable.name}"
        connection, probing = self.nc.stats["reconnects"], self.breaker.is_open
        try:
            await self._join()
            self._wanted, self._end = want, None
            await self.nc.publish(subject, json.dumps(request).encode(), reply=self._inbox)
            asked = time.monotonic()
            while self._wanted > 0 and self._end is None:
                # A server that was restarted has forgotten the request; a silent one is asked whether it is there.
                forgotten = self.nc.stats["reconnects"] != connection
                silent = time.monotonic() - max(self.heard, asked) > HEARTBEAT * 2.5
                if silent:
                    await self._still_there()
                if self.stopping or forgotten or silent or (self.breaker.is_open and not probing):
                    await self._leave()
                    return
                await self._wait_for_news(1.0)
            if self._end is not None:
                await self._told(self._end)
        except nats.errors.ConnectionClosedError:
            raise
        except nats.errors.Error:
            await asyncio.sleep(0.5)

    async def _join(self) -> None:
        if self._subscription is None:
            self._inbox = self.nc.new_inbox()
            self._subscription = await self.nc.subscribe(self._inbox, cb=partial(self._take, self._inbox))

    async def _take(self, inbox: str, message: Msg) -> None:
        """A message keeps its own subject; what the server has to say itself comes on the inbox's."""
        self.heard = time.monotonic()
        if message.subject != inbox:
            if inbox != self._inbox:
                await message.nak()
                return
            self._wanted -= 1
            self._start(message)
        elif inbox == self._inbox and (message.headers or {}).get("Status") != HEARTBEAT_STATUS:
            self._end = message
        self._news.set()

    async def _leave(self) -> None:
        """Gives the request under way up; what still comes for it is for another reader at once, not in ACK_WAIT."""
        subscription, self._subscription, self._inbox = self._subscription, None, ""
        if subscription is None:
            return
        with suppress(nats.errors.Error, TimeoutError):
            if not self.nc.is_connected:
                await subscription.unsubscribe()
                return
            async with asyncio.timeout(2):
                await subscription.drain()  # type: ignore[no-untyped-call]  # nats-py

    async def _told(self, end: Msg) -> None:
        """A request's end: 408 expired and 404 nothing there are as usual; the rest may mean the durable is gone."""
        headers = end.headers or {}
        status, description = headers.get("Status"), str(headers.get("Description", "")).lower()
        if status in ("408", "404") and "not found" not in description:
            return
        if status == "409" and "deleted" not in description:
            await asyncio.sleep(0.2)
            return
        await self._still_there()
        await asyncio.sleep(0.5)

    async def _still_there(self) -> None:
        """Raises Drift where the server knows no such durable; a bus that does not answer is waited for."""
        subject = f"$JS.API.CONSUMER.INFO.{self.durable.stream}.{self.durable.name}"
        try:
            reply = await self.nc.request(subject, b"", timeout=2)
        except (nats.errors.Error, TimeoutError):
            return
        error = json.loads(reply.data).get("error")
        if error and error.get("code") == 404:
            raise Drift(f"durable {self.durable.name} is not there; run `lianshen provision`, then start again")

    def _start(self, message: Msg) -> None:
        task = asyncio.create_task(self._one(message))
        self.running.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self.running.discard(task)
        self._news.set()

    async def _one(self, message: Msg) -> None:
        """Handles one message and settles its fate."""
        attempt = message.metadata.num_delivered or 1
        sequence = message.metadata.sequence.stream if message.metadata.sequence else 0
        try:
            try:
                await self._handled(message, attempt, sequence)
                crash.here("before-ack")
                await message.ack()
                self.handled += 1
            except asyncio.CancelledError:
                await message.nak(delay=1)
                raise
            except (Conflict, Stale):
                await message.nak(delay=0.05 * attempt)
            except (Later, Unavailable) as wait:
                delay = wait.delay if isinstance(wait, Later) and wait.delay else retry_after(attempt, random.random())
                await message.nak(delay=delay)
            except (Poison, Unreadable, TooLarge) as poison:
                await self._bury(message, sequence, attempt, str(poison))
            except Exception as surprise:
                log.exception("a handler failed", extra={"durable": self.durable.name, "sequence": sequence})
                if attempt >= MANY_DELIVERIES:
                    await self._bury(message, sequence, attempt, f"failed with {type(surprise).__name__}")
                else:
                    await message.nak(delay=retry_after(attempt, random.random()))
        except nats.errors.Error:
            # The bus is away: the message was not acknowledged and comes back after ACK_WAIT.
            log.warning("could not acknowledge; it will be delivered again", extra={"durable": self.durable.name})

    async def _handled(self, message: Msg, attempt: int, sequence: int) -> None:
        headers = message.headers or {}
        stored = Stored(message.subject, sequence, _stored_at(message), headers, message.data)
        item = None if self.durable.subjects else recorded(stored)
        name = "timer" if item is None else subjects_of(type(item.event)).replace("*", "{application}", 1)
        application = item.event.application if item else None
        attributes: dict[str, str | int | bool] = {"durable": self.durable.name, "attempt": attempt}
        with span(
            f"process {name}",
            kind=SpanKind.CONSUMER,
            parent=headers.get("traceparent"),
            since=stored.at,
            attributes=attributes,
            application=application,
        ):
            await self.handle(Delivery(stored, item, attempt, datetime.now(UTC)))

    async def _bury(self, message: Msg, sequence: int, attempt: int, reason: str) -> None:
        await bury(self.nc, self.durable.stream, self.durable.name, sequence, attempt, reason)
        log.error("gave a message to the dead letters", extra={"durable": self.durable.name, "sequence": sequence})
        await message.term()

    async def _drain(self) -> None:
        if self.running:
            _, late = await asyncio.wait(self.running, timeout=4)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)


def _stored_at(message: Msg) -> datetime:
    return message.metadata.timestamp or datetime.now(UTC)
