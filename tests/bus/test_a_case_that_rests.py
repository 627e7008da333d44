"""A case whose answers are all in, and that nothing decides any more, is decided by the sweep."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from determination import sweep as sweeping
from determination.sweep import INDEX, due, next_look, note, sweep

from chassis.consume.decision_handler import CaseDecider
from chassis.consume.due_index import DueItem, LogRecord
from chassis.log.journal import Journal
from chassis.log.stored import Stored
from chassis.telemetry.spans import span, traceparent_now
from contracts.case.fold import fold
from contracts.events import EVENTS, Event
from procedures.registry import PROCEDURES
from tests.bus.wire import whole_log
from tests.support.families import DEPARTMENTS, accepted, an_application_number, answered, submitted
from tests.support.real_bus import RealBus
from tests.support.waiting import ended, until


async def test_a_case_with_all_its_answers_is_determined_by_the_sweep_and_one_without_is_left(
    real_bus: RealBus, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No consumer of answers runs. What the process knows of the case lacks an answer, and is not rested on."""
    monkeypatch.setattr(sweeping, "FIRST_LOOK", timedelta(seconds=0.2))
    rests, waits = an_application_number(), an_application_number()
    with span("POST /v1/applications"):
        trace = traceparent_now()
        await journal.once(submitted(rests), accepted(rests), *(answered(rests, name) for name in DEPARTMENTS))
    await journal.once(submitted(waits), accepted(waits), answered(waits, "tax"))
    items = [item for item in await journal.history.of(rests) if getattr(item.event, "department", "") != "tax"]
    journal.known.keep(fold(items, rests))
    index = sweep(CaseDecider(journal), PROCEDURES.decide, every=0.05)
    running = asyncio.create_task(index.run(await real_bus.connect()))

    async def determined() -> bool:
        return any(stored.subject.startswith(f"case.{rests}.determined") for stored in await whole_log(journal))

    try:
        await until(determined)
        await until(lambda: set(index.entries) == {waits})
    finally:
        await ended(running)
    assert (await journal.load(waits)).determination is None
    items = await journal.history.of(rests)
    assert all(item.traceparent for item in items)
    assert trace is not None
    traces = {item.traceparent.split("-")[1] for item in items if item.traceparent}
    assert traces == {trace.split("-")[1]}, "what the sweep decides belongs to the trace of its case"


def a_record(event: Event, at: datetime) -> LogRecord:
    return LogRecord(Stored(EVENTS.subject_of(event), 1, at, {"ce-type": type(event).__name__}, b""))


def test_an_open_round_is_looked_at_after_a_minute_and_then_whenever_it_is_twice_as_old_up_to_an_hour() -> None:
    opened = datetime(2026, 11, 28, 9, tzinfo=UTC)
    entry: DueItem | None = note(None, a_record(accepted(an_application_number()), opened))
    assert entry is not None
    minutes = []
    for _ in range(9):
        minutes.append((due(entry) - opened).total_seconds() / 60)
        entry = next_look(entry, due(entry))
    assert minutes == [1, 2, 4, 8, 16, 32, 64, 124, 184]


def test_the_sweep_reads_what_opens_a_round_and_what_ends_it() -> None:
    assert {kind.__name__ for kind in INDEX.to} == {
        "ApplicationAccepted",
        "ReverificationOpened",
        "DeterminationMade",
        "ApplicationWithdrawn",
    }
