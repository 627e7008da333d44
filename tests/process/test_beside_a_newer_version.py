"""What a newer version wrote, or reads: this one waits with it, and neither buries it, nor skips it, nor ends."""

import asyncio
import json
from datetime import UTC, datetime

import pytest
from nats.aio.client import Client

from chassis.consume.checkpoints import Checkpoints
from chassis.consume.consumer import PullConsumer
from chassis.errors import Drift, Unavailable
from chassis.log.dead_letters import open_letters
from chassis.log.durables import Durable
from chassis.log.journal import Journal
from chassis.log.key_register import read_register
from chassis.log.provision import check, provision
from chassis.log.stored import Newer, Stored, Unreadable, recorded
from chassis.timing import Timing
from contracts.events import EVENTS, ApplicationSubmitted, ApplicationWithdrawn
from tests.process.test_open_cases import FEED, Watched, running, withdraw
from tests.support.families import an_application_number, submitted
from tests.support.readers import SUBMITTED, Deliveries, a_durable, info, reading, submit
from tests.support.real_bus import RealBus
from tests.support.waiting import until

MORE = Durable(SUBMITTED.name, (ApplicationSubmitted, ApplicationWithdrawn))
"""The same durable as a newer version has it."""
SOON = Timing(bus_again_within=0.2, checkpoint_every=0.0)


def of_tomorrow(application: str) -> bytes:
    """A submitted application with a field that this version does not know."""
    return json.dumps({**json.loads(EVENTS.write(submitted(application))), "field_of_tomorrow": 1}).encode()


async def write(nc: Client, subject: str, kind: str, body: bytes) -> None:
    await nc.jetstream().publish(subject, body, headers={"ce-type": kind, "ce-id": subject}, timeout=5)


A = an_application_number()


@pytest.mark.parametrize(
    ("kind", "body", "newer"),
    [
        ("HeardTomorrow", b"{}", True),
        ("ApplicationSubmitted", of_tomorrow(A), True),
        ("ApplicationSubmitted", b"{}", False),
        ("ApplicationSubmitted", of_tomorrow(A).replace(b'"at"', b'"when"'), False),
        ("ApplicationSubmitted", b"garbage", False),
        ("", b"{}", False),
    ],
)
def test_only_what_says_more_than_is_known_here_is_of_a_newer_version(kind: str, body: bytes, newer: bool) -> None:
    stored = Stored("case.A.submitted", 7, datetime.now(UTC), {"ce-type": kind}, body)
    with pytest.raises(Unreadable, match="sequence 7 ") as raised:
        recorded(stored)
    assert isinstance(raised.value, Newer) is newer
    assert isinstance(raised.value, Unavailable) is newer, "over HTTP and to commands it is: not now"


async def test_a_reader_gives_back_what_only_a_newer_version_can_read_and_buries_nothing(
    real_bus: RealBus, journal: Journal, caplog: pytest.LogCaptureFixture
) -> None:
    owner = await a_durable(real_bus)
    nc, deliveries, number = await real_bus.connect(), Deliveries(), an_application_number()
    await write(nc, f"case.{number}.submitted", "ApplicationSubmitted", of_tomorrow(number))
    [other] = await submit(journal)
    async with reading(PullConsumer(nc, SUBMITTED, deliveries, timing=SOON)):
        await until(lambda: caplog.text.count("given back: sequence 1 was written by a newer version") > 1)
        await until(lambda: deliveries.applications == [other])
    assert (await info(owner))["num_ack_pending"] == 1, "it waits for a process of that version"
    assert await open_letters(owner) == []


async def test_beside_a_reader_of_a_newer_version_nothing_is_acknowledged_that_only_that_one_handles(
    real_bus: RealBus, journal: Journal
) -> None:
    owner = await a_durable(real_bus)
    await provision(owner, [MORE])
    old, new = Deliveries(), Deliveries()
    [number] = await submit(journal)
    await withdraw(journal, number)
    async with reading(PullConsumer(await real_bus.connect(), SUBMITTED, old, timing=SOON)):
        await until(lambda: old.applications == [number])
        async with reading(PullConsumer(await real_bus.connect(), MORE, new, timing=SOON)):
            await until(lambda: [delivery.event.tail for delivery in new.all] == ["withdrawn"])
    assert [delivery.event.tail for delivery in old.all] == ["submitted"]


@pytest.mark.parametrize(
    ("pattern", "subject", "wants"),
    [
        ("draw.*.*.frozen", "draw.south.1.frozen", True),
        ("draw.*.*.frozen", "draw.south.1.admitted.1", False),
        ("draw.*.*.frozen", "draw.south.1.void", False),
        ("timer.>", "timer.a.b", True),
        ("timer.>", "timer", False),
        ("timer.>", "timers.a", False),
    ],
)
def test_a_durable_knows_what_it_asked_for(pattern: str, subject: str, wants: bool) -> None:
    assert Durable("d", (), subjects=("none", pattern)).wants(subject) is wants


async def test_a_durable_that_brings_more_is_no_drift_and_one_that_brings_less_is(real_bus: RealBus) -> None:
    owner = await a_durable(real_bus, MORE)
    await check(owner, [SUBMITTED])
    await check(owner, [MORE])
    await provision(owner, [SUBMITTED])
    with pytest.raises(Drift, match="filter_subjects"):
        await check(owner, [MORE])


async def test_an_index_that_cannot_read_a_newer_event_says_so_and_saves_nothing(
    real_bus: RealBus, journal: Journal
) -> None:
    await a_durable(real_bus, FEED)
    nc, watched, number = await real_bus.connect(), Watched(due_in=3600, timing=SOON), an_application_number()
    kept = Checkpoints(nc, FEED.name)
    await kept.start()
    async with running(await real_bus.connect(), watched):
        [first] = await submit(journal)
        await until(kept.read)
        await write(nc, f"case.{number}.submitted", "ApplicationSubmitted", of_tomorrow(number))
        await until(lambda: watched.index.trouble)
        await submit(journal)
        await until(lambda: len(watched.index.entries) == 2)
        await asyncio.sleep(0.2)
    found = await kept.read()
    assert found is not None
    assert list(found.entries) == [first]
    assert "sequence 2 was written by a newer version" in str(watched.index.trouble)


async def test_a_checkpoint_of_a_version_that_passed_over_a_kind_counts_for_none(real_bus: RealBus) -> None:
    nc = await real_bus.connect()
    old = Checkpoints(nc, FEED.name, ["ApplicationSubmitted"])
    await old.start()
    await old.write(5, "then", {"A": {}})
    for kinds, counts in ((["ApplicationSubmitted"], True), (["ApplicationSubmitted", "HeardTomorrow"], False)):
        new = Checkpoints(nc, FEED.name, kinds)
        await new.start()
        assert (await new.read() is not None) is counts


async def test_a_register_with_an_entry_of_a_newer_version_is_not_read_without_it(
    real_bus: RealBus, journal: Journal
) -> None:
    await write(await real_bus.connect(), "register.tax.1", "KeyHeldBackTomorrow", b"{}")
    with pytest.raises(Newer):
        await read_register(journal.history)
