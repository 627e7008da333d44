"""A clock that was wrong before the start: nothing closes by it until another clock, or a person, vouches for it."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from nats.aio.client import Client
from publicity.closing_clock import DIFFER, SHOWN_FOR, ClosingClock
from publicity.service import INDEX, Publicity
from publicity.settings import PublicitySettings
from publicity.witnesses import Witnesses, witnesses_of

from chassis.clock import WALL
from chassis.commands import call
from chassis.consume.trusted_clock import TrustedClock
from chassis.errors import Later
from chassis.log.journal import Journal
from contracts.case.states import State
from inquiry.attachments.config import AttachmentConfig
from tests.attach.https import Authority, Endpoint, served
from tests.publicity.listed import Jump, an_eligible_family, publicity
from tests.support.real_bus import RealBus
from tests.support.waiting import until

AN_HOUR: dict[str, Any] = {"drill_publicity_seconds": 3600.0}
KEPT = f"checkpoint.{INDEX.name}.clock"
TEN_DAYS = timedelta(days=10)
IN_DOUBT = "the clock is 240 h past the newest record from before the start"


@pytest.fixture
def jump(monkeypatch: pytest.MonkeyPatch) -> Jump:
    return Jump(monkeypatch)


async def a_shown_family(service: Publicity, journal: Journal) -> str:
    number = await an_eligible_family(journal)
    await until(lambda: number in service.index.entries)
    return number


async def state_of(journal: Journal, number: str) -> State:
    return (await journal.load(number)).state


async def keep(nc: Client, right_at: datetime, doubt: str | None = None) -> None:
    """As if publicity had run until then."""
    body = json.dumps({"right_at": right_at.isoformat(), "doubt": doubt}).encode()
    await nc.jetstream().publish(KEPT, body, stream="CHECKPOINTS")


async def kept(nc: Client) -> dict[str, Any]:
    stored = await nc.jetstream().get_last_msg("CHECKPOINTS", KEPT)
    assert stored.data is not None
    return dict(json.loads(stored.data))


@asynccontextmanager
async def begun(bus: RealBus, **changed: Any) -> AsyncIterator[Publicity]:
    async with publicity(bus, **AN_HOUR, **changed) as service:
        await until(lambda: service.clock.has_begun)
        yield service


async def test_a_start_ten_days_ahead_closes_nothing_until_a_person_trusts_the_clock(
    real_bus: RealBus, journal: Journal, jump: Jump
) -> None:
    nc = await real_bus.connect("operator")
    async with begun(real_bus, clock=jump) as service:
        held, objected = [await a_shown_family(service, journal) for _ in range(2)]
        await until(lambda: service.clock.is_kept)
    jump.by(TEN_DAYS)
    for start in ("the first", "and another: a doubt outlives it"):
        async with begun(real_bus, clock=jump) as service:
            assert service.clock.doubt == IN_DOUBT, start
            assert (await call(nc, "publicity", "list", {}))["clock"] == IN_DOUBT
            for number in (held, objected):
                with pytest.raises(Later, match="trust-clock"):
                    await service.close_if_due(number)
            await until(lambda: service.clock.is_kept)
    assert (await kept(await real_bus.connect()))["doubt"] == IN_DOUBT

    async with begun(real_bus, clock=jump) as service:
        # By this clock it is too late to object, by the last one that was right it is not.
        raised = await call(nc, "publicity", "object", {"application": objected, "text": "he owns a house"})
        assert raised["in_time"] is True
        ruling = {"application": objected, "n": 1, "upheld": False, "reason": "his uncle's", "by": "officer 7"}
        assert (await call(nc, "publicity", "decide-objection", ruling))["state"] == "in_publicity"
        await call(nc, "publicity", "trust-clock", {"by": "officer 7"})
        for number in (held, objected):
            await service.close_if_due(number)
            assert await state_of(journal, number) is State.POOL_CONFIRMED
        await until(lambda: service.clock.is_kept)
    async with begun(real_bus, clock=jump) as service:
        assert service.clock.doubt is None, "a person's word outlives a restart too"


async def test_where_nothing_was_kept_the_newest_record_from_before_the_start_tells(
    real_bus: RealBus, journal: Journal, jump: Jump
) -> None:
    await an_eligible_family(journal)
    jump.by(TEN_DAYS)
    async with begun(real_bus, clock=jump) as service:
        assert service.clock.doubt == IN_DOUBT


async def test_what_a_wrong_clock_stamps_after_the_start_does_not_vouch_for_it(
    real_bus: RealBus, journal: Journal
) -> None:
    await keep(await real_bus.connect(), datetime.now(UTC) - TEN_DAYS)
    await an_eligible_family(journal)
    async with begun(real_bus) as service:
        assert service.clock.doubt == IN_DOUBT


async def test_what_others_wrote_under_a_wrong_clock_while_publicity_was_away_does_not_vouch_for_it() -> None:
    """As a start that came as far as writing to the register, and failed before there was a publicity."""
    now = datetime.now(UTC)
    index: Any = SimpleNamespace(name=INDEX.name, newest_before_start=now - timedelta(minutes=2))
    clock = ClosingClock(None, index, Witnesses(), TrustedClock(now, 0.0))  # type: ignore[arg-type]
    body = json.dumps({"right_at": (now - TEN_DAYS).isoformat(), "doubt": None}).encode()

    async def last(subject: str) -> Any:
        return SimpleNamespace(body=body)

    await clock._begin(SimpleNamespace(last=last))  # type: ignore[arg-type]
    assert clock.doubt == IN_DOUBT


async def test_a_quiet_weekend_of_a_running_system_is_no_doubt(real_bus: RealBus) -> None:
    await keep(await real_bus.connect(), datetime.now(UTC) - timedelta(hours=23))
    async with begun(real_bus) as service:
        assert service.clock.doubt is None


async def test_a_witness_that_shows_the_same_time_ends_the_doubt(real_bus: RealBus, tmp_path: Path) -> None:
    authority = Authority(tmp_path, "time")
    await keep(await real_bus.connect(), datetime.now(UTC) - TEN_DAYS)
    async with (
        served(Endpoint(), authority.certificate("server")) as server,
        begun(real_bus, clock_witness=server.url, clock_witness_ca_file=authority.file) as service,
    ):
        await until(lambda: service.clock.doubt is None)


async def test_a_witness_that_shows_another_time_or_is_not_who_it_says_ends_no_doubt(
    real_bus: RealBus, tmp_path: Path, jump: Jump, caplog: pytest.LogCaptureFixture
) -> None:
    authority, other = Authority(tmp_path, "time"), Authority(tmp_path, "other")
    await keep(await real_bus.connect(), datetime.now(UTC))
    jump.by(TEN_DAYS)
    async with served(Endpoint(), authority.certificate("server")) as server:
        async with begun(
            real_bus, clock=jump, clock_witness=server.url, clock_witness_ca_file=authority.file
        ) as service:
            await until(lambda: "the witness shows" in caplog.text)
            assert service.clock.doubt is not None
        jump.by(timedelta(0))
        async with begun(real_bus, clock=jump, clock_witness=server.url, clock_witness_ca_file=other.file) as service:
            await until(lambda: service.clock.is_kept)
            assert service.clock.doubt is not None


@pytest.mark.parametrize("of_the_bus", [-TEN_DAYS, TEN_DAYS])
async def test_nothing_closes_while_this_machine_and_the_bus_show_different_times(
    real_bus: RealBus, journal: Journal, jump: Jump, of_the_bus: timedelta
) -> None:
    async with publicity(real_bus, clock=jump, open_cases_every=3600.0) as service:
        await until(lambda: service.clock.has_begun)
        number = await an_eligible_family(journal)
        jump.by(timedelta(0), of_the_bus=of_the_bus)
        await asyncio.sleep(2)  # a drill of a second; its alarm may have looked by now
        with pytest.raises(Later, match="of this machine and of the bus differ"):
            await service.close_if_due(number)
        assert service.clock.trouble == DIFFER
        jump.by(timedelta(0))
        await service.close_if_due(number)
        assert service.clock.trouble is None
        assert await state_of(journal, number) is State.POOL_CONFIRMED


async def test_clocks_that_differ_are_shown_as_a_doubt_is_and_not_for_ever() -> None:
    """Else a public list that closes nothing would look well to the doctor and to every alert."""
    shown = {"ts": (datetime.now(UTC) - TEN_DAYS).isoformat()}

    async def request(subject: str, body: bytes, timeout: float) -> Any:
        return SimpleNamespace(data=json.dumps(shown).encode())

    index: Any = SimpleNamespace(name=INDEX.name, newest_at=None)
    nc: Any = SimpleNamespace(request=request)
    clock = ClosingClock(nc, index, Witnesses(), TrustedClock.started(WALL, time.monotonic()))
    clock._begun.set()
    with pytest.raises(Later, match="set them right"):
        await clock.closes_at()
    assert (clock.doubt, clock.trouble) == (None, DIFFER)
    clock._differed_at -= SHOWN_FOR
    assert clock.trouble is None, "nothing was due since, or it would have been compared again"
    shown["ts"] = datetime.now(UTC).isoformat()
    assert (await clock.closes_at()).isoformat() == shown["ts"]


# --- who vouches ------------------------------------------------------------------------------------------------


def of(**tables: dict[str, Any]) -> tuple[list[str], int]:
    """Whom publicity would ask, and how many have to agree."""
    attached = {name: AttachmentConfig(**table) for name, table in tables.items()}
    found = witnesses_of(PublicitySettings(), attached)
    return [clock.name for clock in found.clocks], found.enough


ELSEWHERE = {"by": "http", "url": "https://tax.example/query"}


def test_two_departments_attached_over_https_are_asked_where_no_setting_names_a_witness() -> None:
    assert of(tax=ELSEWHERE, housing=ELSEWHERE) == (["tax", "housing"], 2)


@pytest.mark.parametrize(
    "other",
    [
        {"by": "bus"},
        {"by": "clerk"},
        {"by": "http", "url": "http://127.0.0.1:8700/query"},
        {"by": "http", "url": "https://localhost/query"},
    ],
)
def test_one_department_alone_or_one_on_this_machine_is_no_witness(other: dict[str, Any]) -> None:
    assert of(tax=ELSEWHERE, housing=other) == ([], 2)


def test_a_department_whose_certificates_lie_elsewhere_is_no_witness_and_ends_nobody(tmp_path: Path) -> None:
    """As on Kubernetes, where the Secret of a department is mounted only where it is asked."""
    private = {**ELSEWHERE, "ca_file": tmp_path / "not-mounted.pem"}
    assert of(tax=ELSEWHERE, housing=private) == ([], 2)
    assert of(tax=ELSEWHERE, housing=private, marriage=ELSEWHERE) == (["tax", "marriage"], 2)


def test_a_witness_by_setting_has_to_be_asked_under_tls() -> None:
    with pytest.raises(ValueError, match="clock_witness"):
        PublicitySettings(clock_witness="http://time.example")


async def test_a_persons_word_reaches_every_instance_and_is_said_of_how_many(real_bus: RealBus, jump: Jump) -> None:
    nc = await real_bus.connect("operator")
    async with begun(real_bus, clock=jump) as first, begun(real_bus, clock=jump) as second:
        jump.by(TEN_DAYS)
        await until(lambda: first.clock.doubt and second.clock.doubt)

        async def heard() -> bool:
            answer = await call(nc, "publicity", "trust-clock", {"by": "officer 7"})
            return (answer["instances"], answer["trusted"]) == (2, 2)

        await until(heard)
        assert (first.clock.doubt, second.clock.doubt) == (None, None)


async def test_an_instance_whose_clock_shows_another_time_is_not_trusted_by_a_word_about_the_others(
    real_bus: RealBus, jump: Jump, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Jump(monkeypatch)
    async with begun(real_bus, clock=jump) as first, begun(real_bus, clock=other) as second:
        jump.by(TEN_DAYS)
        other.by(-TEN_DAYS)
        await until(lambda: first.clock.doubt and second.clock.doubt)
        await until(lambda: trusts(first, trusted=1))
        assert first.clock.doubt is None
        assert second.clock.doubt is not None
        other.by(TEN_DAYS)
        await until(lambda: trusts(first, trusted=2))
        assert second.clock.doubt is None


async def trusts(asked: Publicity, trusted: int) -> bool:
    return (await asked.trusting.everywhere()) == {"instances": 2, "trusted": trusted}
