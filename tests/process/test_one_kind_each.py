"""Durables of one kind each, in the place of one that read several kinds in versions before (ADR 0036)."""

import asyncio

from nats.aio.client import Client

from chassis.commands import call, serve_commands, stop_commands
from chassis.consume.breaker import Breaker
from chassis.consume.consumer import Delivery, PullConsumer
from chassis.consume.retry import retry_command
from chassis.log.dead_letters import bury, open_letters
from chassis.log.durables import former_of, one_a_kind
from chassis.log.journal import Journal
from chassis.log.provision import check, provision
from chassis.process.service import Listen
from contracts.events import ApplicationAccepted, ApplicationSubmitted
from lianshen.catalog import SERVICES, durables
from tests.support.families import accepted, an_application_number
from tests.support.readers import Deliveries, a_durable, reading, submit
from tests.support.real_bus import RealBus
from tests.support.waiting import until

ONES = SUBMITTED, ACCEPTED = one_a_kind("test-reader", ApplicationSubmitted, ApplicationAccepted)
FORMER = former_of(ONES)
IN_ORDER = {"determination", "notify", "allocation", "allocation-choosing", "allocation-draws", "allocation-lapsing"}
"""What a case is decided by, and what a family is told, stands in an order; what is not of cases costs nothing."""


async def accept(journal: Journal, how_many: int) -> list[str]:
    numbers = [an_application_number() for _ in range(how_many)]
    await asyncio.gather(*(journal.once(accepted(number)) for number in numbers))
    return numbers


async def read_all(nc: Client, durable: object, how_many: int) -> list[str]:
    """What a durable brings until so many came, and a moment longer."""
    deliveries = Deliveries()
    async with reading(PullConsumer(nc, durable, deliveries)):  # type: ignore[arg-type]
        await until(lambda: len(deliveries.all) >= how_many)
        await asyncio.sleep(0.2)
    return sorted(deliveries.applications)


def test_each_is_named_after_what_it_reads() -> None:
    assert [(it.name, it.filters, it.is_read) for it in ONES] == [
        ("test-reader-submitted", ("case.*.submitted",), True),
        ("test-reader-accepted", ("case.*.accepted",), True),
    ]
    assert (FORMER.name, FORMER.to, FORMER.is_read) == (
        "test-reader",
        (ApplicationSubmitted, ApplicationAccepted),
        False,
    )


def test_whoever_needs_no_order_reads_one_kind() -> None:
    several = {it.name for it in durables() if it.is_read and len(it.filters) > 1}
    assert several == IN_ORDER


def test_the_former_ones_are_there_for_processes_of_versions_before() -> None:
    former = {it.name: set(it.filters) for it in durables() if it.is_former}
    assert set(former) == {
        "publicity",
        *(f"verify-household-{it}" for it in ("civil-affairs", "household-registry", "social-security", "tax")),
        *(f"verify-property-{it}" for it in ("housing", "real-estate")),
    }
    assert former["verify-household-tax"] == {"case.*.accepted", "case.*.reverification.*"}
    assert former["publicity"] == {"case.*.determined.*", "case.*.confirmed.*"}
    named = {it.former for service in SERVICES.values() for it in service.durables} - {None}
    assert named == set(former)


async def test_each_begins_where_the_one_stands_that_read_it_before(real_bus: RealBus, journal: Journal) -> None:
    owner = await a_durable(real_bus, FORMER)
    read, nc = [*await submit(journal, 2), *await accept(journal, 2)], await real_bus.connect()
    assert await read_all(nc, FORMER, 4) == sorted(read)
    waiting = await submit(journal, 3), await accept(journal, 1)
    assert [change.name for change in await provision(owner, [*ONES, FORMER])] == [it.name for it in ONES]
    for durable, numbers in zip(ONES, waiting, strict=True):
        assert await read_all(nc, durable, len(numbers)) == sorted(numbers)
    # Where it began is its own from now on: neither the provisioner nor a service finds fault with it.
    assert await provision(owner, [*ONES, FORMER]) == []
    await check(owner, [*ONES, FORMER])


async def test_where_none_was_before_it_begins_with_the_first(real_bus: RealBus, journal: Journal) -> None:
    numbers = await submit(journal, 3)
    owner = await real_bus.connect("provisioner")
    await provision(owner, [FORMER, *ONES])
    assert await read_all(await real_bus.connect(), SUBMITTED, 3) == sorted(numbers)


async def test_together_they_handle_no_more_at_once_than_one_may(real_bus: RealBus, journal: Journal) -> None:
    owner, breaker = await real_bus.connect("provisioner"), Breaker(concurrency=3)
    await provision(owner, list(ONES))

    async def takes_a_while(delivery: Delivery) -> None:
        await asyncio.sleep(0.05)

    deliveries, nc = Deliveries(takes_a_while), await real_bus.connect()
    first, second = (PullConsumer(nc, durable, deliveries, breaker=breaker) for durable in ONES)
    async with reading(first), reading(second):
        await asyncio.sleep(0.1)  # both have asked for as many as they may have
        numbers = sorted([*await submit(journal, 12), *await accept(journal, 12)])
        await until(lambda: len(set(deliveries.applications)) == 24 and not deliveries.running)
    assert sorted(deliveries.applications) == numbers
    assert deliveries.most == 3
    assert breaker.running == 0


async def test_one_waits_for_no_backlog_of_another(real_bus: RealBus, journal: Journal) -> None:
    owner, breaker = await real_bus.connect("provisioner"), Breaker(concurrency=4)
    await provision(owner, list(ONES))

    async def takes_a_while(delivery: Delivery) -> None:
        await asyncio.sleep(0.15 + 0.015 * (delivery.sequence % 7))

    deliveries, nc = Deliveries(takes_a_while), await real_bus.connect()
    await accept(journal, 80)
    first, second = (PullConsumer(nc, durable, deliveries, breaker=breaker) for durable in ONES)
    async with reading(first), reading(second):
        await until(lambda: len(deliveries.all) >= 10)
        [number] = await submit(journal)
        await until(lambda: number in deliveries.applications)
        assert len(deliveries.all) < 40
        await until(lambda: len(deliveries.all) == 81 and not deliveries.running)
    assert deliveries.most == 4


async def test_a_dead_letter_of_the_former_one_is_retried_by_whoever_reads_that_kind_now(
    real_bus: RealBus, journal: Journal
) -> None:
    await a_durable(real_bus, FORMER)
    nc, by = await real_bus.connect(), {durable.name: Deliveries() for durable in ONES}
    [number] = await accept(journal, 1)
    await bury(nc, "CASES", FORMER.name, 1, 1, "cannot be read", journal.clock.now())
    table = [Listen(durable, by[durable.name]) for durable in ONES]
    served = await serve_commands(nc, "archive", (retry_command(nc, "archive", table),))
    await call(nc, "archive", "retry", {"durable": FORMER.name, "sequence": 1})
    await stop_commands([served])
    assert by[ACCEPTED.name].applications == [number]
    assert by[SUBMITTED.name].applications == []
    assert await open_letters(nc) == []
