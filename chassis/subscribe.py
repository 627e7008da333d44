"""Reads a durable: fetch, handle, acknowledge; every way a handler can end has one fate for its message.

returned → ack · Later, Unavailable, Stale → nak with a delay · Poison or unreadable → dead letter, then term ·
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

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from opentelemetry.trace import SpanKind

from chassis import crash
from chassis.breaker import Breaker, retry_after
from chassis.dead_letters import bury
from chassis.errors import Conflict, Drift, Later, Poison, Stale, Unavailable
from chassis.history import Stored, Unreadable, recorded
from chassis.telemetry import span
from contracts.case import Recorded
from contracts.events import Event, subjects_of

log = logging.getLogger(__name__)

ACK_WAIT = 60.0
MANY_DELIVERIES = 12
EXPIRES = 20.0
HEARTBEAT = 5.0


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
    paused: bool = False
    stopping: bool = False
    """Set before the task is cancelled: Python 3.11's wait_for can swallow a cancellation."""

    async def run(self) -> None:
        """Until cancelled; then waits for the running handlers. Raises Drift where the durable is gone."""
        inbox = self.nc.new_inbox()
        subscription = await self.nc.subscribe(inbox)
        try:
            while not self.stopping:
                want = self.breaker.allowance(self.concurrency - len(self.running), time.monotonic())
                if want <= 0 or self.paused:
                    self.heard = time.monotonic()
                    await self._wait_for_room()
                    continue
                await self._pull(subscription, inbox, want)
        finally:
            await self._give_back(subscription)
            await self._drain()

    async def _give_back(self, subscription: Subscription) -> None:
        """Messages that came and were not begun go to another reader at once, instead of after ACK_WAIT."""
        with suppress(nats.errors.Error):
            while subscription.pending_msgs:
                message = await subscription.next_msg(timeout=0.1)
                if "Status" not in (message.headers or {}):
                    await message.nak()
            await subscription.unsubscribe()

    async def _wait_for_room(self) -> None:
        if len(self.running) >= self.concurrency:
            await asyncio.wait(self.running, return_when=asyncio.FIRST_COMPLETED)
        else:
            await asyncio.sleep(0.1)

    async def _pull(self, subscription: Subscription, inbox: str, want: int) -> None:
        """One request for up to `want` messages; ends when they came, when it expired, or when told so."""
        request = {
            "batch": want,
            "expires": int(EXPIRES * 1e9),
            "idle_heartbeat": int(HEARTBEAT * 1e9),
        }
        subject = f"$JS.API.CONSUMER.MSG.NEXT.{self.durable.stream}.{self.durable.name}"
        connection = self.nc.stats["reconnects"]
        try:
            await self.nc.publish(subject, json.dumps(request).encode(), reply=inbox)
            asked = time.monotonic()
            while want > 0 and not self.stopping:
                try:
                    message = await subscription.next_msg(timeout=1.0)
                except nats.errors.TimeoutError:
                    # A server that was restarted has forgotten the request; a silent one is asked whether it is there.
                    if self.nc.stats["reconnects"] != connection:
                        return
                    if time.monotonic() - max(self.heard, asked) > HEARTBEAT * 2.5:
                        await self._still_there()
                        return
                    continue
                self.heard = time.monotonic()
                status = (message.headers or {}).get("Status")
                if status is None:
                    want -= 1
                    self._start(message)
                elif status != "100":
                    await self._told(status, message)
                    return
        except nats.errors.ConnectionClosedError:
            raise
        except nats.errors.Error:
            await asyncio.sleep(0.5)

    async def _told(self, status: str, message: Msg) -> None:
        """A request's end: 408 expired and 404 nothing there are as usual; the rest may mean the durable is gone."""
        description = str((message.headers or {}).get("Description", "")).lower()
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
        task.add_done_callback(self.running.discard)

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
            except (Poison, Unreadable) as poison:
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
