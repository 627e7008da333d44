"""Publicity on a real bus: alarms lost, servers killed, clocks that jump, and what its commands refuse."""

import asyncio
import json
import os
import signal
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from nats.aio.client import Client
from publicity.alarm import ALARM, RINGING
from publicity.service import INDEX, Publicity

from chassis.commands import call
from chassis.consume.checkpoints import Checkpoints
from chassis.consume.consumer import Delivery, PullConsumer
from chassis.consume.due_index import DueItem, LogRecord
from chassis.errors import CommandRefused, Conflict, Drift, Later
from chassis.log.history import History
from chassis.log.journal import Journal
from chassis.log.provision import provision
from chassis.log.stored import Stored, recorded
from chassis.telemetry.spans import span
from chassis.timing import Timing
from contracts.case.case import Case
from contracts.case.states import State
from contracts.events import ApplicationWithdrawn, Event, PoolConfirmed, PublicityClosed, PublicityOpened
from contracts.events.values import PublicEntry
from contracts.people import check_digit
from lianshen.catalog import durables
from tests.bus.wire import whole_log
from tests.publicity.listed import NEVER, Jump, an_eligible_family, form_of, publicity
from tests.support.families import an_application_number, submitted
from tests.support.kept_spans import keeping
from tests.support.real_bus import RealBus
from tests.support.waiting import PATIENCE, until

LONG: dict[str, Any] = {"drill_publicity_seconds": NEVER}
"""A period that does not end while the test runs."""


async def case_when(journal: Journal, number: str, true: Callable[[Case], bool], within: float = 10.0) -> Case:
    """The case as soon as it is so."""
    async with asyncio.timeout(within * PATIENCE):
        while not true(case := await journal.load(number)):
            await asyncio.sleep(0.05)
    return case


async def listed(journal: Journal, number: str) -> PublicityOpened:
    case = await case_when(journal, number, lambda case: case.publicity is not None)
    assert case.publicity is not None
    return case.publicity


async def confirmed(journal: Journal, number: str, within: float = 10.0) -> Case:
    return await case_when(journal, number, lambda case: case.state is State.POOL_CONFIRMED, within)


async def story(journal: Journal, number: str) -> list[str]:
    """The names of a case's events after its determination."""
    names = [type(item.event).__name__ for item in await journal.history.of(number)]
    return names[names.index("DeterminationMade") + 1 :]


async def api(nc: Client, subject: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads((await nc.request(f"$JS.API.{subject}", b"", timeout=5)).data)
    assert "error" not in answer, answer["error"]
    return answer


async def purge_the_alarm(owner: Client) -> None:
    """The one that was just set: it follows the opening by a moment."""
    async with asyncio.timeout(15):
        while not (await api(owner, "STREAM.PURGE.TIMERS"))["purged"]:
            await asyncio.sleep(0.02)


async def entries(nc: Client) -> dict[str, dict[str, Any]]:
    """The public list as the command shows it, by application."""
    shown = (await call(nc, "publicity", "list", {}))["entries"]
    return {entry["application"]: entry for entry in shown}


def closed_in_time(case: Case) -> bool:
    """Not before the due instant, and soon after it."""
    assert case.publicity is not None
    assert case.closed is not None
    late = case.closed.at - case.publicity.closes_at
    return timedelta(seconds=0.2) <= late < timedelta(seconds=10)


# --- opening ----------------------------------------------------------------------------------------------------


async def test_a_determination_that_is_delivered_twice_opens_one_entry(real_bus: RealBus, journal: Journal) -> None:
    attempts: list[int] = []

    class LosesItsAcknowledgement(Publicity):
        async def opened(self, delivery: Delivery) -> None:
            await super().opened(delivery)
            attempts.append(delivery.attempt)
            if delivery.attempt == 1:
                raise Later("the acknowledgement was lost", 0.1)

    async with publicity(real_bus, LosesItsAcknowledgement, **LONG) as service:
        await until(lambda: service.clock.has_begun)
        number = await an_eligible_family(journal)
        await until(lambda: attempts == [1, 2])
        assert await story(journal, number) == ["PublicityOpened"]
        assert (await api(await real_bus.connect("provisioner"), "STREAM.INFO.TIMERS"))["state"]["messages"] == 1


async def test_families_that_look_alike_are_told_apart_though_the_index_has_seen_neither(
    real_bus: RealBus, journal: Journal
) -> None:
    alike = [number for day in range(1, 29) if (number := id_number_of(f"150303199001{day:02d}")).endswith("0018")]
    one, other = form_of("王建国", alike[0]), form_of("王爱国", alike[1])
    async with publicity(real_bus, open_cases_every=NEVER, **LONG) as service:
        await until(lambda: service.index.ready)
        numbers = await asyncio.gather(an_eligible_family(journal, one), an_eligible_family(journal, other))
        shown = [(await listed(journal, number)).entry for number in numbers]
    assert [entry.name for entry in shown] == ["王*国"] * 2
    assert sorted(entry.id_number for entry in shown) == ["1503**********0018", "150303********0018"]


def id_number_of(front: str) -> str:
    body = f"{front}001"
    return body + check_digit(body)


# --- closing ----------------------------------------------------------------------------------------------------


async def test_the_alarm_closes_an_entry_in_its_time_while_the_index_sleeps(
    real_bus: RealBus, journal: Journal
) -> None:
    async with publicity(real_bus, open_cases_every=NEVER):
        number = await an_eligible_family(journal)
        case = await confirmed(journal, number)
    assert closed_in_time(case)
    assert await story(journal, number) == ["PublicityOpened", "PublicityClosed", "PoolConfirmed"]


async def test_with_every_alarm_purged_the_index_closes_the_entry(real_bus: RealBus, journal: Journal) -> None:
    owner = await real_bus.connect("provisioner")
    async with publicity(real_bus):
        number = await an_eligible_family(journal)
        await listed(journal, number)
        await purge_the_alarm(owner)
        case = await confirmed(journal, number)
        assert (await api(owner, "STREAM.INFO.TIMERS"))["state"]["messages"] == 0, "it was no alarm"
    assert closed_in_time(case)


async def test_with_the_timers_deleted_what_is_shown_goes_on_and_closes(real_bus: RealBus, journal: Journal) -> None:
    owner, nc = await real_bus.connect("provisioner"), await real_bus.connect("operator")
    async with publicity(real_bus, drill_publicity_seconds=2):
        early = await an_eligible_family(journal)
        await listed(journal, early)
        await api(owner, "STREAM.DELETE.TIMERS")
        late = await an_eligible_family(journal)
        await listed(journal, late)
        # A caller who was told that it failed would correct it again, and a third time.
        request = {"application": early, "reason": "the name was misread", "by": "officer 7"}
        assert (await call(nc, "publicity", "correct", request))["state"] == "in_publicity"
        assert await story(journal, early) == ["PublicityOpened"] * 2
        for number in (early, late):
            assert closed_in_time(await confirmed(journal, number))


async def test_a_service_whose_alarms_are_gone_ends_and_says_so_until_the_provisioner_mended_it(
    real_bus: RealBus, journal: Journal
) -> None:
    owner = await real_bus.connect("provisioner")
    await api(owner, "STREAM.DELETE.TIMERS")

    async def rang(delivery: Delivery) -> None:
        raise AssertionError("no alarm can ring")

    with pytest.raises(Drift, match=r"publicity-alarm.*lianshen provision"):
        await asyncio.wait_for(PullConsumer(await real_bus.connect(), ALARM, rang).run(), 90)
    await provision(owner, durables())
    async with publicity(real_bus, open_cases_every=NEVER):
        assert closed_in_time(await confirmed(journal, await an_eligible_family(journal)))


async def test_a_bus_killed_between_opening_and_the_due_instant_closes_the_entry_after_its_restart(
    real_bus: RealBus, journal: Journal
) -> None:
    async with publicity(real_bus, drill_publicity_seconds=2):
        number = await an_eligible_family(journal)
        await listed(journal, number)
        killed = real_bus.server.pid
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        await until(lambda: real_bus.server.pid not in (None, killed))
        await asyncio.sleep(0.5)
        case = await confirmed(journal, number, within=20)
    assert case.closed is not None
    assert case.publicity is not None
    assert case.closed.at >= case.publicity.closes_at
    assert await story(journal, number) == ["PublicityOpened", "PublicityClosed", "PoolConfirmed"]


async def test_two_instances_open_and_close_every_entry_once(real_bus: RealBus, journal: Journal) -> None:
    async with publicity(real_bus) as one, publicity(real_bus) as other:
        numbers = await asyncio.gather(*(an_eligible_family(journal) for _ in range(12)))
        for number in numbers:
            assert closed_in_time(await confirmed(journal, number))
        await until(lambda: not one.index.entries and not other.index.entries)
        for number in numbers:
            assert await story(journal, number) == ["PublicityOpened", "PublicityClosed", "PoolConfirmed"]


async def test_deliveries_of_one_case_take_turns_so_that_only_the_first_writes(
    real_bus: RealBus, journal: Journal
) -> None:
    """Its own consumer's and two more; each would decide the same on what it read."""
    async with publicity(real_bus, **LONG) as service:
        await until(lambda: service.clock.has_begun)
        load, may_return, tries = service.journal.history.load, asyncio.Event(), list[str]()
        decide = service.journal.decide

        async def slowly(application: str, at_least: int = 0) -> Case:
            case = await load(application, at_least)
            await may_return.wait()
            return case

        async def counting(case: Case, *events: Event) -> Case:
            tries.append(case.application)
            return await decide(case, *events)

        service.journal.history.load = slowly  # type: ignore[method-assign]
        service.journal.decide = counting  # type: ignore[method-assign]
        number = await an_eligible_family(journal)
        [*_, stored] = await whole_log(journal)
        again = Delivery(stored, recorded(stored), 1, datetime.now(UTC))
        handling = [asyncio.create_task(service.opened(again)) for _ in range(2)]
        await asyncio.sleep(0.5)
        may_return.set()
        await asyncio.gather(*handling)
        await listed(journal, number)
        assert tries == [number]
        assert await story(journal, number) == ["PublicityOpened"]


async def test_an_alarm_that_rings_while_another_closes_the_entry_leaves_no_span_beside_the_cases_trace(
    real_bus: RealBus, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both load the case, both would close it; one is second, and its message comes back."""
    async with publicity(real_bus, open_cases_every=NEVER, drill_publicity_seconds=3600) as service:
        with span("POST /v1/applications") as posted:
            number = await an_eligible_family(journal)
        await listed(journal, number)
        kept = keeping(monkeypatch)
        closes_at = service.clock.closes_at

        async def later() -> datetime:
            return await closes_at() + timedelta(hours=2)

        service.clock.closes_at = later  # type: ignore[method-assign]
        message = Stored(f"{RINGING}.{number}", 1, datetime.now(UTC), {}, b"")
        alarm = PullConsumer(await real_bus.connect(), ALARM, service.rang)
        rung = [alarm._handle(Delivery(message, None, 1, datetime.now(UTC))) for _ in range(2)]
        failures = [error for error in await asyncio.gather(*rung, return_exceptions=True) if error]
        assert [type(error) for error in failures] == [Conflict]
        assert await story(journal, number) == ["PublicityOpened", "PublicityClosed", "PoolConfirmed"]
    assert {ended.name for ended in kept.of(number)} == {"close case.{application}.publicity"}
    assert {ended.context.trace_id for ended in kept.of(number)} == {posted.context.trace_id}


async def test_a_case_that_cannot_be_read_holds_nobody_else(real_bus: RealBus, journal: Journal) -> None:
    broken = an_application_number()
    now = datetime.now(UTC)
    await journal.once(an_opening(broken, now, closes_at=now))
    async with publicity(real_bus) as service:
        number = await an_eligible_family(journal)
        await listed(journal, number)
        await purge_the_alarm(await real_bus.connect("provisioner"))
        assert closed_in_time(await confirmed(journal, number))
        assert broken in service.index.entries


def an_opening(
    application: str, at: datetime, closes_at: datetime, provisional: bool = False, n: int = 1
) -> PublicityOpened:
    return PublicityOpened(
        application=application,
        at=at,
        n=n,
        last_day=closes_at.date(),
        closes_at=closes_at,
        provisional=provisional,
        derivation=(),
        entry=PublicEntry(
            application=application,
            name="王*国",
            id_number="1503**********0018",
            family_size=3,
            outcome="eligible",
            how_to_object="in writing",
        ),
    )


async def test_a_provisional_entry_is_recomputed_at_start_when_its_year_became_known_and_then_closed(
    real_bus: RealBus, journal: Journal
) -> None:
    number = await an_eligible_family(journal)
    posted = datetime(2025, 9, 26, 2, tzinfo=UTC)
    await journal.once(an_opening(number, posted, posted + timedelta(days=11), provisional=True))
    async with publicity(real_bus, drill_publicity_seconds=None):
        case = await confirmed(journal, number)
    assert case.publicity is not None
    assert case.closed is not None
    assert (case.publicity.n, case.publicity.why) == (2, "calendar announced")
    assert (case.publicity.last_day.isoformat(), case.opened_at) == ("2025-10-13", posted)
    assert (case.closed.n, case.closed.shown_from) == (2, posted)


async def test_the_alarm_of_an_entry_that_was_corrected_meanwhile_closes_nothing_before_its_new_time(
    real_bus: RealBus, journal: Journal
) -> None:
    nc, due = await real_bus.connect("operator"), list[str]()

    class WritesDown(Publicity):
        async def close_due(self, application: str, entry: DueItem) -> DueItem:
            due.append(application)
            return await super().close_due(application, entry)

    async with publicity(real_bus, WritesDown, open_cases_every=NEVER, drill_publicity_seconds=1.4):
        number = await an_eligible_family(journal)
        first = await listed(journal, number)
        await asyncio.sleep(1.1)
        request = {"application": number, "reason": "the name was misread", "by": "officer 7"}
        assert (await call(nc, "publicity", "correct", request))["publicity"]["drill"] is True
        case = await confirmed(journal, number)
    assert due == [], "the index slept"
    assert case.publicity is not None
    assert (case.publicity.n, case.publicity.why) == (2, "corrected")
    assert case.publicity.closes_at - first.closes_at > timedelta(seconds=1)
    assert closed_in_time(case)


# --- the clock --------------------------------------------------------------------------------------------------


@pytest.fixture
def jump(monkeypatch: pytest.MonkeyPatch) -> Jump:
    return Jump(monkeypatch)


async def test_a_clock_that_jumps_past_the_due_instant_closes_nothing_until_a_person_trusts_it(
    real_bus: RealBus, journal: Journal, jump: Jump
) -> None:
    nc = await real_bus.connect("operator")
    async with publicity(real_bus, clock=jump, drill_publicity_seconds=7000) as service:
        held, objected = [await an_eligible_family(journal) for _ in range(2)]
        for number in (held, objected):
            await listed(journal, number)
        await until(lambda: len(service.index.entries) == 2)
        jump.by(timedelta(hours=2))
        await until(lambda: service.clock.doubt == "the clock jumped by +7200 s")

        # By the jumped clock this is late; by the even one it is not, and nobody can say which is right.
        raised = await call(nc, "publicity", "object", {"application": objected, "text": "he owns a house"})
        assert raised["in_time"] is True
        ruling = {"application": objected, "n": 1, "upheld": False, "reason": "his uncle's", "by": "officer 7"}
        assert (await call(nc, "publicity", "decide-objection", ruling))["state"] == "in_publicity"
        await asyncio.sleep(1)
        assert [(await journal.load(number)).state for number in (held, objected)] == [State.IN_PUBLICITY] * 2

        await call(nc, "publicity", "trust-clock", {"by": "officer 7"})
        for number in (held, objected):
            await confirmed(journal, number)


async def test_an_objection_dismissed_after_the_last_day_while_the_clock_is_in_doubt_closes_nothing_yet(
    real_bus: RealBus, journal: Journal, jump: Jump
) -> None:
    nc = await real_bus.connect("operator")
    async with publicity(real_bus, clock=jump, timing=Timing(fire_again_after=0.5)) as service:
        number = await an_eligible_family(journal)
        await listed(journal, number)
        await call(nc, "publicity", "object", {"application": number, "text": "he owns a house"})
        await asyncio.sleep(1.5)
        jump.by(timedelta(hours=2))
        ruling = {"application": number, "n": 1, "upheld": False, "reason": "his uncle's", "by": "officer 7"}
        assert (await call(nc, "publicity", "decide-objection", ruling))["state"] == "in_publicity"
        assert service.clock.doubt
        await call(nc, "publicity", "trust-clock", {"by": "officer 7"})
        await confirmed(journal, number)


async def test_a_family_that_is_listed_while_the_clock_is_three_days_behind_is_shown_its_whole_time(
    real_bus: RealBus, journal: Journal, jump: Jump
) -> None:
    async with publicity(real_bus, clock=jump, **LONG) as service:
        jump.by(timedelta(days=-3))
        before = datetime.now(UTC)
        opening = await listed(journal, await an_eligible_family(journal))
        assert service.clock.doubt is not None
    assert opening.at >= before
    assert opening.closes_at >= before + timedelta(seconds=NEVER)


async def test_a_clock_put_right_before_it_is_trusted_stays_trusted(
    real_bus: RealBus, journal: Journal, jump: Jump
) -> None:
    nc = await real_bus.connect("operator")
    async with publicity(real_bus, clock=jump, open_cases_every=NEVER) as service:
        await until(lambda: service.index.ready)
        jump.by(timedelta(days=3))
        number = await an_eligible_family(journal)
        await listed(journal, number)
        assert service.clock.doubt
        jump.by(timedelta(0))
        await call(nc, "publicity", "trust-clock", {"by": "officer 7"})
        await listed(journal, await an_eligible_family(journal))
        assert service.clock.doubt is None


# --- restarts ---------------------------------------------------------------------------------------------------


async def test_a_restarted_index_takes_up_its_checkpoint_and_closes_what_became_due_meanwhile(
    real_bus: RealBus, journal: Journal
) -> None:
    at_once = Timing(checkpoint_every=0.0)
    noted: list[int] = []
    looked_alike = asyncio.Event()

    class WritesDown(Publicity):
        def note(self, entry: DueItem | None, seen: LogRecord) -> DueItem | None:
            noted.append(seen.stored.sequence)
            return super().note(entry, seen)

        async def close_due(self, application: str, entry: DueItem) -> DueItem:
            # What is closed is taken down at once, and nobody looks like it any more.
            await looked_alike.wait()
            return await super().close_due(application, entry)

    form = form_of("王建国", "150303198503120018")
    async with publicity(real_bus, timing=at_once, drill_publicity_seconds=2) as first:
        number = await an_eligible_family(journal, form)
        await listed(journal, number)
        await until(lambda: number in first.index.entries)
        await until(checkpointed(await real_bus.connect(), number))
    owner = await real_bus.connect("provisioner")
    await api(owner, "STREAM.PURGE.TIMERS")
    await asyncio.sleep(2)
    read = first.index.sequence
    async with publicity(real_bus, WritesDown, timing=at_once, **LONG) as second:
        await until(lambda: second.index.ready)
        opening = await listed(journal, await an_eligible_family(journal, form))
        assert opening.entry.id_number == "150303********0018", "who looks alike is in the checkpoint too"
        looked_alike.set()
        await confirmed(journal, number)
        await until(lambda: number not in second.index.entries)
    assert noted
    assert min(noted) > read


def checkpointed(nc: Client, number: str) -> Callable[[], Awaitable[bool]]:
    async def look() -> bool:
        checkpoints = Checkpoints(nc, INDEX.name)
        await checkpoints.start()
        found = await checkpoints.read()
        return found is not None and number in found.entries

    return look


# --- the list ---------------------------------------------------------------------------------------------------


async def test_the_list_shows_exactly_the_masked_entries_and_nothing_of_what_is_over(
    real_bus: RealBus, journal: Journal
) -> None:
    nc = await real_bus.connect("operator")
    async with publicity(real_bus, **LONG):
        numbers = [
            await an_eligible_family(journal, form_of(name, id_number_of("15030319850312")))
            for name in ("王建国", "欧阳明月", "张三")
        ]
        await until(entries_are(nc, *numbers))
        opening = await listed(journal, numbers[0])
        found = await entries(nc)
        assert found[numbers[0]] == {
            "application": numbers[0],
            "name": "王*国",
            "id_number": "1503**********0018",
            "family_size": 3,
            "outcome": "符合条件 / eligible",
            "how_to_object": opening.entry.how_to_object,
            "posted_at": opening.at.isoformat(),
            "last_day": opening.last_day.isoformat(),
            "closes_at": opening.closes_at.isoformat(),
            "provisional": False,
            "drill": True,
            "project": "HN-2026-01",
        }
        assert [found[number]["name"] for number in numbers[1:]] == ["欧阳**", "张*"]
        hidden = ("建国", "明月", "19850312", "刘芳", "王小雨", "13800000000")
        assert not [word for word in hidden if word in str(found)]

        disqualified, withdrawn, over = numbers
        await call(nc, "publicity", "object", {"application": disqualified, "text": "he owns a house"})
        ruling = {"application": disqualified, "n": 1, "upheld": True, "reason": "he does", "by": "officer 7"}
        assert (await call(nc, "publicity", "decide-objection", ruling))["state"] == "disqualified"
        await until(entries_are(nc, withdrawn, over))
        now = datetime.now(UTC)
        case = await journal.load(withdrawn)
        taken_back = ApplicationWithdrawn(application=withdrawn, at=now, reason="moving", by="family")
        await journal.decide(case, taken_back)
        await until(entries_are(nc, over))
        case = await journal.load(over)
        closed = PublicityClosed(application=over, at=now, n=1, shown_from=now, shown_until=now)
        await journal.decide(case, closed, PoolConfirmed(application=over, at=now))
        await until(entries_are(nc))
        assert (await call(nc, "publicity", "list", {})) == {"complete": True, "clock": None, "entries": []}


def entries_are(nc: Client, *numbers: str) -> Callable[[], Awaitable[bool]]:
    async def look() -> bool:
        return set(await entries(nc)) == set(numbers)

    return look


async def test_a_list_that_is_still_being_read_says_that_it_is_not_complete(
    real_bus: RealBus, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    nc, may_read = await real_bus.connect("operator"), asyncio.Event()
    after = History.after

    async def slowly(self: History, sequence: int, subjects: str, most: int = 500) -> list[Stored]:
        await may_read.wait()
        return await after(self, sequence, subjects, most)

    monkeypatch.setattr(History, "after", slowly)
    async with publicity(real_bus, **LONG):
        number = await an_eligible_family(journal)
        await asyncio.sleep(0.5)
        assert await call(nc, "publicity", "list", {}) == {"complete": False, "clock": None, "entries": []}
        assert await story(journal, number) == [], "nobody is listed before it is known who looks alike"
        may_read.set()
        await until(entries_are(nc, number))
        assert (await call(nc, "publicity", "list", {}))["complete"] is True


# --- objections and commands ------------------------------------------------------------------------------------


async def test_an_objection_holds_its_entry_beyond_the_last_day_and_dismissed_it_closes_at_once(
    real_bus: RealBus, journal: Journal
) -> None:
    nc = await real_bus.connect("operator")
    async with publicity(real_bus, drill_publicity_seconds=1):
        held, free = [await an_eligible_family(journal) for _ in range(2)]
        for number in (held, free):
            await listed(journal, number)
        raised = await call(nc, "publicity", "object", {"application": held, "text": "he owns a house"})
        assert (raised["application"], raised["n"], raised["in_time"]) == (held, 1, True)
        await confirmed(journal, free)
        await asyncio.sleep(0.7)
        late = await call(nc, "publicity", "object", {"application": held, "text": "me too"})
        assert (late["n"], late["in_time"]) == (2, False)
        assert (await journal.load(held)).state is State.OBJECTED
        ruling = {"application": held, "n": 1, "upheld": False, "reason": "his uncle's", "by": "officer 7"}
        assert (await call(nc, "publicity", "decide-objection", ruling))["state"] == "pool_confirmed"
        assert await story(journal, held) == [
            *("PublicityOpened", "ObjectionRaised", "ObjectionRaised", "ObjectionDecided"),
            *("PublicityClosed", "PoolConfirmed"),
        ]


async def test_the_fifty_first_objection_is_refused_and_the_entry_stays_held(
    real_bus: RealBus, journal: Journal
) -> None:
    nc = await real_bus.connect("operator")
    async with publicity(real_bus, **LONG):
        number = await an_eligible_family(journal)
        await listed(journal, number)
        request = {"application": number, "text": "he owns a house"}
        assert [(await call(nc, "publicity", "object", request))["n"] for _ in range(50)] == list(range(1, 51))
        with pytest.raises(CommandRefused, match="50 objections") as refused:
            await call(nc, "publicity", "object", request)
        assert refused.value.status == 409
        case = await journal.load(number)
        assert (case.state, len(case.objections)) == (State.OBJECTED, 50)


UNKNOWN = an_application_number()
RULING = {"n": 1, "upheld": True, "reason": "he does", "by": "officer 7"}
CORRECTION = {"reason": "the name was misread", "by": "officer 7"}
REFUSED: tuple[tuple[str, dict[str, Any], int, str], ...] = (
    ("object", {"application": UNKNOWN, "text": "no"}, 404, "application number"),
    ("object", {"application": "waiting", "text": "no"}, 409, "not on the public list"),
    ("object", {"application": "7Q2KD", "text": "no"}, 422, "application"),
    ("object", {"application": "listed"}, 422, "text"),
    ("object", {"application": "listed", "text": ""}, 422, "text"),
    ("object", {"application": "listed", "text": "x" * 4001}, 422, "text"),
    ("object", {"application": "listed", "text": "no", "by": "me"}, 422, "the request"),
    ("decide-objection", {"application": UNKNOWN, **RULING}, 404, "application number"),
    ("decide-objection", {"application": "waiting", **RULING}, 409, "no objection 1"),
    ("decide-objection", {"application": "listed", **RULING}, 409, "no objection 1"),
    ("decide-objection", {"application": "listed", **RULING, "n": 0}, 422, "n"),
    ("decide-objection", {"application": "listed", **RULING, "upheld": "perhaps"}, 422, "upheld"),
    ("decide-objection", {"application": "listed", **RULING, "reason": ""}, 422, "reason"),
    ("decide-objection", {"application": "listed", **RULING, "by": ""}, 422, "by"),
    ("correct", {"application": UNKNOWN, **CORRECTION}, 404, "application number"),
    ("correct", {"application": "waiting", **CORRECTION}, 409, "not on the public list"),
    ("correct", {"application": "listed", "by": "officer 7"}, 422, "reason"),
    ("correct", {"application": "listed", "reason": "misread"}, 422, "by"),
    ("trust-clock", {}, 422, "by"),
)


async def test_bad_requests_are_refused_with_what_is_wrong_and_nothing_is_stored(
    real_bus: RealBus, journal: Journal
) -> None:
    nc = await real_bus.connect("operator")
    async with publicity(real_bus, **LONG):
        waiting = an_application_number()
        form = form_of("王建国", "150303198503120018")
        await journal.once(submitted(waiting, form))
        shown = await an_eligible_family(journal)
        await listed(journal, shown)
        numbers = {"waiting": waiting, "listed": shown}
        before = [await journal.history.of(number) for number in (waiting, shown)]
        for verb, request, status, says in REFUSED:
            named = {key: numbers.get(str(value), value) for key, value in request.items()}
            with pytest.raises(CommandRefused) as refused:
                await call(nc, "publicity", verb, named)
            problem = refused.value
            assert (problem.status, says in problem.detail) == (status, True), (verb, request, problem.detail)
        reply = await nc.request("command.publicity.object", b"\xff{not json", timeout=5)
        assert json.loads(reply.data)["problem"]["status"] == 422
        assert [await journal.history.of(number) for number in (waiting, shown)] == before


async def test_an_objection_is_decided_once(real_bus: RealBus, journal: Journal) -> None:
    nc = await real_bus.connect("operator")
    async with publicity(real_bus, **LONG):
        number = await an_eligible_family(journal)
        await listed(journal, number)
        await call(nc, "publicity", "object", {"application": number, "text": "he owns a house"})
        ruling = {"application": number, **RULING, "upheld": False}
        assert (await call(nc, "publicity", "decide-objection", ruling))["state"] == "in_publicity"
        with pytest.raises(CommandRefused, match="decided already") as refused:
            await call(nc, "publicity", "decide-objection", {**ruling, "upheld": True})
        assert refused.value.status == 409
        assert (await journal.load(number)).state is State.IN_PUBLICITY


async def test_an_objection_that_nobody_can_read_is_refused_and_holds_nothing(
    real_bus: RealBus, journal: Journal
) -> None:
    nc = await real_bus.connect("operator")
    async with publicity(real_bus, **LONG):
        number = await an_eligible_family(journal)
        await listed(journal, number)
        for blank in (" ", "\u3000", "\u200b", "\n", "\u3164", "\u2800", "\xad"):
            with pytest.raises(CommandRefused, match="text: write something that can be read") as refused:
                await call(nc, "publicity", "object", {"application": number, "text": blank})
            assert refused.value.status == 422
        assert (await journal.load(number)).objections == ()
        raised = await call(nc, "publicity", "object", {"application": number, "text": "\u3000他有房\n"})
        assert (raised["n"], raised["in_time"]) == (1, True)
