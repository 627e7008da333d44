"""The fate of every message, on a real server: acknowledged, brought again, or buried, and nothing else."""

import asyncio
import itertools
import json
import os
import signal
import time
from contextlib import AsyncExitStack

import pytest
from nats.aio.client import Client
from nats.js.api import Header

from chassis.consume.breaker import Breaker
from chassis.consume.consumer import Delivery, PullConsumer
from chassis.errors import Conflict, Drift, Later, Poison, TooLarge, Unavailable
from chassis.log.dead_letters import open_letters
from chassis.log.durables import Durable
from chassis.log.history import History
from chassis.log.journal import Journal
from chassis.timing import Timing
from contracts.events import EVENTS
from lianshen.catalog import durables
from tests.support.departments import A_THIRD
from tests.support.families import an_application_number, submitted
from tests.support.readers import SUBMITTED, Deliveries, a_durable, info, reading, stop, submit
from tests.support.real_bus import RealBus
from tests.support.waiting import PATIENCE, seconds_until, until


async def letters(nc: Client) -> list[dict[str, object]]:
    """Every message of the dead-letter stream, oldest first."""
    history = History(nc, "DEAD")
    await history.start()
    return [json.loads(stored.body) for stored in await history.after(0, "dead.>", 500)]


async def test_a_handled_message_is_acknowledged_and_never_comes_back(real_bus: RealBus, journal: Journal) -> None:
    await a_durable(real_bus)
    nc, deliveries = await real_bus.connect(), Deliveries()
    numbers = await submit(journal, 20)
    async with reading(PullConsumer(nc, SUBMITTED, deliveries)):
        await until(lambda: len(deliveries.all) == 20)
    seen = await info(nc)
    assert sorted(deliveries.applications) == sorted(numbers)
    assert deliveries.attempts == [1] * 20
    assert (seen["num_pending"], seen["num_ack_pending"], seen["ack_floor"]["consumer_seq"]) == (0, 0, 20)


async def test_a_message_that_is_to_come_later_comes_after_its_delay_and_not_before(
    real_bus: RealBus, journal: Journal
) -> None:
    await a_durable(real_bus)

    async def not_yet(delivery: Delivery) -> None:
        if delivery.attempt == 1:
            raise Later("not yet", 0.8)

    deliveries = Deliveries(not_yet)
    await submit(journal)
    async with reading(PullConsumer(await real_bus.connect(), SUBMITTED, deliveries)):
        await until(lambda: len(deliveries.all) == 2)
        assert 0.8 <= deliveries.at[1] - deliveries.at[0] < 0.8 * PATIENCE
        await asyncio.sleep(0.3)
    assert deliveries.attempts == [1, 2]


async def test_a_failing_handler_is_no_hot_loop_and_each_wait_is_longer(real_bus: RealBus, journal: Journal) -> None:
    await a_durable(real_bus)
    surprises: list[Exception] = [ValueError("a bug"), Unavailable("the disk is full"), Conflict("case.x")]
    failing = dict(zip(await submit(journal, 3), surprises, strict=True))

    async def fails(delivery: Delivery) -> None:
        raise failing[delivery.event.application]

    deliveries = Deliveries(fails)
    async with reading(PullConsumer(await real_bus.connect(), SUBMITTED, deliveries, timing=A_THIRD)):
        await asyncio.sleep(1.2)
        seen = list(zip(deliveries.at, deliveries.applications, strict=True))
    for number, surprise in failing.items():
        at = [at for at, application in seen if application == number]
        waits = [after - before for before, after in itertools.pairwise(at)]
        # A lost compare-and-set tries again in a moment; anything else waits ever longer.
        assert 2 <= len(at) <= (12 if isinstance(surprise, Conflict) else 3)
        assert waits == sorted(waits)
        assert waits[0] >= (0.05 if isinstance(surprise, Conflict) else A_THIRD.retry(1, 0))


async def test_a_surprise_is_buried_after_many_deliveries_and_then_never_seen_again(
    real_bus: RealBus, journal: Journal
) -> None:
    await a_durable(real_bus)

    async def fails(delivery: Delivery) -> None:
        raise KeyError(delivery.event.application)

    nc, deliveries = await real_bus.connect(), Deliveries(fails)
    [number] = await submit(journal)
    async with reading(PullConsumer(nc, SUBMITTED, deliveries, timing=Timing(many_deliveries=3, retry_after=(0.05,)))):
        await until(lambda: len(deliveries.all) == 3)
        await asyncio.sleep(0.5)
    [letter] = await letters(nc)
    assert deliveries.attempts == [1, 2, 3]
    assert letter["reason"] == "failed with KeyError"
    assert (letter["durable"], letter["sequence"], letter["attempts"]) == (
        "test-reader",
        deliveries.all[0].sequence,
        3,
    )
    assert number not in json.dumps(letter)
    assert (await info(nc))["num_ack_pending"] == 0


async def test_what_can_never_succeed_becomes_one_dead_letter_with_a_pointer_and_no_body(
    real_bus: RealBus, journal: Journal
) -> None:
    await a_durable(real_bus)
    reasons: list[Exception] = [Poison("no such department"), TooLarge("larger than the bus takes")]
    hopeless = dict(zip(await submit(journal, 2), reasons, strict=True))

    async def refuses(delivery: Delivery) -> None:
        raise hopeless[delivery.event.application]

    nc, deliveries = await real_bus.connect(), Deliveries(refuses)
    async with reading(PullConsumer(nc, SUBMITTED, deliveries)):
        await until(lambda: len(deliveries.all) == 2)
        await asyncio.sleep(0.5)
    assert deliveries.attempts == [1, 1]
    assert (await info(nc))["num_ack_pending"] == 0
    buried = {letter["sequence"]: letter for letter in await letters(nc)}
    assert len(await letters(nc)) == len(buried) == 2
    for delivery in deliveries.all:
        letter = buried[delivery.sequence]
        assert letter.keys() == {"durable", "sequence", "at", "stream", "attempts", "reason", "open"}
        assert (letter["stream"], letter["durable"], letter["attempts"]) == ("CASES", "test-reader", 1)
        assert (letter["reason"], letter["open"]) == (str(hopeless[delivery.event.application]), True)
        assert delivery.event.application not in json.dumps(letter)


async def test_an_unreadable_message_is_buried_unread_and_its_body_stays_where_it_is(real_bus: RealBus) -> None:
    await a_durable(real_bus)
    canary = b"150303198001010019"
    unreadable = [
        ("ApplicationSubmitted", b'{"form": "' + canary + b'"}'),
        ("ApplicationSubmitted", b"\xff\xfe" + canary),
        ("", canary),
    ]
    nc, deliveries = await real_bus.connect(), Deliveries()
    stored = [
        await nc.jetstream().publish(
            f"case.{an_application_number()}.submitted", body, stream="CASES", headers={"ce-type": kind}
        )
        for kind, body in unreadable
    ]
    async with reading(PullConsumer(nc, SUBMITTED, deliveries)):
        await until(lambda: no_more(nc))
    buried = await letters(nc)
    assert deliveries.all == []
    assert sorted(str(letter["sequence"]) for letter in buried) == sorted(str(ack.seq) for ack in stored)
    assert canary.decode() not in json.dumps(buried)


async def no_more(nc: Client, durable: Durable = SUBMITTED) -> bool:
    seen = await info(nc, durable)
    return not (seen["num_pending"] or seen["num_ack_pending"])


async def test_an_event_whose_headers_look_like_the_servers_own_word_is_handled_as_any_other(
    real_bus: RealBus, journal: Journal
) -> None:
    await a_durable(real_bus)
    nc, deliveries = await real_bus.connect(), Deliveries()
    deleted = {Header.DESCRIPTION.value: "Consumer Deleted", "ce-type": "ApplicationSubmitted"}
    for status in ("100", "404", "409"):
        await nc.jetstream().publish(
            f"case.{an_application_number()}.submitted",
            b"{}",
            stream="CASES",
            headers={"Status": status, **deleted},
        )
    await submit(journal)
    async with reading(PullConsumer(nc, SUBMITTED, deliveries)):
        await until(lambda: no_more(nc))
    assert len(deliveries.all) == 1
    assert len(await letters(nc)) == 3


async def test_a_cancelled_handler_gives_its_message_to_the_next_reader_at_once(
    real_bus: RealBus, journal: Journal
) -> None:
    await a_durable(real_bus)
    nc = await real_bus.connect()
    stuck, next_one = Deliveries(lambda delivery: asyncio.sleep(100)), Deliveries()
    await submit(journal)
    reader = PullConsumer(nc, SUBMITTED, stuck)
    async with reading(reader):
        await until(lambda: stuck.running == 1)
        for task in reader.running:
            task.cancel()
        await until(lambda: stuck.running == 0)
        reader.stopping = True
    async with reading(PullConsumer(await real_bus.connect(), SUBMITTED, next_one)):
        await until(lambda: len(next_one.all) == 1, within=2.5)
    assert next_one.attempts == [2]


async def test_a_poison_message_slows_nobody(real_bus: RealBus, journal: Journal) -> None:
    await a_durable(real_bus)

    async def all_but_one(delivery: Delivery) -> None:
        if delivery.event.application == poisoned:
            raise Poison("this one")

    nc, deliveries = await real_bus.connect(), Deliveries(all_but_one)
    [poisoned] = await submit(journal)
    healthy = await submit(journal, 200)
    async with reading(PullConsumer(nc, SUBMITTED, deliveries, concurrency=4)):
        took = await seconds_until(lambda: len(deliveries.all) == 201)
    assert took < 3 * PATIENCE
    assert sorted(deliveries.applications) == sorted([poisoned, *healthy])
    assert [letter["reason"] for letter in await open_letters(nc)] == ["this one"]


async def test_never_more_handlers_run_than_were_allowed(real_bus: RealBus, journal: Journal) -> None:
    await a_durable(real_bus)
    deliveries = Deliveries(lambda delivery: asyncio.sleep(0.05))
    await submit(journal, 60)
    async with reading(PullConsumer(await real_bus.connect(), SUBMITTED, deliveries, concurrency=5)):
        await until(lambda: len(deliveries.all) == 60)
    assert deliveries.most == 5


@pytest.mark.parametrize("gone", ["CONSUMER.DELETE.CASES.test-reader", "STREAM.DELETE.CASES"])
async def test_a_durable_that_is_gone_ends_the_reader_with_what_to_do(real_bus: RealBus, gone: str) -> None:
    owner = await a_durable(real_bus)
    nc = await real_bus.connect()
    async with reading(PullConsumer(nc, SUBMITTED, Deliveries())) as task:
        await until(lambda: waiting(owner))
        await owner.request(f"$JS.API.{gone}", b"", timeout=5)
        await until(task.done)
        with pytest.raises(Drift, match="test-reader is not there; run `lianshen provision`"):
            await task


async def waiting(nc: Client) -> bool:
    """Whether a reader has a request open."""
    return bool((await info(nc))["num_waiting"])


async def test_a_durable_that_was_never_made_ends_the_reader_too(real_bus: RealBus) -> None:
    async with reading(PullConsumer(await real_bus.connect(), SUBMITTED, Deliveries())) as task:
        await until(task.done)
        with pytest.raises(Drift):
            await task


async def test_a_reader_goes_on_by_itself_when_the_server_was_killed_and_comes_back(
    real_bus: RealBus, journal: Journal
) -> None:
    await a_durable(real_bus)
    deliveries = Deliveries()
    reader = PullConsumer(await real_bus.connect(), SUBMITTED, deliveries)
    async with reading(reader) as task:
        await submit(journal)
        await until(lambda: len(deliveries.all) == 1)
        assert real_bus.server.pid is not None
        os.kill(real_bus.server.pid, signal.SIGKILL)
        await until(lambda: real_bus.server.restarts == 1)
        await until(lambda: all(bus.nc.is_connected for bus in real_bus.connections), within=10)
        await submit(journal)
        await until(lambda: len(set(deliveries.applications)) == 2)
        assert not task.done()


async def test_a_server_that_stood_still_is_read_again_and_no_more_is_begun_than_allowed(
    real_bus: RealBus, journal: Journal
) -> None:
    await a_durable(real_bus)
    deliveries = Deliveries(lambda delivery: asyncio.sleep(0.05))
    async with reading(
        PullConsumer(await real_bus.connect(), SUBMITTED, deliveries, 3, timing=Timing(fetch_lost_after=0.1))
    ):
        assert real_bus.server.pid is not None
        os.kill(real_bus.server.pid, signal.SIGSTOP)
        await asyncio.sleep(2.4)
        os.kill(real_bus.server.pid, signal.SIGCONT)
        numbers = await submit(journal, 30)
        await until(lambda: set(deliveries.applications) == set(numbers))
    assert deliveries.most <= 3
    assert len(deliveries.all) == 30


async def test_handlers_that_run_at_the_end_finish_and_nothing_stays_pending(
    real_bus: RealBus, journal: Journal
) -> None:
    await a_durable(real_bus)
    nc, deliveries = await real_bus.connect(), Deliveries(lambda delivery: asyncio.sleep(0.5))
    await submit(journal, 40)
    reader = PullConsumer(nc, SUBMITTED, deliveries, concurrency=8)
    async with reading(reader) as task:
        await until(lambda: deliveries.running == 8)
        began = time.monotonic()
        await stop(reader, task)
        assert time.monotonic() - began < 5 * PATIENCE
    assert deliveries.running == 0
    await until(lambda: nothing_pending(nc))
    assert (await info(nc))["num_pending"] == 40 - len(deliveries.all) > 0


async def nothing_pending(nc: Client) -> bool:
    return not (await info(nc))["num_ack_pending"]


async def test_what_came_while_a_reader_stopped_goes_to_the_next_at_once(real_bus: RealBus) -> None:
    await a_durable(real_bus)
    nc, kiosk = await real_bus.connect(), await real_bus.connect()
    deliveries, numbers = Deliveries(), list[str]()

    async def submits_without_end() -> None:
        while True:
            event = submitted(an_application_number())
            numbers.append(event.application)
            await kiosk.publish(
                EVENTS.subject_of(event), EVENTS.write(event), headers={"ce-type": "ApplicationSubmitted"}
            )
            await asyncio.sleep(0.0005)

    busy, stops = asyncio.create_task(submits_without_end()), 0
    while stops < 10 or len(numbers) <= 500:
        reader = PullConsumer(nc, SUBMITTED, deliveries)
        async with reading(reader):
            await asyncio.sleep(0.02)
        assert not busy.done()
        stops += 1
    busy.cancel()
    await kiosk.flush()
    async with reading(PullConsumer(nc, SUBMITTED, deliveries)):
        await until(lambda: no_more(nc), within=4)
    assert set(numbers) == set(deliveries.applications)


# --- whether anything may have been missed ---------------------------------------------------------------------


async def test_deliveries_that_follow_one_another_have_no_gap_but_the_first_one_may(
    real_bus: RealBus, journal: Journal
) -> None:
    await a_durable(real_bus)
    deliveries = Deliveries()
    async with reading(PullConsumer(await real_bus.connect(), SUBMITTED, deliveries, concurrency=4)):
        for _ in range(3):
            await submit(journal, 10)
            await asyncio.sleep(0.15)
        await until(lambda: len(deliveries.all) == 30)
    sequences = [delivery.sequence for delivery in deliveries.all]
    assert sequences == sorted(sequences)
    assert [delivery.after_gap for delivery in deliveries.all] == [True] + [False] * 29


async def test_a_reader_that_starts_again_does_not_know_what_came_meanwhile(
    real_bus: RealBus, journal: Journal
) -> None:
    await a_durable(real_bus)
    gaps = []
    for _ in range(2):
        deliveries = Deliveries()
        await submit(journal, 2)
        async with reading(PullConsumer(await real_bus.connect(), SUBMITTED, deliveries)):
            await until(lambda deliveries=deliveries: len(deliveries.all) == 2)  # type: ignore[misc]
        gaps.append([delivery.after_gap for delivery in deliveries.all])
    assert gaps == [[True, False]] * 2


async def test_what_another_reader_was_given_is_a_gap_for_this_one(real_bus: RealBus, journal: Journal) -> None:
    await a_durable(real_bus)
    one, other = Deliveries(), Deliveries()
    async with (
        reading(PullConsumer(await real_bus.connect(), SUBMITTED, one)),
        reading(PullConsumer(await real_bus.connect(), SUBMITTED, other)),
    ):
        for _ in range(40):
            await submit(journal)
        await until(lambda: len(one.all) + len(other.all) == 40)
    assert one.all
    assert other.all
    for deliveries in (one, other):
        sequences = [delivery.sequence for delivery in deliveries.all]
        assert sequences == sorted(sequences)
        missed = [True] + [after - before > 1 for before, after in itertools.pairwise(sequences)]
        assert [delivery.after_gap for delivery in deliveries.all] == missed


async def test_a_message_that_was_given_back_unseen_is_a_gap_for_what_comes_next(
    real_bus: RealBus, journal: Journal
) -> None:
    """While the breaker is open, what was on its way already is given back; another reader may take it."""
    await a_durable(real_bus)
    breaker = Breaker()

    async def fails_once(delivery: Delivery) -> None:
        if delivery.sequence == 2 and delivery.attempt == 1:
            for _ in range(5):
                breaker.failed(time.monotonic())
            assert breaker.is_open
            await submit(journal, 3)
            await asyncio.sleep(0.3)
            breaker.succeeded()

    deliveries = Deliveries(fails_once)
    async with reading(PullConsumer(await real_bus.connect(), SUBMITTED, deliveries, breaker=breaker)):
        await submit(journal, 2)
        await until(lambda: {delivery.sequence for delivery in deliveries.all} == {1, 2, 3, 4, 5})
    first_seen = {delivery.sequence: delivery.after_gap for delivery in reversed(deliveries.all)}
    assert (first_seen[1], first_seen[2]) == (True, False)
    given_back = [delivery for delivery in deliveries.all if delivery.attempt > 1]
    assert given_back, "something was given back"
    assert given_back[0].after_gap


async def test_what_comes_again_is_no_gap_in_the_deliveries_but_what_it_passes_may_be(
    real_bus: RealBus, journal: Journal
) -> None:
    """A redelivery has a number of its own: nothing was missed by it, and its event is known for what it is."""
    await a_durable(real_bus)

    async def later(delivery: Delivery) -> None:
        if delivery.attempt == 1 and delivery.sequence == 1:
            raise Later("not yet", 0.1)

    deliveries = Deliveries(later)
    async with reading(PullConsumer(await real_bus.connect(), SUBMITTED, deliveries)):
        await submit(journal)
        await until(lambda: len(deliveries.all) == 2)
        await submit(journal, 2)
        await until(lambda: len(deliveries.all) == 4)
    assert [(delivery.sequence, delivery.attempt) for delivery in deliveries.all] == [(1, 1), (1, 2), (2, 1), (3, 1)]
    assert [delivery.after_gap for delivery in deliveries.all] == [True, False, False, False]


async def test_a_header_that_names_a_reply_subject_deletes_nothing(real_bus: RealBus) -> None:
    owner = await real_bus.connect("provisioner")
    everything = [durable for durable in durables() if durable.pushed_to is None]
    for durable in everything:
        subject = durable.filters[0].replace("*", an_application_number(), 1).replace("*", "1").replace(">", "1")
        await owner.jetstream().publish(
            subject,
            b"{}",
            stream=durable.stream,
            headers={
                "reply_to": "$JS.API.STREAM.DELETE.CASES",
                "reply-to": "$JS.API.STREAM.DELETE.CASES",
                "Reply-To": "$JS.API.STREAM.DELETE.CASES",
                "correlation_id": "1",
                "ce-type": durable.to[0].__name__ if durable.to else "",
            },
        )

    async def returns(delivery: Delivery) -> bytes:
        return b"{}"

    async with AsyncExitStack() as stack:
        for durable in everything:
            # With the provisioner's rights nothing but the reader itself stands between the header and the stream.
            await stack.enter_async_context(reading(PullConsumer(owner, durable, returns)))  # type: ignore[arg-type]
        for durable in everything:
            await until(lambda durable=durable: no_more(owner, durable))  # type: ignore[misc]
    reply = json.loads((await owner.request("$JS.API.STREAM.INFO.CASES", b"", timeout=5)).data)
    assert reply["state"]["first_seq"] == 1
    assert reply["state"].get("num_deleted", 0) == 0
