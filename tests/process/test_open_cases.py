"""The index of open cases: it follows the log, fires what is due, and can be lost without harm."""

import asyncio
import json
import time
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg

from chassis.consume import checkpoints
from chassis.consume.checkpoints import Checkpoint, Checkpoints
from chassis.consume.due_index import DueIndex, DueItem, LogRecord, feed_for
from chassis.errors import Drift, Unavailable
from chassis.log.history import History
from chassis.log.journal import STREAM, Journal
from chassis.log.stored import Stored
from chassis.timing import TIMING, Timing
from contracts.events import ApplicationSubmitted, ApplicationWithdrawn, DepartmentAnswered
from tests.support.families import an_application_number, answered
from tests.support.readers import a_durable, submit
from tests.support.real_bus import RealBus
from tests.support.waiting import ended, seconds_until, until

FEED = feed_for("watched", ApplicationSubmitted, DepartmentAnswered, ApplicationWithdrawn)


class Watched:
    """An index of submitted cases that are due at once, and everything it noted and fired."""

    def __init__(self, due_in: float = 0.0, timing: Timing = TIMING) -> None:
        self.noted: list[str] = []
        self.fired: list[str] = []
        self.restored: list[str] = []
        self.failing = False
        self.due_in = timedelta(seconds=due_in)
        self.index = DueIndex(FEED, self.note, self.due, self.fire, self.restored.extend, every=0.05, timing=timing)

    def note(self, entry: DueItem | None, seen: LogRecord) -> DueItem | None:
        # Where an event stands and what it is need no body; what it says does.
        if seen.kind == ApplicationSubmitted.__name__:
            entry = {"at": seen.event.at.isoformat()}
        elif seen.kind == ApplicationWithdrawn.__name__:
            entry = None
        self.noted.append(seen.application)
        return entry

    def due(self, entry: DueItem) -> datetime | None:
        return datetime.fromisoformat(entry["at"]) + self.due_in

    async def fire(self, application: str, entry: DueItem) -> DueItem | None:
        self.fired.append(application)
        if self.failing:
            raise Unavailable("not now")
        return entry


@asynccontextmanager
async def running(nc: Client, watched: Watched) -> AsyncIterator[None]:
    task = asyncio.create_task(watched.index.run(nc))
    try:
        yield
        assert not task.done()
    finally:
        await ended(task)


async def withdraw(journal: Journal, number: str) -> None:
    withdrawn = ApplicationWithdrawn(application=number, at=datetime.now(UTC), reason="moved", by="family")
    await journal.decide(await journal.load(number), withdrawn)


def counting_reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sequences after which the log was read, from now on."""
    read, after = list[int](), History.after

    async def counted(self: History, sequence: int, subjects: str, most: int = 500) -> list[Stored]:
        read.append(sequence)
        return await after(self, sequence, subjects, most)

    monkeypatch.setattr(History, "after", counted)
    return read


def losing_deliveries(monkeypatch: pytest.MonkeyPatch, lost: Callable[[int], bool]) -> None:
    """A feed whose deliveries get lost by their numbers, as a slow connection's do."""
    pushed = DueIndex._pushed

    async def loses(self: DueIndex, message: Msg) -> None:
        if not lost(message.metadata.sequence.consumer):
            await pushed(self, message)

    monkeypatch.setattr(DueIndex, "_pushed", loses)


# --- what is due -----------------------------------------------------------------------------------------------


async def test_what_is_due_is_fired_at_its_time_and_then_only_after_a_while(
    real_bus: RealBus, journal: Journal
) -> None:
    await a_durable(real_bus, FEED)
    watched = Watched(due_in=0.5)
    async with running(await real_bus.connect(), watched):
        began = time.monotonic()
        [number] = await submit(journal)
        await seconds_until(lambda: watched.fired == [number])
        # From before it was written: on a slow machine it is due as soon as that is known to have been stored.
        assert time.monotonic() - began >= 0.4
        await asyncio.sleep(0.3)
    assert watched.fired == [number]


async def test_what_was_fired_and_is_still_due_is_fired_again_after_a_while(
    real_bus: RealBus, journal: Journal
) -> None:
    await a_durable(real_bus, FEED)
    watched = Watched(timing=Timing(fire_again_after=0.3))
    async with running(await real_bus.connect(), watched):
        [number] = await submit(journal)
        await until(lambda: watched.fired == [number])
        assert await seconds_until(lambda: watched.fired == [number] * 2) >= 0.2


async def test_what_could_not_be_done_is_tried_again_at_the_next_look(real_bus: RealBus, journal: Journal) -> None:
    await a_durable(real_bus, FEED)
    watched = Watched()
    watched.failing = True
    async with running(await real_bus.connect(), watched):
        [number] = await submit(journal)
        await until(lambda: len(watched.fired) >= 3)
        watched.failing = False
        fired = len(watched.fired)
        await asyncio.sleep(0.3)
    assert len(watched.fired) <= fired + 2
    assert set(watched.fired) == {number}


async def test_a_closed_case_is_forgotten_and_no_longer_due(real_bus: RealBus, journal: Journal) -> None:
    await a_durable(real_bus, FEED)
    watched = Watched(due_in=0.6)
    async with running(await real_bus.connect(), watched):
        gone, still_open = await submit(journal, 2)
        await withdraw(journal, gone)
        await until(lambda: watched.fired == [still_open])
    assert list(watched.index.entries) == [still_open]


async def test_what_fire_returns_is_kept_of_the_case_and_nothing_ends_its_entry(
    real_bus: RealBus, journal: Journal
) -> None:
    await a_durable(real_bus, FEED)
    watched = Watched(timing=Timing(fire_again_after=0.0))

    async def fire(application: str, entry: DueItem) -> DueItem | None:
        watched.fired.append(application)
        return {**entry, "told": watched.fired.count(application)} if application == kept else None

    watched.index.fire = fire
    kept, over = await submit(journal, 2)
    async with running(await real_bus.connect(), watched):
        await until(lambda: watched.fired.count(kept) >= 3)
    assert watched.fired.count(over) == 1
    assert list(watched.index.entries) == [kept]
    assert watched.index.entries[kept]["told"] >= 2


async def test_a_case_that_was_closed_while_it_was_fired_does_not_come_back(
    real_bus: RealBus, journal: Journal
) -> None:
    await a_durable(real_bus, FEED)
    watched, may_return = Watched(timing=Timing(fire_again_after=0.0)), asyncio.Event()

    async def fire(application: str, entry: DueItem) -> DueItem | None:
        watched.fired.append(application)
        await may_return.wait()
        return entry

    watched.index.fire = fire
    async with running(await real_bus.connect(), watched):
        [number] = await submit(journal)
        await until(lambda: watched.fired == [number])
        await withdraw(journal, number)
        await until(lambda: number not in watched.index.entries)
        may_return.set()
        await asyncio.sleep(0.3)
    assert watched.fired == [number]
    assert watched.index.entries == {}


@pytest.mark.parametrize("keeps", [True, False])
async def test_what_the_feed_brought_while_a_case_was_fired_stands_and_is_due_at_once(
    real_bus: RealBus, journal: Journal, keeps: bool
) -> None:
    await a_durable(real_bus, FEED)
    watched, may_return, given = Watched(), asyncio.Event(), list[DueItem]()
    watched.index.note = lambda entry, seen: {"at": seen.event.at.isoformat(), "after": seen.kind}

    async def fire(application: str, entry: DueItem) -> DueItem | None:
        given.append(entry)
        await may_return.wait()
        return {**entry, "told": True} if keeps else None

    watched.index.fire = fire
    async with running(await real_bus.connect(), watched):
        [number] = await submit(journal)
        await until(lambda: len(given) == 1)
        await journal.once(answered(number, "tax"))
        await until(lambda: watched.index.entries[number]["after"] == "DepartmentAnswered")
        may_return.set()
        await until(lambda: len(given) == 2)
        await until(lambda: (number in watched.index.entries) is keeps)
    assert [entry["after"] for entry in given] == ["ApplicationSubmitted", "DepartmentAnswered"]
    assert [entry.get("after") for entry in watched.index.entries.values()] == ["DepartmentAnswered"] * keeps


async def test_what_changed_after_it_was_fired_is_due_anew_at_once(real_bus: RealBus, journal: Journal) -> None:
    await a_durable(real_bus, FEED)
    watched = Watched()
    watched.index.note = lambda entry, seen: {"at": seen.event.at.isoformat()}
    async with running(await real_bus.connect(), watched):
        [number] = await submit(journal)
        await until(lambda: watched.fired == [number])
        await withdraw(journal, number)
        await until(lambda: watched.fired == [number] * 2)
        await asyncio.sleep(0.2)
    assert watched.fired == [number] * 2


async def test_one_case_that_cannot_be_handled_holds_no_other(real_bus: RealBus, journal: Journal) -> None:
    await a_durable(real_bus, FEED)
    watched, bad = Watched(), list[str]()

    async def fire(application: str, entry: DueItem) -> DueItem | None:
        watched.fired.append(application)
        if application in bad:
            raise KeyError("a bug")
        return entry

    watched.index.fire = fire
    bad += await submit(journal)
    good = await submit(journal, 3)
    async with running(await real_bus.connect(), watched):
        await until(lambda: set(good) <= set(watched.fired))


async def test_an_unreadable_record_is_passed_over(real_bus: RealBus, journal: Journal) -> None:
    await a_durable(real_bus, FEED)
    nc, watched = await real_bus.connect(), Watched()

    async def nonsense(kind: str) -> None:
        subject = f"case.{an_application_number()}.submitted"
        await nc.jetstream().publish(subject, b"{}", stream="CASES", headers={"ce-type": kind})

    await nonsense("Nonsense")
    await nonsense("ApplicationSubmitted")
    [before] = await submit(journal)
    async with running(nc, watched):
        await until(lambda: watched.noted == [before])
        await nonsense("Nonsense")
        await nonsense("ApplicationSubmitted")
        [after] = await submit(journal)
        await until(lambda: watched.noted == [before, after])


# --- the feed --------------------------------------------------------------------------------------------------


async def test_the_feed_brings_an_event_at_once_although_the_index_looks_seldom(
    real_bus: RealBus, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    await a_durable(real_bus, FEED)
    watched, read = Watched(due_in=3600), counting_reads(monkeypatch)
    watched.index.every = 3600
    async with running(await real_bus.connect(), watched):
        await until(lambda: watched.index.ready)
        read.clear()
        numbers = await submit(journal, 20)
        await until(lambda: sorted(watched.index.entries) == sorted(numbers), within=1)
    assert read == [], "nothing is read that the feed has brought"


async def test_the_feed_and_the_log_say_the_same_instant_of_an_event(real_bus: RealBus, journal: Journal) -> None:
    """Or a checkpoint made after a delivery would not be known again as one of this log."""
    await a_durable(real_bus, FEED)
    watched, brought = Watched(due_in=3600), dict[int, datetime]()

    def note(entry: DueItem | None, seen: LogRecord) -> DueItem | None:
        brought[seen.stored.sequence] = seen.stored.at
        return None

    watched.index.note = note
    async with running(await real_bus.connect(), watched):
        await until(lambda: watched.index.ready)
        await submit(journal, 40)
        await until(lambda: len(brought) == 40)
    assert brought == {it.sequence: it.at for it in await journal.history.after(0, ">", 500)}


async def test_two_replicas_are_each_brought_every_event(
    real_bus: RealBus, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    await a_durable(real_bus, FEED)
    one, other, read = Watched(due_in=3600), Watched(due_in=3600), counting_reads(monkeypatch)
    async with running(await real_bus.connect(), one), running(await real_bus.connect(), other):
        await until(lambda: one.index.ready and other.index.ready)
        read.clear()
        numbers = await submit(journal, 50)
        await withdraw(journal, numbers[0])
        await until(lambda: list(one.index.entries) == list(other.index.entries) and len(one.noted) == 51)
    assert one.noted == other.noted
    assert set(one.index.entries) == set(numbers[1:])
    assert read == []


async def test_a_lost_delivery_of_the_feed_is_noticed_by_the_next_and_read_from_the_log(
    real_bus: RealBus, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    await a_durable(real_bus, FEED)
    losing_deliveries(monkeypatch, lambda place: place in (3, 4, 9))
    watched = Watched(due_in=3600)
    async with running(await real_bus.connect(), watched):
        await until(lambda: watched.index.ready)
        numbers = []
        for _ in range(12):
            numbers += await submit(journal)
            await asyncio.sleep(0.02)
        await until(lambda: watched.noted == numbers)
    assert list(watched.index.entries) == numbers


async def test_a_delivery_that_was_lost_last_of_all_is_noticed_by_the_look_at_the_feed(
    real_bus: RealBus, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    await a_durable(real_bus, FEED)
    losing_deliveries(monkeypatch, lambda place: place == 3)
    watched = Watched(due_in=3600, timing=Timing(fed_every=0.5))
    async with running(await real_bus.connect(), watched):
        await until(lambda: watched.index.ready)
        numbers = await submit(journal, 2)
        await until(lambda: len(watched.noted) == 2)
        numbers += await submit(journal)
        await until(lambda: set(watched.noted) == set(numbers), within=2)


async def test_the_very_first_delivery_is_missed_too_when_it_is_lost(
    real_bus: RealBus, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    await a_durable(real_bus, FEED)
    losing_deliveries(monkeypatch, lambda place: place == 1)
    watched = Watched(due_in=3600, timing=Timing(fed_every=0.3))
    async with running(await real_bus.connect(), watched):
        await until(lambda: watched.index.ready)
        lost = await submit(journal)
        await until(lambda: watched.noted == lost, within=2)


async def test_the_first_delivery_that_a_replica_missed_is_noticed_by_the_second(
    real_bus: RealBus, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    await a_durable(real_bus, FEED)
    losing_deliveries(monkeypatch, lambda place: place == 1)
    watched = Watched(due_in=3600)
    async with running(await real_bus.connect(), watched):
        await until(lambda: watched.index.ready)
        numbers = [*await submit(journal), *await submit(journal)]
        await until(lambda: sorted(watched.index.entries) == sorted(numbers), within=2)


async def test_a_read_that_is_behind_the_feed_skips_nothing(
    real_bus: RealBus, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With three replicas a read may be answered by one that does not have the newest events yet."""
    await a_durable(real_bus, FEED)
    losing_deliveries(monkeypatch, lambda place: place == 2)
    after, stale = History.after, True

    async def behind(self: History, sequence: int, subjects: str, most: int = 500) -> list[Stored]:
        return [it for it in await after(self, sequence, subjects, most) if it.sequence <= 1 or not stale]

    watched = Watched(due_in=3600)
    async with running(await real_bus.connect(), watched):
        await until(lambda: watched.index.ready)
        monkeypatch.setattr(History, "after", behind)
        numbers = await submit(journal)
        await until(lambda: watched.noted == numbers)
        numbers += await submit(journal)
        numbers += await submit(journal)
        await asyncio.sleep(0.3)
        stale = False
        await until(lambda: sorted(watched.index.entries) == sorted(numbers), within=2)


async def test_more_deliveries_than_are_kept_while_the_log_is_read_are_read_from_it_too(
    real_bus: RealBus, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    await a_durable(real_bus, FEED)
    after, may_read = History.after, asyncio.Event()

    async def slowly(self: History, sequence: int, subjects: str, most: int = 500) -> list[Stored]:
        page = await after(self, sequence, subjects, most)
        await may_read.wait()
        return page

    monkeypatch.setattr(History, "after", slowly)
    watched = Watched(due_in=3600, timing=Timing(most_waiting=10))
    async with running(await real_bus.connect(), watched):
        await asyncio.sleep(0.3)
        numbers = await submit(journal, 35)
        await asyncio.sleep(0.2)
        assert (watched.noted, watched.index.ready) == ([], False)
        assert len(watched.index._arrived) <= 10
        may_read.set()
        await until(lambda: sorted(watched.noted) == sorted(numbers))
    assert len(watched.noted) == 35, "nothing was noted twice"


async def test_a_feed_that_was_deleted_ends_the_index_with_what_to_do(real_bus: RealBus, journal: Journal) -> None:
    owner, watched = await a_durable(real_bus, FEED), Watched(timing=Timing(fed_every=0.2))
    task = asyncio.create_task(watched.index.run(await real_bus.connect()))
    await submit(journal)
    await until(lambda: watched.index.ready)
    await owner.request(f"$JS.API.CONSUMER.DELETE.{STREAM}.{FEED.name}", b"", timeout=5)
    await until(task.done)
    with pytest.raises(Drift, match="watched-index is not there; run `lianshen provision`"):
        await task


# --- checkpoints -----------------------------------------------------------------------------------------------


async def test_a_restart_goes_on_from_the_checkpoint_and_reads_only_the_tail(
    real_bus: RealBus, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    await a_durable(real_bus, FEED)
    nc, first, second = (
        await real_bus.connect(),
        Watched(timing=Timing(checkpoint_every=0.0)),
        Watched(timing=Timing(checkpoint_every=0.0)),
    )
    before = await submit(journal, 30)
    async with running(nc, first):
        await until(lambda: len(first.noted) == 30)
        await asyncio.sleep(0.2)
    after = await submit(journal, 3)
    read = counting_reads(monkeypatch)
    async with running(await real_bus.connect(), second):
        await until(lambda: len(second.index.entries) == 33)
        await until(lambda: set(second.fired) == {*before, *after})
    assert sorted(second.restored) == sorted(before)
    assert sorted(second.noted) == sorted(after)
    assert min(read) >= 29


async def test_five_thousand_entries_are_kept_in_parts_and_taken_up_again(real_bus: RealBus, journal: Journal) -> None:
    await a_durable(real_bus, FEED)
    nc, first, second = (
        await real_bus.connect(),
        Watched(due_in=3600, timing=Timing(checkpoint_every=0.0)),
        Watched(due_in=3600, timing=Timing(checkpoint_every=0.0)),
    )
    now = datetime.now(UTC).isoformat()
    for watched in (first, second):
        watched.index.note = lambda entry, seen: {"at": now, "of": seen.application}
    for n in range(5000):
        await nc.publish(f"case.N{n}.submitted", b"{}", headers={"ce-type": "ApplicationSubmitted"})
    await nc.flush()
    async with running(await real_bus.connect(), first):
        await until(lambda: len(first.index.entries) == 5000, within=10)
        await until(checkpointed(nc, 5000))
    before = list(first.index.entries)
    await submit(journal)
    async with running(await real_bus.connect(), second):
        await until(lambda: len(second.index.entries) == 5001)
        await until(checkpointed(nc, 5001))
    assert second.restored == before
    assert {number: entry["of"] for number, entry in second.index.entries.items()} == {
        number: number for number in second.index.entries
    }
    head = await newest(nc, "checkpoint.watched-index")
    assert head is not None
    subjects = [f"checkpoint.watched-index.{json.loads(head.body)['set']}.{n}" for n in range(3)]
    parts = [await newest(nc, subject) for subject in subjects]
    assert json.loads(head.body)["parts"] == 3
    assert [len(json.loads(zlib.decompress(part.body))["entries"]) for part in parts if part] == [2000, 2000, 1001]


async def newest(nc: Client, subject: str) -> Stored | None:
    history = History(nc, checkpoints.STREAM)
    await history.start()
    return await history.last(subject)


def checkpointed(nc: Client, entries: int) -> Callable[[], Awaitable[bool]]:
    """Whether a checkpoint of so many entries is there."""

    async def look() -> bool:
        found = await read_checkpoint(nc)
        return found is not None and len(found.entries) == entries

    return look


async def read_checkpoint(nc: Client) -> Checkpoint | None:
    kept = Checkpoints(nc, FEED.name)
    await kept.start()
    return await kept.read()


def packed(state: object) -> bytes:
    return zlib.compress(json.dumps(state).encode())


def head(at: str, **more: object) -> bytes:
    kinds = [kind.__name__ for kind in FEED.to]
    return json.dumps({"sequence": 2, "at": at, "set": 0, "parts": 1, "kinds": kinds} | more).encode()


def unfit(at: str) -> dict[str, tuple[bytes, bytes | None]]:
    """A head and its one part; `at` is the instant that the log has at sequence 2."""
    fit = packed({"sequence": 2, "entries": {"A": {"at": at}}})
    return {
        "a head that is no JSON": (b"hello", fit),
        "a head that is no object": (b"[]", fit),
        "a head of an older version": (packed({"sequence": 2, "at": at, "entries": {"A": {"at": at}}}), fit),
        "a head without its parts": (json.dumps({"sequence": 2, "at": at, "set": 0}).encode(), fit),
        "a head with nonsense in it": (head(at, parts="many"), fit),
        "a head of a version that kept nothing of some kinds": (head(at, kinds=[]), fit),
        "a head of another log": (head("2020-01-01T00:00:00+00:00"), fit),
        "a head beyond the log": (head(at, sequence=999), packed({"sequence": 999, "entries": {"A": {"at": at}}})),
        "a part that is missing": (head(at, parts=2), fit),
        "a part of the other set": (head(at, set=1), fit),
        "a part of another checkpoint": (head(at), packed({"sequence": 1, "entries": {"A": {"at": at}}})),
        "a part that is not packed": (head(at), b"hello"),
        "a part that is no JSON": (head(at), zlib.compress(b"hello")),
        "a part that is no object": (head(at), packed([])),
        "a part without entries": (head(at), packed({"sequence": 2})),
        "a part whose entries are none": (head(at), packed({"sequence": 2, "entries": 7})),
    }


async def test_a_checkpoint_that_does_not_fit_the_log_costs_a_reading_and_nothing_else(
    real_bus: RealBus, journal: Journal
) -> None:
    await a_durable(real_bus, FEED)
    nc = await real_bus.connect()
    numbers = await submit(journal, 3)
    at = (await journal.history.after(1, ">", 500))[0].at.isoformat()
    fit = {"as it should be": (head(at), packed({"sequence": 2, "entries": {"A": {"at": at}}}))}
    for what, (top, part) in (unfit(at) | fit).items():
        watched = Watched()
        for subject, body in (("checkpoint.watched-index.0.0", part), ("checkpoint.watched-index", top)):
            await nc.jetstream().publish(subject, body, stream=checkpoints.STREAM, timeout=5)
        async with running(await real_bus.connect(), watched):
            if what in fit:
                # Or none of the others would say anything.
                await until(lambda watched=watched: watched.restored == ["A"])  # type: ignore[misc]
                break
            await until(lambda watched=watched: len(watched.noted) == 3)  # type: ignore[misc]
        assert sorted(watched.noted) == sorted(numbers), what
        assert watched.restored == [], what


async def test_a_writer_that_is_killed_midway_leaves_the_checkpoint_before_it_whole(
    real_bus: RealBus, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "PER_PART", 2)
    nc, at = await real_bus.connect(), datetime.now(UTC).isoformat()
    first = {f"A{n}": {"n": n} for n in range(7)}
    writer = Checkpoints(nc, FEED.name)
    await writer.start()
    await writer.write(5, at, first)
    publish = Checkpoints._publish
    for left in range(4):
        published = list[str]()

        async def dies(self: Checkpoints, subject: str, body: bytes, left: int = left) -> None:
            if len(published) == left:  # noqa: B023
                raise Unavailable("killed")
            published.append(subject)  # noqa: B023
            await publish(self, subject, body)

        successor = Checkpoints(nc, FEED.name)
        await successor.start()
        assert await successor.read() == Checkpoint(5, at, first)
        with monkeypatch.context() as patch:
            patch.setattr(Checkpoints, "_publish", dies)
            with pytest.raises(Unavailable):
                await successor.write(9, at, {f"B{n}": {"n": n} for n in range(6)})
        assert len(published) == left
        assert await read_checkpoint(nc) == Checkpoint(5, at, first)
    await successor.write(10, at, {"C": {}})
    assert await read_checkpoint(nc) == Checkpoint(10, at, {"C": {}})
