"""A handler that works long keeps its message by saying so; what nobody has comes again within seconds (ADR 0030)."""

import asyncio
import json
import time
from dataclasses import replace

from nats.aio.msg import Msg

from chassis.consume.breaker import FAILURES_TO_OPEN, Breaker
from chassis.consume.consumer import Delivery, PullConsumer
from chassis.errors import Unavailable
from chassis.log.durables import ACK_WAIT
from chassis.log.journal import Journal
from chassis.log.provision import provision
from chassis.timing import TIMING
from tests.support.readers import SUBMITTED, Deliveries, a_durable, info, reading, submit
from tests.support.real_bus import RealBus
from tests.support.waiting import PATIENCE, until

SHORT = 0.6
"""Seconds of an acknowledgement wait that a test can wait for several times."""


async def test_a_handler_that_works_for_many_waits_is_given_its_message_once(
    real_bus: RealBus, journal: Journal
) -> None:
    await provision(await real_bus.connect("provisioner"), [SUBMITTED], ack_wait=SHORT)

    async def works(delivery: Delivery) -> None:
        await asyncio.sleep(SHORT * 6)

    nc, deliveries = await real_bus.connect(), Deliveries(works)
    other = Deliveries()
    timing = replace(TIMING, working_every=SHORT / 3)
    await submit(journal, 5)
    async with reading(PullConsumer(nc, SUBMITTED, deliveries, timing=timing)):
        await until(lambda: deliveries.running == 5)
        async with reading(PullConsumer(await real_bus.connect(), SUBMITTED, other, timing=timing)):
            await until(lambda: not deliveries.running)
            await asyncio.sleep(SHORT * 2)
    assert deliveries.attempts == [1] * 5
    assert other.all == []
    assert (await info(nc))["num_ack_pending"] == 0


async def test_what_comes_again_to_whoever_works_on_it_is_not_begun_twice_and_its_end_counts(
    real_bus: RealBus, journal: Journal
) -> None:
    await provision(await real_bus.connect("provisioner"), [SUBMITTED], ack_wait=SHORT)
    enough = asyncio.Event()

    async def works(delivery: Delivery) -> None:
        await enough.wait()

    nc, deliveries = await real_bus.connect(), Deliveries(works)
    mute = replace(TIMING, working_every=100.0)
    await submit(journal)
    async with reading(PullConsumer(nc, SUBMITTED, deliveries, timing=mute)):

        async def came_three_times() -> bool:
            return int((await info(nc))["delivered"]["consumer_seq"]) >= 3

        await until(came_three_times)
        enough.set()

        async def over() -> bool:
            return int((await info(nc))["num_ack_pending"]) == 0

        await until(over)
    assert len(deliveries.all) == 1


async def test_a_handler_that_hangs_loses_its_message_to_another(real_bus: RealBus, journal: Journal) -> None:
    await provision(await real_bus.connect("provisioner"), [SUBMITTED], ack_wait=SHORT)

    async def hangs(delivery: Delivery) -> None:
        if delivery.attempt == 1:
            await asyncio.sleep(60)

    deliveries = Deliveries(hangs)
    timing = replace(TIMING, working_every=SHORT / 3, longest_work=SHORT * 3)
    await submit(journal)
    async with reading(PullConsumer(await real_bus.connect(), SUBMITTED, deliveries, timing=timing)):
        await until(lambda: len(deliveries.all) == 2)
    assert deliveries.at[1] - deliveries.at[0] >= SHORT * 3


async def test_what_was_lost_on_its_way_comes_again_within_five_seconds(real_bus: RealBus, journal: Journal) -> None:
    await a_durable(real_bus)
    nc, deliveries = await real_bus.connect(), Deliveries()
    lost = asyncio.Event()

    async def lose(message: Msg) -> None:
        lost.set()

    inbox = nc.new_inbox()
    await nc.subscribe(inbox, cb=lose)
    await submit(journal)
    subject = f"$JS.API.CONSUMER.MSG.NEXT.{SUBMITTED.stream}.{SUBMITTED.name}"
    await nc.publish(subject, json.dumps({"batch": 1, "no_wait": True}).encode(), reply=inbox)
    await lost.wait()
    began = time.monotonic()
    async with reading(PullConsumer(nc, SUBMITTED, deliveries)):
        await until(lambda: len(deliveries.all) == 1)
    assert deliveries.attempts == [2]
    assert ACK_WAIT - 0.5 <= time.monotonic() - began < 5 * PATIENCE


async def test_what_the_bus_gave_no_answer_to_comes_again_soon_however_often_it_was_delivered(
    real_bus: RealBus, journal: Journal
) -> None:
    async def away(delivery: Delivery) -> None:
        if delivery.attempt < 4:
            raise Unavailable("nobody leads the stream")

    await a_durable(real_bus)
    deliveries = Deliveries(away)
    timing = replace(TIMING, retry_after=(0.05, 60.0), bus_again_within=0.1)
    await submit(journal)
    async with reading(PullConsumer(await real_bus.connect(), SUBMITTED, deliveries, timing=timing)):
        await until(lambda: deliveries.attempts == [1, 2, 3, 4], within=5)


async def test_a_breaker_that_opened_while_the_connection_was_lost_is_closed_with_the_next_one(
    real_bus: RealBus, journal: Journal
) -> None:
    await a_durable(real_bus)
    nc, deliveries, breaker = await real_bus.connect(), Deliveries(), Breaker()
    async with reading(PullConsumer(nc, SUBMITTED, deliveries, breaker=breaker)):
        for _ in range(FAILURES_TO_OPEN + 4):
            breaker.failed(time.monotonic() + 60 * FAILURES_TO_OPEN)
        assert breaker.is_open
        await real_bus.server.restart()
        await until(lambda: not breaker.is_open, within=10)
