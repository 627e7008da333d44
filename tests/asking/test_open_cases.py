"""The index of open cases: it follows the log, fires what is due, and can be lost without harm."""

import asyncio
import json
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from nats.aio.client import Client

from chassis import open_cases
from chassis.errors import Unavailable
from chassis.journal import Journal
from chassis.open_cases import Entry, OpenCases
from contracts.case import Recorded
from contracts.events import ApplicationSubmitted, ApplicationWithdrawn
from tests.asking.readers import soon, submit
from tests.conftest import RealBus


class Watched:
    """An index of submitted cases that are due at once, and everything it noted and fired."""

    def __init__(self, due_in: float = 0.0) -> None:
        self.noted: list[str] = []
        self.fired: list[str] = []
        self.restored: list[str] = []
        self.failing = False
        self.due_in = timedelta(seconds=due_in)
        self.index = OpenCases(
            "watched", self.note, self.due, self.fire, lambda it: self.restored.extend(it), every=0.05
        )

    def note(self, entry: Entry | None, item: Recorded) -> Entry | None:
        self.noted.append(item.event.application)
        if isinstance(item.event, ApplicationSubmitted):
            return {"at": item.event.at.isoformat()}
        return None if isinstance(item.event, ApplicationWithdrawn) else entry

    def due(self, entry: Entry) -> datetime | None:
        return datetime.fromisoformat(entry["at"]) + self.due_in

    async def fire(self, application: str, entry: Entry) -> None:
        self.fired.append(application)
        if self.failing:
            raise Unavailable("not now")


@asynccontextmanager
async def running(nc: Client, watched: Watched) -> AsyncIterator[None]:
    task = asyncio.create_task(watched.index.run(nc))
    try:
        yield
        assert not task.done()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_what_is_due_is_fired_at_its_time_and_then_only_after_a_while(
    real_bus: RealBus, journal: Journal
) -> None:
    watched = Watched(due_in=0.5)
    async with running(await real_bus.connect(), watched):
        [number] = await submit(journal)
        assert await soon(lambda: watched.fired == [number]) >= 0.4
        await asyncio.sleep(0.3)
    assert watched.fired == [number]


async def test_what_could_not_be_done_is_tried_again_at_the_next_look(real_bus: RealBus, journal: Journal) -> None:
    watched = Watched()
    watched.failing = True
    async with running(await real_bus.connect(), watched):
        [number] = await submit(journal)
        await soon(lambda: len(watched.fired) >= 3)
        watched.failing = False
        fired = len(watched.fired)
        await asyncio.sleep(0.3)
    assert len(watched.fired) <= fired + 2
    assert set(watched.fired) == {number}


async def test_a_closed_case_is_forgotten_and_no_longer_due(real_bus: RealBus, journal: Journal) -> None:
    watched = Watched(due_in=0.6)
    async with running(await real_bus.connect(), watched):
        gone, still_open = await submit(journal, 2)
        withdrawn = ApplicationWithdrawn(application=gone, at=datetime.now(UTC), reason="moved", by="family")
        await journal.decide(await journal.load(gone), withdrawn)
        await soon(lambda: watched.fired == [still_open])
    assert list(watched.index.entries) == [still_open]


async def test_a_restart_goes_on_from_the_checkpoint_and_reads_only_the_tail(
    real_bus: RealBus, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_cases, "CHECKPOINT_EVERY", 0.0)
    nc, first, second = await real_bus.connect(), Watched(), Watched()
    before = await submit(journal, 30)
    async with running(nc, first):
        await soon(lambda: len(first.noted) == 30)
        await asyncio.sleep(0.2)
    after = await submit(journal, 3)
    async with running(nc, second):
        await soon(lambda: len(second.index.entries) == 33)
        await soon(lambda: set(second.fired) == {*before, *after})
    assert sorted(second.restored) == sorted(before)
    assert sorted(second.noted) == sorted(after)


def packed(state: object) -> bytes:
    return zlib.compress(json.dumps(state).encode())


UNFIT = {
    "not packed": b"hello",
    "not JSON": zlib.compress(b"hello"),
    "no object": packed([]),
    "of an older version": packed({"sequence": 2, "entries": {"A": {}}}),
    "of another log": packed({"sequence": 2, "at": "2020-01-01T00:00:00+00:00", "entries": {}}),
    "beyond the log": packed({"sequence": 999, "at": "2026-11-23T00:00:00+00:00", "entries": {}}),
}


async def test_a_checkpoint_that_does_not_fit_the_log_costs_a_reading_and_nothing_else(
    real_bus: RealBus, journal: Journal
) -> None:
    nc = await real_bus.connect()
    numbers = await submit(journal, 3)
    for what, checkpoint in UNFIT.items():
        watched = Watched()
        await nc.jetstream().publish("checkpoint.watched", checkpoint, stream="CHECKPOINTS", timeout=5)
        async with running(nc, watched):
            await soon(lambda watched=watched: len(watched.noted) == 3)  # type: ignore[misc]
        assert sorted(watched.noted) == sorted(numbers), what
        assert watched.restored == [], what


async def test_an_unreadable_record_is_passed_over(real_bus: RealBus, journal: Journal) -> None:
    nc, watched = await real_bus.connect(), Watched()
    await nc.jetstream().publish("case.X.submitted", b"{}", stream="CASES", headers={"ce-type": "Nonsense"})
    [number] = await submit(journal)
    async with running(nc, watched):
        await soon(lambda: watched.noted == [number])


async def test_what_changed_after_it_was_fired_is_due_anew_at_once(real_bus: RealBus, journal: Journal) -> None:
    watched = Watched()
    watched.index.note = lambda entry, item: {"at": item.event.at.isoformat()}
    async with running(await real_bus.connect(), watched):
        [number] = await submit(journal)
        await soon(lambda: watched.fired == [number])
        withdrawn = ApplicationWithdrawn(application=number, at=datetime.now(UTC), reason="moved", by="family")
        await journal.decide(await journal.load(number), withdrawn)
        await soon(lambda: watched.fired == [number] * 2)
        await asyncio.sleep(0.2)
    assert watched.fired == [number] * 2


async def test_one_case_that_cannot_be_handled_holds_no_other(real_bus: RealBus, journal: Journal) -> None:
    watched, bad = Watched(), list[str]()

    async def fire(application: str, entry: Entry) -> None:
        watched.fired.append(application)
        if application in bad:
            raise KeyError("a bug")

    watched.index.fire = fire
    bad += await submit(journal)
    good = await submit(journal, 3)
    async with running(await real_bus.connect(), watched):
        await soon(lambda: set(good) <= set(watched.fired))
