"""The log on a real server: two kinds of append, claims, what a message carries, and answers that never came."""

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from opentelemetry import trace

from chassis.errors import Conflict, TooLarge, Unavailable
from chassis.log import group_commit
from chassis.log.journal import Claim, Journal
from chassis.log.stored import Stored
from chassis.timing import TIMING, Timing
from contracts.case.case import Case
from contracts.case.fold import allows, fold
from contracts.case.states import State
from contracts.events import EVENTS, ApplicationWithdrawn, DeterminationConfirmed, DeterminationMade, Event
from contracts.events.values import Finding
from tests.bus.wire import Frame, Wire, a_decision, a_known_case, a_notice, asleep, losing, whole_log, wired
from tests.support.families import a_form, accepted, an_application_number, answered, submitted
from tests.support.real_bus import RealBus
from tests.support.waiting import PATIENCE


async def another_process(real_bus: RealBus, within: float = 10, timing: Timing = TIMING) -> Journal:
    """A journal with a connection of its own, as another service has it."""
    journal = Journal(await real_bus.connect(), within, timing=timing)
    await journal.start()
    return journal


# --- write once ------------------------------------------------------------------------------------------------


async def test_a_subject_is_written_once_and_the_log_keeps_the_first(journal: Journal) -> None:
    application = an_application_number()
    first, second = answered(application, "tax", "none"), answered(application, "tax", "found")
    sequence = await journal.once(first)
    with pytest.raises(Conflict) as conflict:
        await journal.once(second)
    assert conflict.value.subject == f"case.{application}.answered.tax.1"
    [stored] = await whole_log(journal)
    assert (stored.sequence, stored.body) == (sequence, EVENTS.write(first))


async def test_the_same_event_from_another_process_is_a_conflict_and_stored_once(
    journal: Journal, real_bus: RealBus
) -> None:
    other = await another_process(real_bus)
    event = a_notice(an_application_number())
    outcomes = await asyncio.gather(journal.once(event), other.once(event), return_exceptions=True)
    await other.stop()
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "int"]
    assert [stored.subject for stored in await whole_log(journal)] == [EVENTS.subject_of(event)]


async def test_events_written_together_are_all_stored_or_none(journal: Journal) -> None:
    application = an_application_number()
    await journal.once(answered(application, "tax"))
    with pytest.raises(Conflict):
        await journal.once(answered(application, "housing"), answered(application, "tax"))
    assert len(await whole_log(journal)) == 1
    last = await journal.once(answered(application, "housing"), answered(application, "real-estate"))
    assert [(stored.sequence, stored.subject.rsplit(".")[-2]) for stored in await whole_log(journal)] == [
        (1, "tax"),
        (2, "housing"),
        (3, "real-estate"),
    ]
    assert last == 3


async def test_recording_says_whether_it_was_the_first(journal: Journal) -> None:
    event = a_notice(an_application_number())
    assert await journal.record(event) is True
    assert await journal.record(event) is False
    assert len(await whole_log(journal)) == 1


# --- compare-and-set on the whole case -------------------------------------------------------------------------


async def test_a_decision_loses_to_any_event_of_the_case_even_a_notice(journal: Journal) -> None:
    application = an_application_number()
    await journal.once(submitted(application), accepted(application))
    case = await journal.load(application)
    await journal.once(a_notice(application))
    with pytest.raises(Conflict):
        await journal.decide(case, a_decision(application))
    assert len(await whole_log(journal)) == 3


async def test_a_decision_does_not_lose_to_the_events_of_other_cases(journal: Journal) -> None:
    application = an_application_number()
    await journal.once(submitted(application), accepted(application))
    case = await journal.load(application)
    await journal.once(a_notice(an_application_number()))
    assert (await journal.decide(case, a_decision(application))).sequence == 4


async def test_a_loser_reads_again_and_its_second_decision_stands(journal: Journal) -> None:
    application = an_application_number()
    await journal.once(submitted(application), accepted(application))
    seen = await journal.load(application)
    await journal.once(answered(application, "tax"))
    withdrawn = ApplicationWithdrawn(application=application, at=datetime.now(UTC), reason="moved", by="the family")
    with pytest.raises(Conflict):
        await journal.decide(seen, withdrawn)
    case = await journal.decide(await journal.load(application), withdrawn)
    assert (case.state, case.sequence) == (State.WITHDRAWN, 4)
    assert case == await journal.history.load(application)


async def test_a_case_nobody_has_heard_of_can_be_decided_about_once(journal: Journal) -> None:
    application = an_application_number()
    await journal.decide(Case(application), submitted(application))
    with pytest.raises(Conflict):
        await journal.decide(Case(application), a_decision(application))


async def test_of_twenty_deciders_at_once_in_four_processes_exactly_one_wins(
    journal: Journal, real_bus: RealBus
) -> None:
    application = an_application_number()
    await journal.once(submitted(application), accepted(application))
    journals = [journal, *[await another_process(real_bus) for _ in range(3)]]
    case = await journal.load(application)
    outcomes = await asyncio.gather(
        *(journals[n % 4].decide(case, a_decision(application, n)) for n in range(1, 21)), return_exceptions=True
    )
    for other in journals[1:]:
        await other.stop()
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 19
    [winner] = [(n, outcome.sequence) for n, outcome in enumerate(outcomes, start=1) if isinstance(outcome, Case)]
    log = await whole_log(journal)
    assert (log[-1].subject, log[-1].sequence) == (f"case.{application}.reminded.tax.1.{winner[0]}", winner[1])
    assert len(log) == 3


async def test_a_decision_of_two_events_is_stored_whole_or_not_at_all(journal: Journal) -> None:
    application = an_application_number()
    await journal.once(submitted(application), accepted(application))
    case = await journal.load(application)
    assert (await journal.decide(case, a_decision(application, 1), a_decision(application, 2))).sequence == 4
    with pytest.raises(Conflict):
        await journal.decide(case, a_decision(application, 3), a_decision(application, 4))
    assert [stored.sequence for stored in await whole_log(journal)] == [1, 2, 3, 4]


# --- claims ----------------------------------------------------------------------------------------------------


async def test_a_case_opens_with_its_claims_and_tells_the_sequence_of_its_last_event(journal: Journal) -> None:
    application = an_application_number()
    claims = [Claim("claim.v1.applicant", application, 0), Claim("claim.v1.spouse", application, 0)]
    case = await journal.open([submitted(application), accepted(application)], claims)
    assert (case.sequence, case.state) == (2, State.VERIFYING)
    assert case == await journal.history.load(application)
    assert [(stored.subject, stored.body) for stored in (await whole_log(journal))[2:]] == [
        ("claim.v1.applicant", application.encode()),
        ("claim.v1.spouse", application.encode()),
    ]


async def test_a_taken_claim_keeps_the_whole_case_out(journal: Journal) -> None:
    first, second = an_application_number(), an_application_number()
    await journal.open([submitted(first)], [Claim("claim.v1.applicant", first, 0)])
    with pytest.raises(Conflict):
        await journal.open(
            [submitted(second), accepted(second)],
            [Claim("claim.v1.spouse", second, 0), Claim("claim.v1.applicant", second, 0)],
        )
    assert (await journal.load(second)).state is None
    assert await journal.history.last("claim.v1.spouse") is None
    assert len(await whole_log(journal)) == 2


async def test_a_claim_is_taken_over_only_from_the_holder_that_was_seen(journal: Journal) -> None:
    first, second, third = (an_application_number() for _ in range(3))
    await journal.open([submitted(first)], [Claim("claim.v1.applicant", first, 0)])
    seen = await journal.history.last("claim.v1.applicant")
    assert seen is not None
    await journal.open([submitted(second)], [Claim("claim.v1.applicant", second, seen.sequence)])
    with pytest.raises(Conflict):
        await journal.open([submitted(third)], [Claim("claim.v1.applicant", third, seen.sequence)])
    holder = await journal.history.last("claim.v1.applicant")
    assert holder is not None
    assert holder.body.decode() == second
    assert (await journal.load(third)).state is None


async def test_of_ten_applications_of_one_family_at_once_exactly_one_holds_the_claim(journal: Journal) -> None:
    numbers = [an_application_number() for _ in range(10)]
    outcomes = await asyncio.gather(
        *(journal.open([submitted(number)], [Claim("claim.v1.applicant", number, 0)]) for number in numbers),
        return_exceptions=True,
    )
    [winner] = [number for number, outcome in zip(numbers, outcomes, strict=True) if isinstance(outcome, Case)]
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 9
    assert [(stored.subject, stored.headers["ce-type"]) for stored in await whole_log(journal)] == [
        (f"case.{winner}.submitted", "ApplicationSubmitted"),
        ("claim.v1.applicant", "claim"),
    ]


# --- what a message carries ------------------------------------------------------------------------------------


async def test_no_message_has_an_id_for_the_server_and_none_carries_a_person_outside_its_body(
    real_bus: RealBus,
) -> None:
    application = an_application_number()
    form = a_form()
    async with wired(real_bus) as (wire, journal):
        claims = [Claim("claim.v1.0123456789", application, 0)]
        await journal.open([submitted(application, form), accepted(application, form)], claims)
        await journal.once(answered(application, "tax"))
        await journal.decide(await journal.load(application), a_decision(application))
        await journal.record(a_notice(application))
        with pytest.raises(Conflict):
            await journal.once(answered(application, "tax"))
        with pytest.raises(Conflict):
            await journal.decide(Case(application), a_decision(application, 2))
        log = await whole_log(journal)
    names = {name.lower() for frame in wire.appends for name in frame.headers}
    assert "nats-msg-id" not in names
    assert names == {
        "ce-id",
        "ce-type",
        "ce-time",
        "nats-expected-last-subject-sequence",
        "nats-expected-last-subject-sequence-subject",
        "nats-batch-id",
        "nats-batch-sequence",
        "nats-batch-commit",
    }
    outside = " ".join(
        f"{frame.subject} {' '.join(f'{name} {value}' for name, value in frame.headers.items())}"
        for frame in wire.sent
    )
    persons = [form.applicant, *form.members]
    canaries = [text for person in persons for text in (person.name, person.id_number, person.id_number[-6:])]
    assert [text for text in (*canaries, form.applicant.phone, form.residence.address) if text in outside] == []
    assert len(log) == 6


async def test_every_event_carries_its_id_its_type_and_its_time(journal: Journal) -> None:
    application = an_application_number()
    events = (submitted(application), accepted(application), answered(application, "tax"))
    for event in events:
        await journal.once(event)
    log = await whole_log(journal)
    assert [(stored.headers["ce-type"], stored.headers["ce-time"]) for stored in log] == [
        (type(event).__name__, event.at.isoformat()) for event in events
    ]
    assert len({stored.headers["ce-id"] for stored in log}) == 3
    assert all(len(stored.headers["ce-id"]) == 32 for stored in log)


async def test_an_event_carries_the_trace_it_was_written_in(journal: Journal) -> None:
    application = an_application_number()
    context = trace.SpanContext(0xABC, 0xDEF, is_remote=False, trace_flags=trace.TraceFlags(1))
    with trace.use_span(trace.NonRecordingSpan(context)):
        await journal.once(a_notice(application))
    [item] = await journal.history.of(application)
    assert item.traceparent == f"00-{0xABC:032x}-{0xDEF:016x}-01"


def a_determination(application: str, characters: int, round: int = 1) -> DeterminationMade:
    finding = Finding(rule="r", article="Art. 26", truth="met", text="x" * characters)
    now = datetime.now(UTC)
    return DeterminationMade(
        application=application,
        at=now,
        round=round,
        policy="p",
        as_of=now.date(),
        accepted_on=now.date(),
        outcome="eligible",
        findings=(finding,),
        used=(),
    )


async def test_an_event_larger_than_the_bus_takes_is_refused_and_the_journal_works_on(real_bus: RealBus) -> None:
    application = an_application_number()
    async with wired(real_bus) as (wire, journal):
        with pytest.raises(TooLarge) as refused:
            await journal.once(a_determination(application, 1024 * 1024))
        assert wire.appends == []
        assert "xxx" not in str(refused.value)
        await journal.once(a_notice(application))
        assert len(await whole_log(journal)) == 1


async def test_the_largest_event_that_is_let_through_is_stored_with_all_its_headers(journal: Journal) -> None:
    application = an_application_number()
    context = trace.SpanContext(0xABC, 0xDEF, is_remote=False, trace_flags=trace.TraceFlags(1))
    room = 1024 * 1024 - group_commit.ROOM_FOR_HEADERS - len(EVENTS.write(a_determination(application, 0)))
    with pytest.raises(TooLarge):
        await journal.once(a_determination(application, room + 1))
    with trace.use_span(trace.NonRecordingSpan(context)):
        await journal.decide(a_known_case(application), a_determination(application, room, 1), a_notice(application))
    assert len(await whole_log(journal)) == 2


async def test_events_that_each_fit_are_stored_together_however_large_their_sum(journal: Journal) -> None:
    application = an_application_number()
    last = await journal.once(a_determination(application, 900_000, 1), a_determination(application, 900_000, 2))
    assert [item.sequence for item in await journal.history.of(application)] == [1, 2]
    assert last == 2


# --- answers that never came -----------------------------------------------------------------------------------

Append = Callable[[Journal, str], Awaitable[int]]


async def write_once(journal: Journal, application: str) -> int:
    return await journal.once(answered(application, "tax"))


async def decide(journal: Journal, application: str) -> int:
    return (await journal.decide(a_known_case(application), a_decision(application))).sequence


async def decide_two(journal: Journal, application: str) -> int:
    return (
        await journal.decide(a_known_case(application), a_decision(application, 1), a_decision(application, 2))
    ).sequence


async def open_with_claims(journal: Journal, application: str) -> int:
    claims = [Claim("claim.v1.applicant", application, 0), Claim("claim.v1.spouse", application, 0)]
    return (await journal.open([submitted(application), accepted(application)], claims)).sequence


each_append = pytest.mark.parametrize(
    ("append", "events", "claims"),
    [(write_once, 1, 0), (decide, 1, 0), (decide_two, 2, 0), (open_with_claims, 2, 2)],
    ids=["write once", "compare-and-set", "compare-and-set of two", "batch with claims"],
)


def assert_stored_exactly_once(log: list[Stored], wire: Wire, last: int, events: int, claims: int) -> None:
    """The log holds each subject once, under the id that was sent, and the answer names the last event."""
    assert len(log) == events + claims
    assert len({stored.subject for stored in log}) == events + claims
    assert {stored.headers["ce-id"] for stored in log} == {frame.headers["ce-id"] for frame in wire.appends}
    assert log[events - 1].sequence == last


@each_append
async def test_an_acknowledgement_that_is_lost_ends_in_success_and_one_event(
    real_bus: RealBus, append: Append, events: int, claims: int
) -> None:
    async with wired(real_bus, timing=Timing(request_timeout=0.2)) as (wire, journal):
        wire.to_client = losing(lambda frame: frame.is_stored)
        last = await append(journal, an_application_number())
        assert_stored_exactly_once(await whole_log(journal), wire, last, events, claims)
        assert wire.requests == 1, "what is stored is found by its id, not sent again"


@each_append
async def test_an_append_that_is_lost_on_its_way_is_sent_again_with_the_same_bytes(
    real_bus: RealBus, append: Append, events: int, claims: int
) -> None:
    async with wired(real_bus, timing=Timing(request_timeout=0.2)) as (wire, journal):
        wire.to_server = losing(lambda frame: frame.is_append, times=2)
        last = await append(journal, an_application_number())
        assert_stored_exactly_once(await whole_log(journal), wire, last, events, claims)
        assert len(wire.appends) > events + claims
        assert len({(frame.subject, frame.body) for frame in wire.appends}) == events + claims


@each_append
async def test_a_late_append_that_lands_between_the_look_and_the_second_try_counts_as_ours(
    real_bus: RealBus, append: Append, events: int, claims: int
) -> None:
    held: list[Frame] = []
    async with wired(real_bus, timing=Timing(request_timeout=0.2)) as (wire, journal):
        looked = False

        async def gate(frame: Frame) -> bool:
            nonlocal looked
            looked = looked or frame.is_read_of_a_subject
            if not frame.is_append:
                return True
            commits = "Nats-Batch-Id" not in frame.headers or "Nats-Batch-Commit" in frame.headers
            if commits and not looked:
                held.append(frame)
                return False
            while looked and held:
                wire.deliver(held.pop())
                await asyncio.sleep(0.05)
            return True

        wire.to_server = gate
        last = await append(journal, an_application_number())
        assert_stored_exactly_once(await whole_log(journal), wire, last, events, claims)
        assert wire.requests == 2


@each_append
async def test_a_server_that_sleeps_longer_than_a_request_waits_stores_one_event(
    real_bus: RealBus, append: Append, events: int, claims: int
) -> None:
    async with wired(real_bus, timing=Timing(request_timeout=0.2)) as (wire, journal):
        async with asleep(real_bus):
            waiting = asyncio.create_task(append(journal, an_application_number()))
            await asyncio.sleep(0.8)
            assert not waiting.done()
        last = await waiting
        # Whatever else was on its way must have arrived before the log is looked at.
        await asyncio.sleep(0.2)
        assert_stored_exactly_once(await whole_log(journal), wire, last, events, claims)


@pytest.mark.parametrize("stored", [True, False], ids=["after storing", "before it was read"])
@pytest.mark.parametrize(
    ("append", "events", "claims"),
    [(write_once, 1, 0), (decide, 1, 0), (open_with_claims, 2, 2)],
    ids=["write once", "compare-and-set", "batch with claims"],
)
async def test_a_server_killed_between_send_and_reply_has_one_event_when_it_is_back(
    real_bus: RealBus, append: Append, events: int, claims: int, stored: bool
) -> None:
    async with wired(real_bus, timing=Timing(request_timeout=0.3)) as (wire, journal):
        kills = 0

        async def kill(frame: Frame) -> bool:
            nonlocal kills
            due = frame.is_stored if stored else frame.is_append
            if kills or not due or real_bus.server.pid is None:
                return True
            kills += 1
            os.kill(real_bus.server.pid, signal.SIGKILL)
            return False

        if stored:
            wire.to_client = kill
        else:
            wire.to_server = kill
        last = await append(journal, an_application_number())
        assert kills == 1
        assert_stored_exactly_once(await whole_log(journal), wire, last, events, claims)
        assert real_bus.server.restarts == 1


async def test_a_decision_whose_acknowledgement_was_lost_stands_although_the_case_moved_on(
    real_bus: RealBus, journal: Journal
) -> None:
    application = an_application_number()
    async with wired(real_bus, timing=Timing(request_timeout=0.2)) as (wire, ours):

        async def a_notice_comes_first(frame: Frame) -> bool:
            if frame.is_stored:
                await journal.once(a_notice(application))
                return False
            return True

        wire.to_client = a_notice_comes_first
        assert (await ours.decide(a_known_case(application), a_decision(application))).sequence == 1
    assert [stored.subject.split(".")[2] for stored in await whole_log(journal)] == [
        "reminded",
        "notice-sent",
    ]


async def test_a_decision_that_never_arrived_loses_to_what_came_meanwhile(real_bus: RealBus, journal: Journal) -> None:
    application = an_application_number()
    async with wired(real_bus, timing=Timing(request_timeout=0.2)) as (wire, ours):
        lost = losing(lambda frame: frame.is_append)

        async def a_notice_comes_first(frame: Frame) -> bool:
            if not (arrives := await lost(frame)):
                await journal.once(a_notice(application))
            return arrives

        wire.to_server = a_notice_comes_first
        with pytest.raises(Conflict):
            await ours.decide(Case(application), a_decision(application))
    assert [stored.subject.split(".")[2] for stored in await whole_log(journal)] == ["notice-sent"]


async def test_after_its_time_an_append_is_unavailable_and_a_later_one_meets_what_was_stored_after_all(
    real_bus: RealBus,
) -> None:
    application = an_application_number()
    async with wired(real_bus, timing=Timing(request_timeout=0.2), within=0.8) as (_, journal):
        async with asleep(real_bus):
            began = time.monotonic()
            with pytest.raises(Unavailable):
                await journal.once(answered(application, "tax", "none"))
            assert 0.7 < time.monotonic() - began < 0.8 * PATIENCE
        with pytest.raises(Conflict):
            await journal.once(answered(application, "tax", "found"))
        [item] = await journal.history.of(application)
    assert item.event.answer.kind == "none"  # type: ignore[attr-defined]


async def test_after_its_time_an_append_that_never_arrived_leaves_its_subject_free(real_bus: RealBus) -> None:
    application = an_application_number()
    async with wired(real_bus, timing=Timing(request_timeout=0.2), within=0.7) as (wire, journal):
        wire.to_server = losing(lambda frame: frame.is_append, times=1000)
        with pytest.raises(Unavailable):
            await journal.once(answered(application, "tax", "none"))
        wire.to_server = losing(lambda frame: False)
        await asyncio.sleep(0.5)
        await journal.once(answered(application, "tax", "found"))
        [item] = await journal.history.of(application)
    assert item.event.answer.kind == "found"  # type: ignore[attr-defined]


async def test_with_the_server_away_every_one_of_a_hundred_appends_gives_up_on_time(real_bus: RealBus) -> None:
    async with wired(real_bus, timing=Timing(request_timeout=0.2), within=1) as (_, journal), asleep(real_bus):
        began = time.monotonic()
        appends = [journal.once(a_notice(an_application_number())) for _ in range(100)]
        outcomes = await asyncio.gather(*appends, return_exceptions=True)
        assert time.monotonic() - began < 1 * PATIENCE
    assert {type(outcome) for outcome in outcomes} == {Unavailable}


# --- kill -9 under load ----------------------------------------------------------------------------------------


async def test_everything_acknowledged_is_there_exactly_once_after_three_kills_under_six_writers(
    real_bus: RealBus,
) -> None:
    until = time.monotonic() + 6
    acknowledged: dict[str, int] = {}
    other: list[tuple[str, Exception]] = []

    async def append(journal: Journal, event: Event) -> None:
        try:
            acknowledged[EVENTS.subject_of(event)] = await journal.once(event)
        except Exception as error:
            other.append((EVENTS.subject_of(event), error))

    async def write(journal: Journal) -> None:
        while time.monotonic() < until:
            await asyncio.gather(*(append(journal, a_notice(an_application_number())) for _ in range(40)))

    async def kill() -> None:
        for death in range(1, 4):
            # The server is started again after 0.1, then 0.5, then 1 s.
            await asyncio.sleep(1.6)
            assert real_bus.server.pid is not None
            assert real_bus.server.restarts == death - 1
            os.kill(real_bus.server.pid, signal.SIGKILL)

    writers = [await another_process(real_bus, within=15, timing=Timing(request_timeout=1.0)) for _ in range(6)]
    await asyncio.gather(kill(), *(write(journal) for journal in writers))
    for journal in writers[1:]:
        await journal.stop()
    log = {stored.sequence: stored.subject for stored in await whole_log(writers[0])}
    await writers[0].stop()

    assert real_bus.server.restarts == 3
    assert len(acknowledged) > 500
    # Nobody else writes these subjects, so even one conflict would be a false one.
    assert other == []
    assert sorted(log.values()) == sorted(acknowledged)
    assert {log[sequence] for sequence in acknowledged.values()} == acknowledged.keys()
    assert all(log[sequence] == subject for subject, sequence in acknowledged.items())
    assert sorted(log) == list(range(1, len(log) + 1))


# --- whatever services do at once ------------------------------------------------------------------------------

DOINGS = ("open", "answer", "answer by another", "notice", "withdraw", "determine", "confirm")


def what_follows(case: Case, doing: str, at: datetime) -> Event | None:
    """What a service would write on this case; None where it has nothing to say."""
    number, officer = case.application, "an officer"
    event: Event
    if doing == "withdraw":
        event = ApplicationWithdrawn(application=number, at=at, reason="moved", by="the family")
    elif doing == "determine" and case.determination is None:
        event = a_determination(number, 10).model_copy(update={"at": at, "outcome": "review"})
    elif doing == "confirm":
        event = DeterminationConfirmed(
            application=number, at=at, round=1, outcome="ineligible", reason="papers seen", by=officer
        )
    else:
        return None
    return event if allows(case, type(event)) else None


async def do(
    journal: Journal, application: str, claim: str, doing: str, at: datetime
) -> tuple[list[Event], int] | None:
    """One piece of a service's work: the events it has stored and the sequence of the last, or None."""
    try:
        if doing == "open":
            events = [submitted(application), accepted(application)]
            return events, (await journal.open(events, [Claim(claim, application, 0)])).sequence
        case = await journal.load(application)
        if case.state is None:
            return None
        if doing in ("answer", "answer by another", "notice"):
            fact = answered(application, "tax") if doing != "notice" else a_notice(application)
            fact = fact.model_copy(update={"at": at})
            return [fact], await journal.once(fact)
        event = what_follows(case, doing, at)
        return ([event], (await journal.decide(case, event)).sequence) if event else None
    except Conflict:
        return None


@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    plan=st.lists(st.tuples(st.sampled_from(DOINGS), st.integers(0, 2), st.integers(0, 1)), min_size=15, max_size=40)
)
async def test_whatever_is_done_at_once_every_history_makes_sense_and_every_success_is_in_the_log_once(
    real_bus: RealBus, plan: list[tuple[str, int, int]]
) -> None:
    numbers = [an_application_number() for _ in range(3)]
    # The first two cases are of one family.
    claims = [f"claim.v1.{numbers[n]}" for n in (0, 0, 2)]
    journals = [await another_process(real_bus) for _ in range(2)]
    start = len(await whole_log(journals[0]))
    began = datetime.now(UTC)
    done: list[tuple[list[Event], int]] = []
    plan = [("open", n, n % 2) for n in range(3)] + plan
    for first in range(0, len(plan), 8):
        outcomes = await asyncio.gather(
            *(
                do(journals[process], numbers[n], claims[n], doing, began + timedelta(microseconds=first + place))
                for place, (doing, n, process) in enumerate(plan[first : first + 8])
            )
        )
        done += [outcome for outcome in outcomes if outcome is not None]
    log = (await whole_log(journals[0]))[start:]
    histories = [await journals[0].history.of(number) for number in numbers]
    for journal in journals:
        await journal.stop()

    for number, history in zip(numbers, histories, strict=True):
        fold(history, number)
    assert not (histories[0] and histories[1]), "one family, one application"
    stored = [(item.subject, item.body) for item in log if item.subject.startswith("case.")]
    assert sorted(stored) == sorted(
        (EVENTS.subject_of(event), EVENTS.write(event)) for events, _ in done for event in events
    )
    at_sequence = {item.sequence: item.subject for item in log}
    assert [at_sequence[last] for _, last in done] == [EVENTS.subject_of(events[-1]) for events, _ in done]
