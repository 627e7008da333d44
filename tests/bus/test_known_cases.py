"""Cases as a process knows them: they may be behind the log, and must never have a hole."""

import asyncio
import random
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from determination.service import DURABLE as DETERMINATION
from hypothesis import given, settings
from hypothesis import strategies as st
from nats.aio.client import Client

from chassis.consume.consumer import Delivery, PullConsumer
from chassis.consume.decision_handler import CaseDecider, Decide, deciding, follow
from chassis.errors import Conflict
from chassis.log import case_cache
from chassis.log.case_cache import KnownCases
from chassis.log.journal import Journal
from chassis.log.stored import Stored, recorded
from contracts.case.case import Case, Recorded
from contracts.case.fold import fold
from contracts.case.states import State
from contracts.events import (
    ApplicationWithdrawn,
    DepartmentAnswered,
    DeterminationMade,
    Event,
    HandedToOfficer,
)
from procedures.hainan_2025.determination import decide
from tests.bus.wire import a_notice, whole_log
from tests.support.families import DEPARTMENTS, accepted, an_application_number, answered, submitted
from tests.support.readers import info, reading
from tests.support.real_bus import RealBus
from tests.support.waiting import until


def told(*events: Event) -> list[Recorded]:
    """These events as a log of one case has them."""
    return [Recorded(n, event, f"{n}", event.at) for n, event in enumerate(events, start=1)]


def withdrawn(number: str) -> ApplicationWithdrawn:
    return ApplicationWithdrawn(application=number, at=datetime.now(UTC), reason="moved", by="the family")


def an_open_case(asked: Sequence[str] = DEPARTMENTS) -> tuple[str, list[Recorded]]:
    """Submitted and accepted, and then every answer in order."""
    number = an_application_number()
    events: list[Event] = [submitted(number), accepted(number, asked=tuple(asked))]
    return number, told(*events, *(answered(number, name) for name in asked))


# --- what is known ---------------------------------------------------------------------------------------------


def test_a_case_is_known_up_to_its_own_sequence_and_not_beyond() -> None:
    known, (number, log) = KnownCases(), an_open_case()
    case = known.keep(fold(log[:4], number))
    assert known.get(number, 0) is known.get(number, 4) is case
    assert known.get(number, 5) is None
    assert known.get(an_application_number(), 0) is None
    known.forget_all()
    assert known.get(number, 0) is None


def test_an_open_round_grows_by_what_is_delivered_in_order_and_ends_where_a_fold_of_all_ends() -> None:
    known, (number, log) = KnownCases(), an_open_case()
    known.keep(fold(log[:2], number))
    for item in log[2:]:
        known.follow(item)
        assert known.get(number, item.sequence) == fold(log[: item.sequence], number)


def test_what_is_delivered_again_or_was_known_already_changes_nothing() -> None:
    known, (number, log) = KnownCases(), an_open_case()
    case = known.keep(fold(log[:5], number))
    for item in log[:5]:
        known.follow(item)
    assert known.get(number, 0) is case


def test_a_case_that_is_not_known_does_not_become_known_by_one_of_its_events() -> None:
    known, (number, log) = KnownCases(), an_open_case()
    known.follow(log[2])
    assert known.get(number, 0) is None


@pytest.mark.parametrize("past", ["everybody has answered", "withdrawn", "determined"])
def test_a_case_whose_round_is_over_is_forgotten_by_what_comes_after(past: str) -> None:
    """What comes between is not delivered any more: an opening, a confirmation."""
    known, (number, log) = KnownCases(), an_open_case(["tax"])
    known.keep(fold(log[:2], number))
    if past == "everybody has answered":
        known.follow(log[2])
    elif past == "withdrawn":
        known.follow(Recorded(3, withdrawn(number), "3", datetime.now(UTC)))
    else:
        known.keep(fold(log, number))
        made = decide(fold(log, number), datetime.now(UTC))
        written = [Recorded(n, event, f"{n}", event.at) for n, event in enumerate(made, start=4)]
        known.keep(fold([*log, *written], number))
    assert known.get(number, 0) is not None
    late = answered(number, "housing")
    known.follow(Recorded(9, late, "9", late.at))
    assert known.get(number, 0) is None


def test_a_case_is_being_decided_from_its_acceptance_until_its_determination_is_out() -> None:
    known, (number, log) = KnownCases(), an_open_case()
    assert known.is_being_decided(number) is None
    known.keep(fold(log[:1], number))
    assert known.is_being_decided(number) is False
    known.keep(fold(log[:2], number))
    assert known.is_being_decided(number) is True
    known.follow(Recorded(3, withdrawn(number), "3", datetime.now(UTC)))
    assert known.is_being_decided(number) is False


def test_the_case_that_nobody_touched_longest_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_cache, "MOST", 3)
    known = KnownCases()
    cases = [an_open_case() for _ in range(4)]
    for number, log in cases[:3]:
        known.keep(fold(log[:2], number))
    known.follow(cases[0][1][2])
    number, log = cases[3]
    known.keep(fold(log[:2], number))
    assert [known.get(number, 0) is not None for number, _ in cases] == [True, False, True, True]


def test_an_event_that_may_not_follow_makes_the_case_unknown() -> None:
    known, (number, log) = KnownCases(), an_open_case()
    known.keep(fold(log[:2], number))
    again = submitted(number)
    known.follow(Recorded(3, again, "3", again.at))
    assert known.get(number, 0) is None


STEPS = ("deliver", "deliver again", "to another reader", "of another case", "begin a load", "end a load")


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_however_loads_and_deliveries_cross_what_is_known_is_what_the_log_said_at_its_sequence(
    data: st.DataObject,
) -> None:
    """Deliveries come in order, and a gap shows at the next of any case; a load shows the log as it began."""
    number, log = an_open_case(DEPARTMENTS[:4])
    gone = Recorded(0, withdrawn(number), "", datetime.now(UTC))
    place = data.draw(st.integers(2, 6), label="withdrawn after")
    log = told(*(item.event for item in (*log[:place], gone, *log[place:])))

    async def interleaved() -> None:
        journal = Journal(SimpleNamespace(new_inbox=lambda: "inbox"), within=1)  # type: ignore[arg-type]
        shown, may_end, loads = list[Case](), list[asyncio.Event](), list[asyncio.Task[Case]]()

        async def load(application: str, at_least: int = 0) -> Case:
            case, end = shown[-1], may_end[-1]
            await end.wait()
            return case

        journal.history.load = load  # type: ignore[method-assign]
        delivered, gap = 2, False
        while delivered < len(log):
            step = data.draw(st.sampled_from(STEPS), label="step")
            if step == "to another reader":
                delivered, gap = delivered + 1, True
            elif step in ("deliver", "deliver again", "of another case"):
                if gap:
                    journal.known.forget_all()
                    gap = False
                if step == "deliver":
                    journal.known.follow(log[delivered])
                    delivered += 1
                elif step == "deliver again" and delivered > 2:
                    journal.known.follow(log[data.draw(st.integers(2, delivered - 1), label="which")])
            elif step == "begin a load":
                shown.append(fold(log[: data.draw(st.integers(delivered, len(log)), label="up to")], number))
                may_end.append(asyncio.Event())
                loads.append(asyncio.create_task(journal.load(number)))
                await asyncio.sleep(0)
            elif loads:
                may_end[-len(loads)].set()
                await loads.pop(0)
            if (case := journal.known.get(number, 0)) is not None:
                assert case == fold(log[: case.sequence], number), "it has a hole"
        for end in may_end:
            end.set()
        await asyncio.gather(*loads)

    asyncio.run(interleaved())


# --- what is decided on it -------------------------------------------------------------------------------------


def delivery(stored: Stored, after_gap: bool = False) -> Delivery:
    return Delivery(stored, recorded(stored), 1, datetime.now(UTC), after_gap)


def delivering(journal: Journal, decide: Decide) -> Callable[[Delivery], Coroutine[Any, Any, None]]:
    """As a consumer does it: an event is followed as it arrives, and then handled."""
    arrived, handle = follow(journal, decide), deciding(CaseDecider(journal), decide)

    async def nothing() -> None:
        """Nothing is left to do."""

    def deliver(one: Delivery) -> Coroutine[Any, Any, None]:
        return nothing() if arrived(one) else handle(one)  # type: ignore[return-value]

    return deliver


@pytest.mark.parametrize("between", ["answered", "withdrawn"])
async def test_an_event_that_came_while_its_case_was_loaded_is_not_decided_over(
    journal: Journal, real_bus: RealBus, between: str
) -> None:
    """3 is delivered and loaded; 4 comes meanwhile and cannot be followed; 5 follows what was loaded."""
    elsewhere = Journal(await real_bus.connect(), within=10)
    await elsewhere.start()
    number = an_application_number()
    asked = ("tax", "housing", "real-estate") if between == "answered" else ("tax", "real-estate")
    await elsewhere.once(submitted(number), accepted(number, asked=asked), answered(number, "tax"))
    load, read = journal.history.load, asyncio.Event()
    may_return, first = asyncio.Event(), True

    async def slowly(application: str, at_least: int = 0) -> Case:
        case = await load(application, at_least)
        read.set()
        await may_return.wait()
        return case

    journal.history.load = slowly  # type: ignore[method-assign]
    handling: list[asyncio.Task[None]] = []

    def deciding_on(case: Case, now: datetime) -> tuple[Event, ...]:
        nonlocal first
        if first:
            # It arrives in this very moment, before any other handler goes on.
            first = False
            handling.append(asyncio.create_task(handle(delivery(log[4]))))
        return decide(case, now)

    handle = delivering(journal, deciding_on)
    log = await whole_log(elsewhere)
    handling.append(asyncio.create_task(handle(delivery(log[2]))))
    await read.wait()
    if between == "answered":
        await elsewhere.once(answered(number, "housing"))
    else:
        await elsewhere.decide(await elsewhere.load(number), withdrawn(number))
    await elsewhere.once(answered(number, "real-estate"))
    log = await whole_log(elsewhere)
    handling.append(asyncio.create_task(handle(delivery(log[3]))))
    await asyncio.sleep(0)
    may_return.set()
    for _ in range(3):
        await asyncio.gather(*handling)
    await elsewhere.stop()
    made = [type(item.event) for item in (await elsewhere.history.of(number))[5:]]
    assert made == ([DeterminationMade, HandedToOfficer] if between == "answered" else [])


async def test_an_event_that_came_before_its_cases_opening_was_acknowledged_is_not_decided_over(
    journal: Journal, real_bus: RealBus
) -> None:
    """Intake and determination share a process: answers may be delivered while the acknowledgement is on its way."""
    elsewhere = Journal(await real_bus.connect(), within=10)
    await elsewhere.start()
    number = an_application_number()
    commit, stored, may_return = journal._commit.commit, asyncio.Event(), asyncio.Event()

    async def slowly(part: Any, within: float) -> int:
        last = await commit(part, within)
        if part.stream == f"case.{number}":
            stored.set()
            await may_return.wait()
        return last

    journal._commit.commit = slowly  # type: ignore[method-assign]
    handle = delivering(journal, decide)
    keep, handling = journal.known.keep, list[asyncio.Task[None]]()

    def acknowledged(case: Case, gaps: int | None = None) -> Case:
        if len(handling) == 1:
            # It arrives in this very moment, before the handler that waits for this goes on.
            handling.append(asyncio.create_task(handle(delivery(log[3]))))
        return keep(case, gaps)

    journal.known.keep = acknowledged  # type: ignore[method-assign]
    opening = asyncio.create_task(journal.open([submitted(number), accepted(number, asked=("tax", "housing"))], []))
    await stored.wait()
    await elsewhere.once(answered(number, "tax"))
    await elsewhere.once(answered(number, "housing"))
    log = await whole_log(elsewhere)
    handling.append(asyncio.create_task(handle(delivery(log[2]))))
    await asyncio.sleep(0.05)
    may_return.set()
    await opening
    await asyncio.gather(*handling)
    assert len(handling) == 2
    await elsewhere.stop()
    assert [type(item.event) for item in (await elsewhere.history.of(number))[4:]] == [
        DeterminationMade,
        HandedToOfficer,
    ]


async def all_read(nc: Client) -> bool:
    """Whether nothing of the durable waits to be fetched or acknowledged."""
    seen = await info(nc, DETERMINATION)
    return not (seen["num_pending"] or seen["num_ack_pending"])


async def test_two_readers_of_one_durable_never_determine_over_a_withdrawal_that_only_one_of_them_saw(
    real_bus: RealBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    journals = [Journal(await real_bus.connect(), within=10) for _ in range(3)]
    for journal in journals:
        await journal.start()
    *deciders, departments = journals
    numbers = [an_application_number() for _ in range(40)]
    # From the first answer, when a withdrawal is sure to come in time, to the last, when it races with the outcome.
    gone = {number: n % len(DEPARTMENTS) + 1 for n, number in enumerate(numbers[::2])}
    await asyncio.gather(*(departments.once(submitted(number), accepted(number)) for number in numbers))

    async def answers(number: str, withdrawn_after: int | None) -> None:
        names = list(DEPARTMENTS)
        random.Random(number).shuffle(names)
        async with asyncio.TaskGroup() as tasks:
            for n, name in enumerate(names, start=1):
                await asyncio.sleep(random.uniform(0, 0.02))
                await departments.record(answered(number, name))
                if n == withdrawn_after:
                    tasks.create_task(withdraws(number))

    async def withdraws(number: str) -> None:
        await asyncio.sleep(random.uniform(0, 0.02))
        while True:
            case = await departments.load(number)
            if case.determination is not None:
                return
            try:
                await departments.decide(case, withdrawn(number))
                return
            except Conflict:
                continue

    nc = await real_bus.connect("provisioner")
    async with AsyncExitStack() as stack:
        for journal in deciders:
            reader = PullConsumer(
                await real_bus.connect(),
                DETERMINATION,
                deciding(CaseDecider(journal), decide),
                concurrency=8,
                arrived=follow(journal, decide),
            )
            await stack.enter_async_context(reading(reader))
        await asyncio.gather(*(answers(number, gone.get(number)) for number in numbers))
        await until(partial(all_read, nc), within=10)
    ended: dict[str, list[type[Event]]] = {}
    for number in numbers:
        history = [type(item.event) for item in await departments.history.of(number)]
        ended[number] = [kind for kind in history if kind in (DeterminationMade, ApplicationWithdrawn)]
        assert history.count(DepartmentAnswered) == len(DEPARTMENTS)
    for journal in journals:
        await journal.stop()
    assert {number: kinds for number, kinds in ended.items() if number not in gone} == {
        number: [DeterminationMade] for number in numbers if number not in gone
    }
    assert all(len(ended[number]) == 1 for number in gone), "determined, or withdrawn, and never both"
    assert {kind for number in gone for kind in ended[number]} >= {ApplicationWithdrawn}


async def test_after_a_gap_in_the_deliveries_nothing_that_was_known_is_rested_on(
    journal: Journal, real_bus: RealBus
) -> None:
    elsewhere = Journal(await real_bus.connect(), within=10)
    await elsewhere.start()
    number = an_application_number()
    await journal.open([submitted(number), accepted(number, asked=("tax", "housing"))], [])
    await elsewhere.decide(await elsewhere.load(number), withdrawn(number))
    await elsewhere.once(answered(number, "tax"), answered(number, "housing"))
    log = await whole_log(elsewhere)
    handle = delivering(journal, decide)
    # The withdrawal went to another reader.
    await handle(delivery(log[3], after_gap=True))
    await handle(delivery(log[4]))
    await elsewhere.stop()
    assert (await journal.load(number)).state is State.WITHDRAWN
    assert len(await journal.history.of(number)) == 5


async def test_what_was_being_loaded_while_a_gap_was_noticed_is_not_followed(
    journal: Journal, real_bus: RealBus
) -> None:
    """The gap shows at a delivery of another case; the withdrawal of this one went to another reader."""
    elsewhere = Journal(await real_bus.connect(), within=10)
    await elsewhere.start()
    number, another = an_application_number(), an_application_number()
    await elsewhere.once(submitted(number), accepted(number, asked=("tax", "housing")), answered(number, "tax"))
    load, read, may_return = journal.history.load, asyncio.Event(), asyncio.Event()

    async def slowly(application: str, at_least: int = 0) -> Case:
        case = await load(application, at_least)
        if application == number and not may_return.is_set():
            read.set()
            await may_return.wait()
        return case

    journal.history.load = slowly  # type: ignore[method-assign]
    handle = delivering(journal, decide)
    first = asyncio.create_task(handle(delivery((await whole_log(elsewhere))[2])))
    await read.wait()
    await elsewhere.decide(await elsewhere.load(number), withdrawn(number))
    await elsewhere.once(submitted(another), accepted(another), answered(another, "tax"))
    await elsewhere.once(answered(number, "housing"))
    log = await whole_log(elsewhere)
    await handle(delivery(log[6], after_gap=True))
    may_return.set()
    await first
    await handle(delivery(log[7]))
    await elsewhere.stop()
    assert [type(item.event) for item in (await journal.history.of(number))[4:]] == [DepartmentAnswered]


async def test_an_event_that_cannot_be_read_is_not_decided_over(journal: Journal, real_bus: RealBus) -> None:
    """It may be a withdrawal in a newer version's words. Loaded, such a case cannot be decided either."""
    nc, number = await real_bus.connect(), an_application_number()
    await journal.open([submitted(number), accepted(number, asked=("tax", "housing"))], [])
    another = an_application_number()
    async with reading(
        PullConsumer(nc, DETERMINATION, deciding(CaseDecider(journal), decide), arrived=follow(journal, decide))
    ):
        # The first delivery of a reader's life may follow a gap; these do not.
        await journal.once(submitted(another), accepted(another, asked=("tax",)), answered(another, "tax"))
        await until(lambda: determined(journal, another))
        await journal.load(number)
        await journal.once(answered(number, "tax"))
        nonsense = {"ce-type": "ApplicationWithdrawn", "ce-id": "w"}
        await nc.jetstream().publish(f"case.{number}.withdrawn", b"{}", stream="CASES", headers=nonsense)
        await journal.once(answered(number, "housing"))
        await asyncio.sleep(0.5)
    assert not await determined(journal, number)


async def determined(journal: Journal, number: str) -> bool:
    return any(stored.subject.startswith(f"case.{number}.determined") for stored in await whole_log(journal))


async def test_what_is_known_whole_is_decided_on_without_a_read(journal: Journal) -> None:
    number, log = an_open_case()
    await journal.open([item.event for item in log[:2]], [])
    for item in log[2:]:
        await journal.once(item.event)
    await journal.once(a_notice(an_application_number()))
    stored = (await whole_log(journal))[2:8]

    async def no_read(application: str, at_least: int = 0) -> Case:
        raise AssertionError("read")

    load, journal.history.load = journal.history.load, no_read  # type: ignore[method-assign]
    handle = delivering(journal, decide)
    for n, one in enumerate(stored):
        assert journal.known.get(number, 3) is None or n
        await handle(delivery(one))
    journal.history.load = load  # type: ignore[method-assign]
    assert (await journal.load(number)).determination is not None
