"""What waits for a better moment: facts for the end of a decision, and readers for a write that is under way."""

import asyncio
import time
from datetime import UTC, datetime

import pytest

from chassis.log import journal as journals
from chassis.log.journal import Journal
from chassis.timing import TIMING, Timing
from contracts.events import ApplicationWithdrawn, DeterminationMade, Event
from tests.bus.wire import Frame, a_decision, a_notice, whole_log, wired
from tests.support.families import accepted, an_application_number, answered, submitted
from tests.support.real_bus import RealBus
from tests.support.waiting import PATIENCE


async def an_open_case(journal: Journal, *asked: str) -> str:
    number = an_application_number()
    await journal.open([submitted(number), accepted(number, asked=asked or ("tax",))], [])
    return number


def withdrawn(number: str) -> ApplicationWithdrawn:
    return ApplicationWithdrawn(application=number, at=datetime.now(UTC), reason="moved", by="the family")


def eligible(number: str) -> DeterminationMade:
    now = datetime.now(UTC)
    return DeterminationMade(
        application=number,
        at=now,
        round=1,
        policy="hainan-2025",
        as_of=now.date(),
        accepted_on=now.date(),
        outcome="eligible",
        findings=(),
        used=(),
    )


async def names(journal: Journal) -> list[str]:
    return [stored.headers["ce-type"] for stored in await whole_log(journal)]


# --- facts that no decision waits for --------------------------------------------------------------------------


@pytest.mark.parametrize("timing", [Timing(patience=0.2)])
async def test_a_notice_waits_while_its_case_is_being_decided_here_and_is_recorded_soon_after(
    journal: Journal,
) -> None:
    number = await an_open_case(journal)
    recording = asyncio.create_task(journal.record_quietly(a_notice(number)))
    await asyncio.sleep(0.6)
    assert not recording.done(), "longer than for a case that is decided elsewhere"
    await journal.decide(await journal.load(number), withdrawn(number))
    began = time.monotonic()
    assert await recording is True
    assert time.monotonic() - began < 0.5 * PATIENCE
    assert await names(journal) == [
        "ApplicationSubmitted",
        "ApplicationAccepted",
        "ApplicationWithdrawn",
        "NoticeSent",
    ]


@pytest.mark.parametrize("timing", [Timing(patience=0.05, most_patience=8)])
async def test_a_notice_waits_no_longer_than_its_patience_where_a_case_is_never_decided(journal: Journal) -> None:
    number = await an_open_case(journal)
    began = time.monotonic()
    assert await journal.record_quietly(a_notice(number)) is True
    assert 0.4 <= time.monotonic() - began < 0.4 * PATIENCE


@pytest.mark.parametrize("timing", [Timing(patience=0.2)])
async def test_a_notice_of_a_case_that_is_decided_elsewhere_waits_a_little(
    journal: Journal, real_bus: RealBus
) -> None:
    elsewhere = Journal(await real_bus.connect(), within=10)
    await elsewhere.start()
    number = await an_open_case(elsewhere)
    began = time.monotonic()
    assert await journal.record_quietly(a_notice(number)) is True
    assert 0.2 <= time.monotonic() - began < TIMING.most_patience * 0.2
    await elsewhere.stop()


@pytest.mark.parametrize("timing", [Timing(patience=0.1)])
async def test_a_notice_of_a_case_that_nobody_decides_any_more_waits_one_moment_only(journal: Journal) -> None:
    number = await an_open_case(journal)
    await journal.decide(await journal.load(number), withdrawn(number))
    began = time.monotonic()
    assert await journal.record_quietly(a_notice(number)) is True
    assert time.monotonic() - began < 0.25 * PATIENCE


@pytest.mark.parametrize("timing", [Timing(patience=10)])
async def test_a_process_that_is_to_end_records_everything_that_waits_at_once(journal: Journal) -> None:
    numbers = [await an_open_case(journal) for _ in range(20)]
    recording = [asyncio.create_task(journal.record_quietly(a_notice(number))) for number in numbers]
    await asyncio.sleep(0.1)
    assert not any(task.done() for task in recording)
    began = time.monotonic()
    journal.hurry()
    assert await asyncio.gather(*recording) == [True] * 20
    assert await journal.record_quietly(a_notice(numbers[0], "later")) is True
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("timing", [Timing(patience=0.05)])
async def test_a_notice_that_somebody_else_recorded_meanwhile_is_recorded_once(
    journal: Journal, real_bus: RealBus
) -> None:
    notice = a_notice(an_application_number())
    recording = asyncio.create_task(journal.record_quietly(notice))
    await asyncio.sleep(0.05)
    await journal.record(notice)
    assert await recording is False
    assert await names(journal) == ["NoticeSent"]


@pytest.mark.parametrize("timing", [Timing(patience=0.1)])
async def test_a_notice_that_waits_costs_the_decision_nothing(journal: Journal) -> None:
    """What it is for: recorded midway, it would have moved the sequence that the decision rests on."""
    number = await an_open_case(journal)
    case = await journal.load(number)
    recording = asyncio.create_task(journal.record_quietly(a_notice(number)))
    await asyncio.sleep(0.3)
    await journal.decide(case, withdrawn(number))
    await recording


async def test_a_notice_does_not_come_between_a_decision_on_its_way_to_the_log_and_the_next_one(
    real_bus: RealBus,
) -> None:
    """A case that is being written is known to nobody; a notice that took that for leave cost the next decision."""
    async with wired(real_bus, timing=Timing(patience=0.3)) as (wire, journal):
        number = await an_open_case(journal)
        may_pass = asyncio.Event()

        async def held(frame: Frame) -> bool:
            if frame.subject.startswith(f"case.{number}.determined"):
                await may_pass.wait()
            return True

        wire.to_server = held
        deciding = asyncio.create_task(journal.decide(await journal.load(number), eligible(number)))
        recording = asyncio.create_task(journal.record_quietly(a_notice(number)))
        await asyncio.sleep(0.5)
        may_pass.set()
        await journal.decide(await deciding, withdrawn(number))
        await recording
        assert (await names(journal))[2:] == ["DeterminationMade", "ApplicationWithdrawn", "NoticeSent"]


# --- a write of ours that is under way -------------------------------------------------------------------------


async def test_whoever_wants_the_newest_case_waits_for_our_own_write_instead_of_reading(real_bus: RealBus) -> None:
    """The event's own delivery may be here before its acknowledgement."""
    async with wired(real_bus) as (wire, journal):
        may_pass, reads = asyncio.Event(), list[str]()

        async def held(frame: Frame) -> bool:
            if frame.is_stored:
                await may_pass.wait()
            return True

        async def counted(frame: Frame) -> bool:
            if ".GET." in frame.subject:
                reads.append(frame.subject)
            return True

        wire.to_client, wire.to_server = held, counted
        number = an_application_number()
        events: list[Event] = [submitted(number), accepted(number, asked=("tax",))]
        opening = asyncio.create_task(journal.open(events, []))
        await asyncio.sleep(0.1)
        wanting = [asyncio.create_task(journal.newest(number, at_least=2)) for _ in range(3)]
        wanting_exactly = asyncio.create_task(journal.known_at(number, 2))
        await asyncio.sleep(0.1)
        assert not opening.done()
        assert not any(task.done() for task in (*wanting, wanting_exactly))
        may_pass.set()
        opened = await opening
        assert opened.sequence == 2
        cases = await asyncio.gather(*wanting)
        assert [case.sequence for case in cases] == [2, 2, 2]
        assert await wanting_exactly == cases[0]
        assert reads == []
        assert cases[0] == await journal.load(number)
        assert len(reads) == 1, "a load does read"


async def test_a_write_that_was_refused_leaves_nobody_waiting_and_the_case_is_read(
    journal: Journal, real_bus: RealBus
) -> None:
    elsewhere = Journal(await real_bus.connect(), within=10)
    await elsewhere.start()
    number = await an_open_case(journal, "tax", "housing")
    stale = await journal.load(number)
    last = await elsewhere.once(answered(number, "tax"))
    deciding = asyncio.create_task(journal.decide(stale, a_decision(number)))
    await asyncio.sleep(0)
    case = await asyncio.wait_for(journal.newest(number, at_least=last), 2)
    await asyncio.gather(deciding, return_exceptions=True)
    await elsewhere.stop()
    assert (case.sequence, case.waiting_for) == (last, ("housing",))
    assert journal._writing == {}


async def test_what_was_just_decided_is_known_as_the_log_has_it(journal: Journal) -> None:
    number = await an_open_case(journal, "tax", "housing")
    await journal.once(answered(number, "tax"), answered(number, "housing"))
    case = await journal.load(number)
    decided = await journal.decide(case, withdrawn(number))
    assert await journal.known_at(number, decided.sequence) is decided
    assert decided == await journal.history.load(number)
    assert await journal.known_at(number, decided.sequence - 1) is None, "it has moved on"
    assert await journal.known_at(an_application_number(), 1) is None


async def test_a_case_that_was_opened_with_its_claims_is_known_at_its_last_event(journal: Journal) -> None:
    number = an_application_number()
    claims = [journals.Claim(f"claim.v1.{who}", number, 0) for who in ("applicant", "spouse")]
    opened = await journal.open([submitted(number), accepted(number)], claims)
    assert await journal.known_at(number, 2) is opened
    assert opened == await journal.history.load(number)
