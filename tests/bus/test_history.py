"""Reading the log on a real server: one case whole and in order, the log page by page, and reads that fail."""

import asyncio
import json
import os
import secrets
import signal
import time
from datetime import UTC, datetime, timedelta

import pytest
from nats.aio.client import Client

from chassis.errors import Stale, Unavailable
from chassis.log.history import History
from chassis.log.journal import STREAM, Claim, Journal
from chassis.log.stored import Unreadable, recorded, server_time
from chassis.timing import TIMING, Timing
from contracts.case.case import Case
from contracts.case.states import State
from contracts.events import EVENTS, ApplicationAccepted, NoticeSent
from tests.bus.wire import a_notice, asleep, losing, whole_log, wired
from tests.support.families import DEPARTMENTS, accepted, an_application_number, answered, submitted
from tests.support.real_bus import RealBus
from tests.support.waiting import PATIENCE


async def stored_raw(nc: Client, subject: str, body: bytes, kind: str | None = None) -> int:
    """A message as something other than the journal could have written it."""
    headers = {"ce-id": secrets.token_hex(16)} | ({"ce-type": kind} if kind else {})
    reply = await nc.request(subject, body, timeout=2, headers=headers)
    return int(json.loads(reply.data)["seq"])


async def stored_quickly(nc: Client, subjects: list[str], body: bytes, kind: str) -> None:
    """Many messages, a batch of five hundred at a time."""
    for start in range(0, len(subjects), 500):
        page = subjects[start : start + 500]
        batch = secrets.token_hex(8)
        for place, subject in enumerate(page, start=1):
            headers = {"ce-type": kind, "Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(place)}
            if place == len(page):
                reply = await nc.request(subject, body, timeout=10, headers=headers | {"Nats-Batch-Commit": "1"})
                assert "error" not in json.loads(reply.data)
            else:
                await nc.publish(subject, body, headers=headers)


# --- one case --------------------------------------------------------------------------------------------------


async def test_a_history_is_every_event_of_the_case_in_order_and_of_no_other(journal: Journal) -> None:
    application, other = an_application_number(), an_application_number()
    events = [submitted(application), accepted(application)]
    events += [answered(application, department) for department in reversed(DEPARTMENTS)]
    events += [a_notice(application)]
    for event in events:
        await journal.once(event)
        await journal.once(
            a_notice(other, cause=EVENTS.subject_of(event).rsplit(".", 2)[-2] + str(event.at.microsecond))
        )
    before = datetime.now(UTC)
    found = await journal.history.of(application)
    assert [item.event for item in found] == events
    assert [item.sequence for item in found] == list(range(1, 2 * len(events), 2))
    assert len({item.event_id for item in found}) == len(events)
    assert all(before - timedelta(seconds=10) < item.stored_at <= before + timedelta(seconds=1) for item in found)
    assert (await journal.load(application)).state is State.VERIFYING


async def test_a_case_whose_number_begins_like_another_is_not_mixed_up_with_it(journal: Journal) -> None:
    application = an_application_number()
    nc = journal.history._nc
    await journal.once(submitted(application))
    await stored_raw(nc, f"case.{application}X.submitted", b"{}", "ApplicationSubmitted")
    assert len(await journal.history.of(application)) == 1


async def test_an_unknown_case_has_no_history(journal: Journal) -> None:
    application = an_application_number()
    assert await journal.history.of(application) == ()
    assert await journal.load(application) == Case(application)


async def test_a_case_may_have_many_events(journal: Journal) -> None:
    """The server returns 1,000 at once, and refuses a multi-get over more than 1,024 altogether."""
    before = 0
    for events in (600, 1000, 1001, 1024, 1025, 2300):
        application = an_application_number()
        body = a_notice(application).model_dump_json().encode()
        subjects = [f"case.{application}.notice-sent.c{n}.sms" for n in range(events)]
        # Messages of another case in between, so that sequences have gaps.
        others = [f"case.B.{events}.{n}" for n in range(events)]
        mixed = [subject for pair in zip(subjects, others, strict=True) for subject in pair]
        await stored_quickly(journal.history._nc, mixed, body, "NoticeSent")
        found = await journal.history.of(application)
        assert [item.sequence for item in found] == list(range(before + 1, before + 2 * events, 2))
        assert all(isinstance(item.event, NoticeSent) for item in found)
        assert await journal.history.of(application, "notice-sent.c9.*", "notice-sent.*.mail") == found[9:10]
        assert await journal.history.of(application, "notice-sent.c9.sms", "notice-sent.*.sms") == found
        before += 2 * events


async def test_many_reads_at_once_are_not_mixed_up(journal: Journal) -> None:
    numbers = [an_application_number() for _ in range(60)]
    await asyncio.gather(*(journal.once(submitted(number), accepted(number)) for number in numbers))
    cases = await asyncio.gather(*(journal.load(number) for number in numbers))
    assert [case.application for case in cases] == numbers
    for case in cases:
        assert isinstance(case.accepted, ApplicationAccepted)
        assert case.accepted.application == case.application


async def test_the_newest_message_of_a_subject_is_found_and_nothing_where_there_is_none(journal: Journal) -> None:
    first, second = an_application_number(), an_application_number()
    await journal.open([submitted(first)], [Claim("claim.v1.a", first, 0)])
    await journal.open([submitted(second)], [Claim("claim.v1.a", second, 2)])
    newest = await journal.history.last("claim.v1.a")
    assert newest is not None
    assert (newest.sequence, newest.body.decode(), newest.subject) == (4, second, "claim.v1.a")
    assert await journal.history.last("claim.v1.b") is None


# --- no older than what made us look ---------------------------------------------------------------------------


async def test_a_read_that_does_not_show_its_trigger_is_stale_within_a_second(journal: Journal) -> None:
    application = an_application_number()
    sequence = await journal.once(submitted(application))
    assert (await journal.load(application, at_least=sequence)).sequence == sequence
    began = time.monotonic()
    with pytest.raises(Stale):
        await journal.load(application, at_least=sequence + 1)
    with pytest.raises(Stale):
        await journal.load(an_application_number(), at_least=1)
    assert time.monotonic() - began < 1.5 * PATIENCE


async def test_a_read_that_was_stale_at_first_is_read_again(journal: Journal) -> None:
    application = an_application_number()
    sequence = await journal.once(submitted(application))
    reading = asyncio.create_task(journal.load(application, at_least=sequence + 1))
    await asyncio.sleep(0.03)
    assert not reading.done()
    await journal.once(accepted(application))
    assert (await reading).state is State.VERIFYING


# --- what cannot be read ---------------------------------------------------------------------------------------

CANARY = "王建国15030319880101001X"


async def test_a_message_that_is_no_event_is_unreadable_and_its_body_is_not_told(journal: Journal) -> None:
    no_events: list[tuple[str | None, bytes]] = [
        ("SomethingElse", json.dumps({"name": CANARY}).encode()),
        (None, json.dumps({"name": CANARY}).encode()),
        ("ApplicationAccepted", json.dumps({"name": CANARY}).encode()),
        ("ApplicationAccepted", CANARY.encode()),
        ("ApplicationAccepted", f'{{"application": "{CANARY}"'.encode()),
        ("ApplicationAccepted", b"\xff\xfe\x00"),
        ("ApplicationAccepted", b""),
    ]
    for kind, body in no_events:
        application = an_application_number()
        sequence = await stored_raw(journal.history._nc, f"case.{application}.accepted", body, kind)
        with pytest.raises(Unreadable, match=f"sequence {sequence} ") as unreadable:
            await journal.load(application)
        error: BaseException = unreadable.value
        assert error.__cause__ is None
        assert error.__suppress_context__
        assert not [part for part in (CANARY, CANARY[:3], "150303") if part in repr(error)]


async def test_one_unreadable_message_does_not_hide_the_others_from_a_reader_of_the_log(journal: Journal) -> None:
    application = an_application_number()
    await stored_raw(journal.history._nc, f"case.{application}.accepted", b"garbage", "ApplicationAccepted")
    await journal.once(a_notice(application))
    broken, whole = await journal.history.after(0, "case.>", 500)
    with pytest.raises(Unreadable):
        recorded(broken)
    assert recorded(whole).event.application == application


# --- the log page by page --------------------------------------------------------------------------------------


async def test_the_log_is_read_in_pages_in_order_past_the_gaps_of_other_subjects(journal: Journal) -> None:
    numbers = [an_application_number() for _ in range(25)]
    for n, number in enumerate(numbers):
        await journal.open([submitted(number), accepted(number)], [Claim(f"claim.v1.{n}", number, 0)])
    pages = []
    sequence = 0
    while page := await journal.history.after(sequence, "case.>", most=7):
        sequence = page[-1].sequence
        pages.append(page)
    assert [len(page) for page in pages] == [7, 7, 7, 7, 7, 7, 7, 1]
    found = [stored for page in pages for stored in page]
    assert [stored.sequence for stored in found] == [n for n in range(1, 76) if n % 3]
    assert [recorded(stored).event.application for stored in found] == [it for it in numbers for _ in range(2)]
    assert len(await journal.history.after(0, "claim.>", 500)) == 25
    assert len(await journal.history.after(70, ">", 500)) == 5


async def test_behind_the_end_of_the_log_there_is_nothing(journal: Journal) -> None:
    assert await journal.history.after(0, ">", 500) == []
    last = await journal.once(a_notice(an_application_number()))
    assert await journal.history.after(last, ">", 500) == []
    assert await journal.history.after(last + 1000, ">", 500) == []
    assert await journal.history.after(0, "claim.>", 500) == []


async def test_a_page_is_full_where_the_log_goes_on_however_large_its_messages(journal: Journal) -> None:
    """The server ends a reply at 64 MB; whoever takes a short page for the end would miss the rest."""
    subjects = [f"case.A.{n}" for n in range(300)]
    for start in range(0, 300, 50):
        await stored_quickly(journal.history._nc, subjects[start : start + 50], b"x" * 300_000, "NoticeSent")
    page = await journal.history.after(0, ">", most=299)
    assert [stored.sequence for stored in page] == list(range(1, 300))


# --- reads without an answer -----------------------------------------------------------------------------------


@pytest.mark.parametrize("timing", [Timing(read_timeout=0.4)])
async def test_a_server_that_sleeps_makes_reads_unavailable_within_seconds_and_late_replies_disturb_nobody(
    journal: Journal, real_bus: RealBus
) -> None:
    assert TIMING.read_timeout <= 5
    application, other = an_application_number(), an_application_number()
    await journal.once(submitted(application), accepted(application))
    await journal.once(submitted(other))
    async with asleep(real_bus):
        began = time.monotonic()
        reads = [journal.load(application), journal.history.last("claim.v1.a"), journal.history.after(0, ">", 500)]
        outcomes = await asyncio.gather(*reads, return_exceptions=True)
        assert time.monotonic() - began < 1.5 * PATIENCE
    assert [type(outcome) for outcome in outcomes] == [Unavailable] * 3
    assert (await journal.load(other)).state is State.SUBMITTED
    assert (await journal.load(application)).state is State.VERIFYING
    assert journal.history._replies == {}


@pytest.mark.parametrize("timing", [Timing(read_timeout=0.4)])
async def test_a_killed_server_makes_reads_unavailable_until_it_is_back(journal: Journal, real_bus: RealBus) -> None:
    application = an_application_number()
    await journal.once(submitted(application))
    assert real_bus.server.pid is not None
    os.kill(real_bus.server.pid, signal.SIGKILL)
    with pytest.raises(Unavailable):
        await journal.load(application)
    for _ in range(20):
        try:
            case = await journal.load(application)
            break
        except Unavailable:
            await asyncio.sleep(0.1)
    assert case.state is State.SUBMITTED


@pytest.mark.parametrize("lost", ["submitted", "accepted", "1"], ids=["the first", "one between", "the last"])
async def test_a_read_of_which_one_message_was_lost_on_its_way_is_not_taken_for_whole(
    real_bus: RealBus, lost: str
) -> None:
    application = an_application_number()
    async with wired(real_bus) as (wire, journal):
        await journal.once(submitted(application), accepted(application), answered(application, "tax"))
        for read in (lambda: journal.history.of(application), lambda: journal.history.after(0, ">", 500)):
            wire.to_client = losing(lambda frame: frame.headers.get("Nats-Subject", "").endswith(f".{lost}"))
            with pytest.raises(Unavailable):
                await read()
            assert len(await read()) == 3


async def test_a_stream_that_is_not_there_is_unavailable_at_once(real_bus: RealBus) -> None:
    history = History(await real_bus.connect(), "NOSUCH")
    await history.start()
    began = time.monotonic()
    with pytest.raises(Unavailable):
        await history.load(an_application_number())
    assert time.monotonic() - began < 1 * PATIENCE


async def test_the_stream_is_read_by_whoever_is_not_allowed_to_write_it(journal: Journal, real_bus: RealBus) -> None:
    application = an_application_number()
    await journal.once(submitted(application))
    history = History(await real_bus.connect("operator"), STREAM)
    await history.start()
    assert (await history.load(application)).state is State.SUBMITTED
    assert len(await whole_log(journal)) == 1


@pytest.mark.parametrize(
    ("stamp", "instant"),
    [
        ("2026-11-23T08:00:00Z", datetime(2026, 11, 23, 8, tzinfo=UTC)),
        ("2026-11-23T08:00:00.5Z", datetime(2026, 11, 23, 8, 0, 0, 500_000, tzinfo=UTC)),
        ("2026-11-23T08:00:00.123456789Z", datetime(2026, 11, 23, 8, 0, 0, 123_456, tzinfo=UTC)),
        ("2026-11-23T08:00:00.000001Z", datetime(2026, 11, 23, 8, 0, 0, 1, tzinfo=UTC)),
    ],
)
def test_a_time_stamp_of_the_server_is_read_to_the_microsecond(stamp: str, instant: datetime) -> None:
    assert server_time(stamp) == instant
