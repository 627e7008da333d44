"""Readers of durables under test: started, stopped as a process stops them, and looked at from outside."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from nats.aio.client import Client

from chassis.consume.consumer import Delivery, PullConsumer
from chassis.log.durables import Durable
from chassis.log.journal import Journal
from chassis.log.provision import provision
from contracts.events import ApplicationSubmitted
from tests.support.families import an_application_number, submitted
from tests.support.real_bus import RealBus

SUBMITTED = Durable("test-reader", (ApplicationSubmitted,))


async def a_durable(bus: RealBus, durable: Durable = SUBMITTED) -> Client:
    """Provisions a durable; returns the provisioner's connection, which may do anything to it."""
    owner = await bus.connect("provisioner")
    await provision(owner, [durable])
    return owner


async def submit(journal: Journal, how_many: int = 1) -> list[str]:
    """Stores as many submitted applications; returns their numbers."""
    numbers = [an_application_number() for _ in range(how_many)]
    await asyncio.gather(*(journal.once(submitted(number)) for number in numbers))
    return numbers


@asynccontextmanager
async def reading(reader: PullConsumer) -> AsyncIterator[asyncio.Task[None]]:
    """A stop waits for the request under way: a tenth of a second instead of half of one."""
    reader.timing = replace(reader.timing, fetch_expires=0.1)
    task = asyncio.create_task(reader.run())
    try:
        yield task
    finally:
        await stop(reader, task)


async def stop(reader: PullConsumer, task: asyncio.Task[None]) -> None:
    """As a process does it at SIGTERM."""
    reader.stopping = True
    task.cancel()
    await asyncio.wait([task], timeout=10)
    assert task.done()


async def info(nc: Client, durable: Durable = SUBMITTED) -> dict[str, Any]:
    """The server's word on a durable: `num_pending`, `num_ack_pending`, `num_waiting` …"""
    reply = await nc.request(f"$JS.API.CONSUMER.INFO.{durable.stream}.{durable.name}", b"", timeout=5)
    answer: dict[str, Any] = json.loads(reply.data)
    return answer


class Deliveries:
    """A handler that writes down what it is given, and when; `then` says how it ends."""

    def __init__(self, then: Callable[[Delivery], Awaitable[None]] | None = None) -> None:
        self.all: list[Delivery] = []
        self.at: list[float] = []
        self.running = 0
        self.most = 0
        self._then = then

    async def __call__(self, delivery: Delivery) -> None:
        self.all.append(delivery)
        self.at.append(time.monotonic())
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            if self._then is not None:
                await self._then(delivery)
        finally:
            self.running -= 1

    @property
    def applications(self) -> list[str]:
        return [delivery.event.application for delivery in self.all]

    @property
    def attempts(self) -> list[int]:
        return [delivery.attempt for delivery in self.all]
