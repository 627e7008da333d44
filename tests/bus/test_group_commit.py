"""Group commit on a real server: many appends, few syncs, and what the server does not do for us."""

import asyncio
import json
import secrets
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pytest
from nats.aio.client import Client

from chassis.errors import Conflict, Unavailable
from chassis.log import group_commit
from chassis.log.group_commit import Entry, GroupCommit, Part
from chassis.log.journal import EXPECTED, EXPECTED_SUBJECT, STREAM, Claim, Journal
from chassis.timing import Timing
from contracts.case.case import Case
from contracts.events import EVENTS, Event
from tests.bus.wire import Frame, Wire, a_decision, a_known_case, a_notice, asleep, losing, whole_log, wired
from tests.support.families import DEPARTMENTS, accepted, an_application_number, answered, submitted
from tests.support.real_bus import RealBus
from tests.support.waiting import PATIENCE


def an_entry(subject: str, expect: int = 0, body: bytes = b"{}", whole_case: str | None = None) -> Entry:
    headers = {"ce-id": secrets.token_hex(16), "ce-type": "test", EXPECTED: str(expect)}
    return Entry(subject, body, headers | ({EXPECTED_SUBJECT: whole_case} if whole_case else {}))


async def one_batch(nc: Client, entries: Sequence[Entry]) -> dict[str, Any]:
    """The server's own word on a batch, with nothing of ours between."""
    batch = secrets.token_hex(8)
    for place, entry in enumerate(entries, start=1):
        headers = {**entry.headers, "Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(place)}
        if place == len(entries):
            headers["Nats-Batch-Commit"] = "1"
        reply = await nc.request(entry.subject, entry.body, timeout=2, headers=headers)
    answer: dict[str, Any] = json.loads(reply.data)
    return answer


def cases_of(frames: Sequence[Frame]) -> list[str]:
    return [frame.subject.split(".")[1] for frame in frames if frame.subject.startswith("case.")]


def parts_of_one_case(wire: Wire) -> int:
    """The most events of one case in one batch, where every part has one event."""
    return max((max(Counter(cases_of(batch)).values()) for batch in wire.batches.values()), default=0)


# --- what the server does not do: the danger itself ------------------------------------------------------------


async def test_the_server_itself_would_commit_two_decisions_of_one_case_in_one_batch(real_bus: RealBus) -> None:
    nc = await real_bus.connect()
    both = [an_entry(f"case.A.{name}", whole_case="case.A.>") for name in ("withdrawn", "determined.1")]
    assert (await one_batch(nc, both))["count"] == 2
    again = [an_entry(f"case.A.{name}", whole_case="case.A.>") for name in ("accepted", "refused")]
    assert (await one_batch(nc, again))["error"]["err_code"] == group_commit.WRONG_LAST_SEQUENCE


async def test_the_server_itself_would_commit_a_decision_beside_an_answer_it_has_not_seen(real_bus: RealBus) -> None:
    nc = await real_bus.connect()
    both = [an_entry("case.A.answered.tax.1"), an_entry("case.A.determined.1", whole_case="case.A.>")]
    assert (await one_batch(nc, both))["count"] == 2


async def test_the_server_refuses_two_writers_of_one_claim_in_one_batch_by_another_code(real_bus: RealBus) -> None:
    nc = await real_bus.connect()
    answer = await one_batch(nc, [an_entry("claim.v1.a"), an_entry("claim.v1.a")])
    assert answer["error"]["err_code"] not in (0, group_commit.WRONG_LAST_SEQUENCE)


async def test_the_server_does_not_name_the_guilty_part_of_a_refused_batch(real_bus: RealBus) -> None:
    nc = await real_bus.connect()
    await nc.request("case.B.submitted", b"{}", timeout=2)
    answer = await one_batch(nc, [an_entry(f"case.{name}.submitted") for name in "ABC"])
    assert "case.B" not in json.dumps(answer)


# --- a decision stands alone in its case -----------------------------------------------------------------------


async def test_of_two_decisions_of_one_case_submitted_at_once_exactly_one_commits(real_bus: RealBus) -> None:
    application = an_application_number()
    async with wired(real_bus) as (wire, journal):
        # Two lanes that are busy with something else: both decisions wait in one queue.
        busy = [asyncio.create_task(journal.once(a_notice(an_application_number()))) for _ in range(2)]
        outcomes = await asyncio.gather(
            *(journal.decide(a_known_case(application), a_decision(application, n)) for n in (1, 2)),
            return_exceptions=True,
        )
        await asyncio.gather(*busy)
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Case", "Conflict"]
        assert sum(stored.subject.startswith(f"case.{application}.") for stored in await whole_log(journal)) == 1
        assert parts_of_one_case(wire) <= 1


async def test_the_answers_of_one_case_go_out_together(real_bus: RealBus) -> None:
    number = an_application_number()
    events = [answered(number, department, round=round) for round in range(1, 9) for department in DEPARTMENTS]
    async with wired(real_bus) as (wire, journal):
        sequences = await asyncio.gather(*(journal.once(event) for event in events))
        assert len(events) > group_commit.FEW
        assert wire.requests <= 3
        assert parts_of_one_case(wire) > group_commit.FEW
        log = {stored.sequence: stored.subject for stored in await whole_log(journal)}
    assert {sequence: EVENTS.subject_of(event) for sequence, event in zip(sequences, events, strict=True)} == log


class Underway:
    """What is on its way to the disk, seen from the wire; writes down what met there and should not have."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.frames: list[Frame] = []
        self.met: list[tuple[str, str]] = []
        self.most_of_one_case = 0

    async def sent(self, frame: Frame) -> bool:
        if frame.is_append:
            for other in self.frames:
                if other.headers["ce-id"] != frame.headers["ce-id"] and self._must_not_meet(frame, other):
                    self.met.append((other.subject, frame.subject))
            self.frames.append(frame)
            self.most_of_one_case = max(self.most_of_one_case, *Counter(cases_of(self.frames)).values())
        return True

    async def answered(self, frame: Frame) -> bool:
        """An answer ends one append, or its whole batch; an empty one only says that a batch was opened."""
        for asked in self.frames:
            if asked.reply == frame.subject and frame.body:
                batch = asked.headers.get("Nats-Batch-Id")
                done = [asked] if batch is None else self.wire.batches[batch]
                self.frames = [it for it in self.frames if it not in done]
                break
        return True

    @staticmethod
    def _must_not_meet(one: Frame, other: Frame) -> bool:
        decided = EXPECTED_SUBJECT in one.headers or EXPECTED_SUBJECT in other.headers
        return one.subject == other.subject or (decided and cases_of([one]) == cases_of([other]))


async def test_a_decision_goes_out_neither_with_nor_beside_any_other_part_of_its_case(real_bus: RealBus) -> None:
    numbers = [an_application_number() for _ in range(30)]
    async with wired(real_bus) as (wire, journal):
        under_way = Underway(wire)
        wire.to_server, wire.to_client = under_way.sent, under_way.answered

        async def decides(number: str, n: int) -> None:
            """Until it stands, as a handler does."""
            while True:
                known = await journal.history.after(0, f"case.{number}.>", 500)
                case = a_known_case(number, known[-1].sequence if known else 0)
                with suppress(Conflict):
                    await journal.decide(case, a_decision(number, n))
                    return

        async def answers(number: str, n: int, department: str, kind: str = "none") -> int:
            await asyncio.sleep(n * 0.004)
            return await journal.once(answered(number, department, kind))

        work = [answers(number, n, department) for n, department in enumerate(DEPARTMENTS) for number in numbers]
        work += [answers(number, n, "tax", "found") for n, number in enumerate(numbers)]
        decisions = [decides(number, n) for number in numbers for n in (1, 2)]
        outcomes = await asyncio.gather(*work, *decisions, return_exceptions=True)
        batches = [batch for batch in wire.batches.values() if len(batch) > 1]
        log = await whole_log(journal)
    assert under_way.met == []
    assert under_way.frames == [], "everything was answered"
    assert under_way.most_of_one_case > 1, "answers did meet"
    assert any(EXPECTED_SUBJECT in frame.headers for batch in batches for frame in batch), "decisions were batched"
    for batch in batches:
        decided = cases_of([frame for frame in batch if EXPECTED_SUBJECT in frame.headers])
        assert all(Counter(cases_of(batch))[case] == 1 for case in decided)
        assert len({frame.subject for frame in batch}) == len(batch)
    # Of two answers of one department the second hears it; nothing else is lost or doubled.
    assert [type(it) for it in outcomes if not isinstance(it, int | None)] == [Conflict] * 30
    assert len({stored.subject for stored in log}) == len(log) == 30 * (len(DEPARTMENTS) + 2)


# --- it groups -------------------------------------------------------------------------------------------------


async def test_three_hundred_appends_at_once_are_a_few_requests_and_each_knows_where_its_event_stands(
    real_bus: RealBus,
) -> None:
    events = [a_notice(an_application_number()) for _ in range(300)]
    async with wired(real_bus) as (wire, journal):
        sequences = await asyncio.gather(*(journal.once(event) for event in events))
        assert wire.requests <= 10
        log = {stored.sequence: stored.subject for stored in await whole_log(journal)}
    assert {sequence: EVENTS.subject_of(event) for sequence, event in zip(sequences, events, strict=True)} == log


async def test_appends_that_come_one_by_one_while_others_wait_for_the_disk_are_grouped_too(real_bus: RealBus) -> None:
    events = [a_notice(an_application_number()) for _ in range(300)]
    async with wired(real_bus) as (wire, journal):

        async def a_handler(n: int) -> int:
            await asyncio.sleep(n * 0.0002)
            return await journal.once(events[n])

        sequences = await asyncio.gather(*(a_handler(n) for n in range(300)))
        assert wire.requests < 150
        log = {stored.sequence: stored.subject for stored in await whole_log(journal)}
    assert {sequence: EVENTS.subject_of(event) for sequence, event in zip(sequences, events, strict=True)} == log


async def test_parts_of_several_events_know_where_their_last_event_stands(journal: Journal) -> None:
    numbers = [an_application_number() for _ in range(40)]

    async def a_case(n: int, number: str) -> int:
        if n % 2:
            return await journal.once(a_notice(number))
        return (
            await journal.open([submitted(number), accepted(number)], [Claim(f"claim.v1.{n}", number, 0)])
        ).sequence

    lasts = await asyncio.gather(*(a_case(n, number) for n, number in enumerate(numbers)))
    for number, last in zip(numbers, lasts, strict=True):
        assert (await journal.history.of(number))[-1].sequence == last


async def test_one_append_alone_is_one_request_without_a_batch(real_bus: RealBus) -> None:
    async with wired(real_bus) as (wire, journal):
        await journal.once(a_notice(an_application_number()))
        assert (len(wire.appends), wire.batches) == (1, {})


async def test_a_few_single_entries_go_out_at_once_one_by_one_and_one_more_makes_a_batch(real_bus: RealBus) -> None:
    for few in (group_commit.FEW, group_commit.FEW + 1):
        async with wired(real_bus) as (wire, journal):
            commit = GroupCommit(journal.history._nc, STREAM)
            parts = [Part(f"{few}-{n}", (an_entry(f"case.{few}-{n}.0"),)) for n in range(few)]
            waiting = [asyncio.create_task(commit.commit(part, within=10)) for part in parts]
            await asyncio.sleep(0)
            commit.start()
            sequences = await asyncio.gather(*waiting)
            await commit.stop()
            one_by_one = few <= group_commit.FEW
            assert (wire.requests, len(wire.batches)) == ((few, 0) if one_by_one else (1, 1))
            log = {stored.sequence: stored.subject for stored in await whole_log(journal)}
            assert [log[it] for it in sequences] == [part.entries[0].subject for part in parts]


async def test_a_few_parts_that_must_be_stored_whole_are_no_single_entries(real_bus: RealBus) -> None:
    async with wired(real_bus) as (wire, journal):
        numbers = [an_application_number() for _ in range(3)]
        await asyncio.gather(*(journal.once(submitted(number), accepted(number)) for number in numbers))
        assert all("Nats-Batch-Id" in frame.headers for frame in wire.appends)
        for batch in wire.batches.values():
            assert set(Counter(cases_of(batch)).values()) == {2}


async def test_an_append_on_an_idle_bus_waits_for_nothing_and_a_busy_bus_rests_between_batches(
    real_bus: RealBus,
) -> None:
    async with wired(real_bus, timing=Timing(shortest_rest=0.3, longest_rest=0.9)) as (wire, journal):
        answered_at, asked_at = list[float](), list[float]()

        async def answer(frame: Frame) -> bool:
            if frame.is_stored:
                answered_at.append(time.monotonic())
            return True

        async def ask(frame: Frame) -> bool:
            if frame.headers.get("Nats-Batch-Sequence", "1") == "1" and frame.is_append:
                asked_at.append(time.monotonic())
            return True

        wire.to_client, wire.to_server = answer, ask
        await asyncio.sleep(1.0)
        for _ in range(2):
            answered_at.clear()
            asked_at.clear()
            began = time.monotonic()
            crowd = [asyncio.create_task(journal.once(a_notice(an_application_number()))) for _ in range(60)]
            await asyncio.sleep(0)
            await asyncio.gather(*crowd)
            assert asked_at[0] - began < 0.3, "the first waits for nothing"
            # Sixty messages have earned it the longest rest; what comes meanwhile goes out together.
            late = [asyncio.create_task(journal.once(a_notice(an_application_number()))) for _ in range(40)]
            before = wire.requests
            await asyncio.gather(*late)
            assert wire.requests - before == 1
            assert 0.6 <= asked_at[-1] - answered_at[-2] <= 0.9 * PATIENCE
            await asyncio.sleep(1.0)


async def test_a_full_queue_ends_the_rest(real_bus: RealBus) -> None:
    async with wired(real_bus, timing=Timing(shortest_rest=20.0, longest_rest=20.0)) as (_, journal):
        await asyncio.gather(*(journal.once(a_notice(an_application_number())) for _ in range(2)))
        began = time.monotonic()
        notices = [a_notice(an_application_number()) for _ in range(group_commit.MAX_MESSAGES)]
        await asyncio.gather(*(journal.once(notice) for notice in notices))
        assert time.monotonic() - began < 10


async def test_a_batch_stays_below_what_the_server_takes_in_messages_and_the_disk_in_bytes(real_bus: RealBus) -> None:
    async with wired(real_bus) as (wire, journal):
        commit = GroupCommit(journal.history._nc, STREAM)
        commit.start()
        many = [Part(f"M{n}", tuple(an_entry(f"case.M{n}.{place}") for place in range(3))) for n in range(400)]
        large = [Part(f"L{n}", (an_entry(f"case.L{n}.0", body=b"x" * 500_000),)) for n in range(40)]
        await asyncio.gather(*(commit.commit(part, within=20) for part in (*many, *large)))
        await commit.stop()
        sizes = [(len(batch), sum(len(frame.body) for frame in batch)) for batch in wire.batches.values()]
        assert max(messages for messages, _ in sizes) <= 500
        assert max(size for _, size in sizes) <= 10_000_000
        assert len(await whole_log(journal)) == 400 * 3 + 40


# --- a refused batch -------------------------------------------------------------------------------------------


async def test_of_fifty_parts_of_which_three_conflict_forty_seven_are_stored_and_three_hear_it(
    real_bus: RealBus,
) -> None:
    numbers = [an_application_number() for _ in range(50)]
    guilty = {numbers[n] for n in (0, 23, 49)}
    async with wired(real_bus) as (wire, journal):
        for number in guilty:
            await journal.once(answered(number, "tax", "found"))
        before = wire.requests
        outcomes = await asyncio.gather(
            *(journal.once(answered(number, "tax", "none")) for number in numbers), return_exceptions=True
        )
        log = await whole_log(journal)
        refused = {number for number, it in zip(numbers, outcomes, strict=True) if isinstance(it, Conflict)}
        assert refused == guilty
        stored = {it.sequence: it.subject for it in log}
        for number, outcome in zip(numbers, outcomes, strict=True):
            if number not in guilty:
                assert stored[outcome] == f"case.{number}.answered.tax.1"  # type: ignore[index]
        assert len(log) == 50
        # Halving, not one by one.
        assert wire.requests - before <= 3 * 2 * 6


async def test_the_one_guilty_part_of_sixty_is_named_by_the_servers_words_and_costs_two_more_requests(
    real_bus: RealBus,
) -> None:
    numbers = [an_application_number() for _ in range(60)]
    assert len(numbers) > group_commit.FEW
    async with wired(real_bus) as (wire, journal):
        await journal.once(answered(numbers[37], "tax", "found"))
        before = wire.requests
        outcomes = await asyncio.gather(
            *(journal.once(answered(number, "tax")) for number in numbers), return_exceptions=True
        )
        # The refused batch, the guilty part alone, and the rest; the first to come may have gone ahead.
        assert wire.requests - before <= 4
        assert [n for n, it in enumerate(outcomes) if isinstance(it, Conflict)] == [37]
        assert len(await whole_log(journal)) == 60


async def test_a_decision_that_any_event_of_its_case_stands_in_the_way_of_is_named_too(real_bus: RealBus) -> None:
    numbers = [an_application_number() for _ in range(60)]
    async with wired(real_bus) as (wire, journal):
        await journal.once(answered(numbers[11], "tax"))
        before = wire.requests
        outcomes = await asyncio.gather(
            *(journal.decide(a_known_case(number), a_decision(number)) for number in numbers), return_exceptions=True
        )
        assert wire.requests - before <= 4
        assert [n for n, it in enumerate(outcomes) if isinstance(it, Conflict)] == [11]
        assert len(await whole_log(journal)) == 60


@pytest.mark.parametrize("said", ["wrong last sequence", "wrong last sequence: 0", "wrong last sequence: 999999", ""])
async def test_where_the_words_name_nothing_the_guilty_part_is_found_all_the_same(
    real_bus: RealBus, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    """The words are no promise of the server: another version may say it otherwise."""
    sequence = group_commit._sequence

    def otherwise(data: bytes) -> int:
        try:
            return sequence(data)
        except group_commit.Refused as refused:
            raise group_commit.Refused(refused.code, said) from None

    monkeypatch.setattr(group_commit, "_sequence", otherwise)
    numbers = [an_application_number() for _ in range(60)]
    guilty = {numbers[n] for n in (0, 33, 59)}
    async with wired(real_bus) as (_, journal):
        for number in guilty:
            await journal.once(answered(number, "tax", "found"))
        outcomes = await asyncio.gather(
            *(journal.once(answered(number, "tax")) for number in numbers), return_exceptions=True
        )
        refused = {number for number, it in zip(numbers, outcomes, strict=True) if isinstance(it, Conflict)}
        assert refused == guilty
        assert len(await whole_log(journal)) == 60


async def test_events_and_claims_of_a_part_stay_together_when_its_batch_is_refused(real_bus: RealBus) -> None:
    async with wired(real_bus) as (_, journal):
        holder = an_application_number()
        await journal.open([submitted(holder)], [Claim("claim.v1.7", holder, 0), Claim("claim.v1.12", holder, 0)])
        numbers = [an_application_number() for _ in range(20)]
        outcomes = await asyncio.gather(
            *(
                journal.open(
                    [submitted(number), accepted(number)],
                    [Claim(f"claim.v1.{n}-spouse", number, 0), Claim(f"claim.v1.{n}", number, 0)],
                )
                for n, number in enumerate(numbers)
            ),
            return_exceptions=True,
        )
        refused = [n for n, outcome in enumerate(outcomes) if isinstance(outcome, Conflict)]
        assert refused == [7, 12]
        for n, number in enumerate(numbers):
            events = await journal.history.of(number)
            claims = [await journal.history.last(f"claim.v1.{n}{who}") for who in ("", "-spouse")]
            held = sum(claim is not None and claim.body.decode() == number for claim in claims)
            assert (len(events), held) == ((0, 0) if n in refused else (2, 2))


async def test_two_families_that_want_one_claim_in_one_batch_are_told_apart_and_the_others_pass(
    journal: Journal,
) -> None:
    numbers = [an_application_number() for _ in range(12)]
    claims = ["shared" if n in (3, 9) else f"own-{n}" for n in range(12)]
    outcomes = await asyncio.gather(
        *(
            journal.open([submitted(number)], [Claim(f"claim.v1.{claim}", number, 0)])
            for number, claim in zip(numbers, claims, strict=True)
        ),
        return_exceptions=True,
    )
    refused = [n for n, outcome in enumerate(outcomes) if isinstance(outcome, Conflict)]
    assert len(refused) == 1
    assert set(refused) < {3, 9}
    assert sum(isinstance(outcome, Case) for outcome in outcomes) == 11


# --- no answer to a batch --------------------------------------------------------------------------------------


async def test_a_whole_batch_whose_acknowledgement_is_lost_is_found_again_and_not_sent_twice(
    real_bus: RealBus,
) -> None:
    events = [a_notice(an_application_number()) for _ in range(100)]
    async with wired(real_bus, timing=Timing(request_timeout=0.3)) as (wire, journal):
        wire.to_client = losing(lambda frame: frame.is_stored)
        began = time.monotonic()
        sequences = await asyncio.gather(*(journal.once(event) for event in events))
        assert time.monotonic() - began < 2 * PATIENCE
        log = {stored.sequence: stored.subject for stored in await whole_log(journal)}
        assert wire.requests == 1
    assert {sequence: EVENTS.subject_of(event) for sequence, event in zip(sequences, events, strict=True)} == log


async def test_a_whole_batch_that_never_arrived_goes_out_as_one_batch_again(real_bus: RealBus) -> None:
    events = [a_notice(an_application_number()) for _ in range(100)]
    async with wired(real_bus, timing=Timing(request_timeout=0.3)) as (wire, journal):
        wire.to_server = losing(lambda frame: "Nats-Batch-Commit" in frame.headers)
        sequences = await asyncio.gather(*(journal.once(event) for event in events))
        log = {stored.sequence: stored.subject for stored in await whole_log(journal)}
        assert wire.requests == 2
        first, second = wire.batches.values()
        assert [frame.headers["ce-id"] for frame in first] == [frame.headers["ce-id"] for frame in second]
    assert {sequence: EVENTS.subject_of(event) for sequence, event in zip(sequences, events, strict=True)} == log


async def test_a_refusal_that_is_lost_is_found_out_all_the_same(real_bus: RealBus) -> None:
    numbers = [an_application_number() for _ in range(10)]
    async with wired(real_bus, timing=Timing(request_timeout=0.3)) as (wire, journal):
        await journal.once(answered(numbers[4], "tax", "found"))
        wire.to_client = losing(lambda frame: b'"error"' in frame.body)
        outcomes = await asyncio.gather(
            *(journal.once(answered(number, "tax")) for number in numbers), return_exceptions=True
        )
        assert [n for n, outcome in enumerate(outcomes) if isinstance(outcome, Conflict)] == [4]
        assert len(await whole_log(journal)) == 10


async def room_for(provisioner: Client, messages: int) -> None:
    """Lets the log take so many messages and no more; -1 for any number."""
    info = json.loads((await provisioner.request(f"$JS.API.STREAM.INFO.{STREAM}", b"", timeout=2)).data)
    config = json.dumps({**info["config"], "max_msgs": messages}).encode()
    reply = json.loads((await provisioner.request(f"$JS.API.STREAM.UPDATE.{STREAM}", config, timeout=2)).data)
    assert "error" not in reply


async def test_a_full_log_is_no_conflict_and_what_waits_is_stored_once_there_is_room(
    journal: Journal, real_bus: RealBus
) -> None:
    provisioner = await real_bus.connect("provisioner")
    await journal.once(a_notice(an_application_number()))
    await room_for(provisioner, 1)
    waiting = [asyncio.create_task(journal.once(a_notice(an_application_number()))) for _ in range(5)]
    await asyncio.sleep(0.4)
    assert not any(task.done() for task in waiting)
    await room_for(provisioner, -1)
    assert sorted(await asyncio.gather(*waiting)) == [2, 3, 4, 5, 6]
    await room_for(provisioner, 6)
    impatient = Journal(await real_bus.connect(), within=0.5)
    await impatient.start()
    with pytest.raises(Unavailable):
        await impatient.once(a_notice(an_application_number()))
    await impatient.stop()


async def test_while_one_lane_waits_for_an_answer_the_other_goes_on(real_bus: RealBus) -> None:
    async with wired(real_bus, timing=Timing(request_timeout=2.5)) as (wire, journal):
        wire.to_client = losing(lambda frame: frame.is_stored)
        stuck = asyncio.create_task(journal.once(a_notice(an_application_number())))
        await asyncio.sleep(0.05)
        await asyncio.gather(*(journal.once(a_notice(an_application_number())) for _ in range(20)))
        assert not stuck.done()
        await stuck


async def test_what_has_to_wait_for_a_lane_without_an_answer_holds_up_nobody_else(real_bus: RealBus) -> None:
    number = an_application_number()
    async with wired(real_bus, timing=Timing(request_timeout=3.0, stuck_after=0.05)) as (wire, journal):
        wire.to_client = losing(lambda frame: frame.is_stored)
        stuck = asyncio.create_task(journal.once(answered(number, "tax")))
        await asyncio.sleep(0.05)
        behind_it = asyncio.create_task(journal.decide(a_known_case(number, 1), a_decision(number)))
        await asyncio.sleep(0.2)
        await asyncio.gather(*(journal.once(a_notice(an_application_number())) for _ in range(3)))
        assert not stuck.done()
        assert not behind_it.done()
        await asyncio.gather(stuck, behind_it)


# --- callers that leave, and the end ---------------------------------------------------------------------------


async def test_an_append_whose_caller_left_before_it_was_sent_is_not_sent(real_bus: RealBus) -> None:
    async with wired(real_bus) as (wire, journal):
        leaving = a_notice(an_application_number())
        task = asyncio.create_task(journal.once(leaving))
        await asyncio.sleep(0)
        task.cancel()
        staying = await asyncio.gather(*(journal.once(a_notice(an_application_number())) for _ in range(5)))
        assert len(staying) == 5
        assert EVENTS.subject_of(leaving) not in {frame.subject for frame in wire.appends}


async def test_an_append_whose_caller_left_while_it_was_on_its_way_frees_its_case(real_bus: RealBus) -> None:
    application = an_application_number()
    async with wired(real_bus) as (wire, journal):
        reply_may_pass = asyncio.Event()

        async def slow(frame: Frame) -> bool:
            if frame.is_stored:
                await reply_may_pass.wait()
            return True

        wire.to_client = slow
        leaving = asyncio.create_task(journal.once(answered(application, "tax")))
        await asyncio.sleep(0.1)
        leaving.cancel()
        reply_may_pass.set()
        await journal.once(answered(application, "housing"))
        assert len(await journal.history.of(application)) == 2


async def test_stopping_waits_for_what_is_under_way(real_bus: RealBus) -> None:
    journal = Journal(await real_bus.connect(), within=10)
    await journal.start()
    appends = [asyncio.create_task(journal.once(a_notice(an_application_number()))) for _ in range(50)]
    await asyncio.sleep(0)
    await journal.stop()
    assert sorted(await asyncio.gather(*appends)) == list(range(1, 51))


async def test_stopping_while_the_server_is_away_tells_everyone_that_the_outcome_is_unknown(real_bus: RealBus) -> None:
    journal = Journal(await real_bus.connect(), within=30, timing=Timing(stop_within=0.3))
    await journal.start()
    application = an_application_number()
    events: list[Event] = [a_notice(an_application_number()) for _ in range(20)]
    # Parts of one case wait in the queue while the others are under way.
    events += [a_notice(application, f"cause-{n}") for n in range(5)]
    async with asleep(real_bus):
        appends = [asyncio.create_task(journal.once(event)) for event in events]
        await asyncio.sleep(0.05)
        await asyncio.wait_for(journal.stop(), 2)
        outcomes = await asyncio.wait_for(asyncio.gather(*appends, return_exceptions=True), 1)
    assert {type(outcome) for outcome in outcomes} == {Unavailable}
    with pytest.raises(Unavailable):
        await asyncio.wait_for(journal.once(a_notice(application)), 1)


async def test_an_answer_that_makes_no_sense_is_heard_by_its_callers_and_ends_no_lane(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nonsense(data: bytes) -> int:
        raise KeyError("seq")

    with monkeypatch.context() as patch:
        patch.setattr(group_commit, "_sequence", nonsense)
        for _ in range(group_commit.LANES + 1):
            with pytest.raises(KeyError):
                await asyncio.wait_for(journal.once(a_notice(an_application_number())), 2)
    await journal.once(a_notice(an_application_number()))
