"""A link to the bus that lets little through: slow is not away, and nothing is written or handled twice (fault 6)."""

import asyncio

from chassis.bus import Bus
from chassis.consume.consumer import PullConsumer
from chassis.log.journal import Journal
from tests.support.readers import SUBMITTED, Deliveries, a_durable, info, reading, submit
from tests.support.real_bus import RealBus
from tests.support.waiting import until
from tests.system.faults.swallowing import link_to

SLOW = 40_000.0
"""Bytes a second, both ways together: fifty applications take some ten seconds to be written and read."""


async def test_over_a_slow_link_all_is_written_and_read_once_and_the_connection_is_kept(real_bus: RealBus) -> None:
    owner = await a_durable(real_bus)
    async with link_to(int(real_bus.url.rpartition(":")[2])) as link:
        bus = await Bus.connect(link.url, "test-slow", real_bus.seed())
        journal = Journal(bus.nc, within=60)
        await journal.start()
        deliveries = Deliveries()
        link.bytes_a_second = SLOW
        async with reading(PullConsumer(bus.nc, SUBMITTED, deliveries)):
            numbers = await submit(journal, 50)
            await until(lambda: len(deliveries.all) >= 50, within=60)

            async def all_acknowledged() -> bool:
                return int((await info(owner))["num_ack_pending"]) == 0

            await until(all_acknowledged, within=30)
        link.bytes_a_second = None
        assert sorted(deliveries.applications) == sorted(numbers)
        assert bus.nc.stats["reconnects"] == 0
        await journal.stop()
        await bus.close()


async def test_a_link_that_is_cut_and_mended_is_used_again_and_nothing_was_lost(real_bus: RealBus) -> None:
    await a_durable(real_bus)
    async with link_to(int(real_bus.url.rpartition(":")[2])) as link:
        bus = await Bus.connect(link.url, "test-cut", real_bus.seed())
        journal = Journal(bus.nc, within=60)
        await journal.start()
        deliveries = Deliveries()
        async with reading(PullConsumer(bus.nc, SUBMITTED, deliveries)):
            numbers = await submit(journal, 3)
            await until(lambda: len(deliveries.all) == 3)
            link.swallows = True
            written = asyncio.create_task(submit(journal, 3))
            await until(lambda: bus.nc.is_reconnecting, within=10)
            link.swallows = False
            numbers += await written
            await until(lambda: sorted(set(deliveries.applications)) == sorted(numbers), within=20)
        await journal.stop()
        await bus.close()
