"""What each alert is for, made to happen: our own code fails as it would in production, and the registry shows it.

What only a whole system shows (departments and mail that are dead) happens once more, there, in
tests/system/test_alerts_of_a_system.py.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import patch

import nats.errors
from archive.counting import Counting
from archive.files import Files, segments
from archive.follower import Archive
from archive.keeper import Keeper
from nats.aio.client import Client
from nats.aio.msg import Msg
from notify.channels import ChannelUnavailable
from prometheus_client import generate_latest
from publicity.service import Publicity
from verify_household.departments.tax import TAX

from chassis import subscribe
from chassis.ask import Asking
from chassis.attach import Attachment, Unreachable
from chassis.errors import Later, Poison, Unavailable
from chassis.group_commit import Entry, GroupCommit, Part
from chassis.health import Health
from chassis.history import Stored
from chassis.journal import Journal
from chassis.metrics import ARCHIVE_IN_TROUBLE
from chassis.questions import question_for, to_send
from chassis.register import FollowedRegister
from chassis.run import Context
from chassis.subscribe import Durable, Reader
from contracts.events import Event
from contracts.register import Register
from contracts.signed import ANSWER, Signer
from lianshen.schemas import services_without_a_bus
from tests.contracts.examples import ACCEPTED, OVERDUE, PERSONS, SUBMITTED
from tests.contracts.test_case import REVIEW
from tests.evidence.test_archive import BOX, SEAL, a_chain
from tests.evidence.test_standing import stored
from tests.families import a_form
from tests.intake.in_memory import Intake, Memory
from tests.notify.test_a_channel_that_fails import Broken, tell

WEEK = timedelta(days=7)


def metrics() -> str | None:
    return generate_latest().decode()


def nothing() -> None:
    """As it is."""


@dataclass(frozen=True)
class Cause:
    """`before` once, with a scrape after it, then twice what `happens`, with a scrape after each."""

    happens: Callable[[], object]
    where: dict[str, str]
    """Labels of the series for which the alert fires then."""
    before: Callable[[], object] = nothing
    shows: Callable[[], str | None] = metrics
    """What a target says when it is scraped; None where it does not answer."""


# --- processes ---------------------------------------------------------------------------------------------------


class Target:
    """A process that answers, and answers no more."""

    up = True

    def end(self) -> None:
        self.up = False

    def shows(self) -> str | None:
        return metrics() if self.up else None


def process_down() -> Cause:
    target = Target()
    return Cause(target.end, {"instance": "here"}, shows=target.shows)


def not_ready() -> Cause:
    health = Health()
    return Cause(lambda: health.checks.update(bus=lambda: "not connected"), {"instance": "here"})


def restarts() -> Cause:
    """Another process each time: what it shows says when it began."""
    program = "from prometheus_client import generate_latest; print(generate_latest().decode())"

    def another() -> str:
        return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    return Cause(nothing, {"instance": "here"}, shows=another)


# --- kiosks ------------------------------------------------------------------------------------------------------


@dataclass
class Slow(Memory):
    """A log that is away, or takes its time."""

    away: bool = False
    takes: float = 0.0

    async def open(self, *events: Any) -> int:
        if self.away:
            raise Unavailable("the bus gave no definite answer in time; ask again")
        await asyncio.sleep(self.takes)
        return await super().open(*events)


class Kiosk:
    def __init__(self) -> None:
        self.memory = Slow()
        self.intake = Intake(self.memory)
        self.posts = 0

    def post(self) -> None:
        self.posts += 1
        # Another family each time: one person has one application.
        key = f"a-key-of-kiosk-{id(self)}-{self.posts}".encode()
        self.intake.post(a_form().model_dump_json(exclude_none=True).encode(), key)

    def away(self) -> None:
        self.memory.away = True
        self.post()

    def slow(self) -> None:
        self.memory.takes = 2.6
        self.post()


def requests_fail() -> Cause:
    kiosk = Kiosk()
    return Cause(kiosk.away, {"app": "intake"}, before=kiosk.post)


def requests_slow() -> Cause:
    kiosk = Kiosk()
    return Cause(kiosk.slow, {"app": "intake"}, before=kiosk.post)


# --- the log -----------------------------------------------------------------------------------------------------


class Disk:
    """The connection that a journal appends over."""

    max_payload = 1_000_000
    takes = 0.0
    full = False
    sequence = 0

    async def request(self, subject: str, body: bytes, timeout: float, headers: object = None) -> object:
        if self.full:
            raise nats.errors.TimeoutError
        await asyncio.sleep(self.takes)
        self.sequence += 1
        return SimpleNamespace(data=json.dumps({"seq": self.sequence}).encode())

    def append(self) -> None:
        async def appended() -> None:
            commit = GroupCommit(cast(Client, self), "CASES")
            commit.start()
            try:
                await commit.commit(Part("A-1", (Entry("case.A-1.submitted", b"{}", {"ce-id": "1"}),)), 1.5)
            except Unavailable:
                assert self.full
            commit._stopping = True
            await commit.stop()

        asyncio.run(appended())

    def fill(self) -> None:
        self.full = True
        self.append()

    def slow_down(self) -> None:
        self.takes = 1.1
        self.append()


def appends_fail() -> Cause:
    disk = Disk()
    return Cause(disk.fill, {"result": "unavailable"}, before=disk.append)


def appends_slow() -> Cause:
    disk = Disk()
    return Cause(disk.slow_down, {}, before=disk.append)


def archive_behind() -> Cause:
    async def written(behind: int, folder: Path) -> None:
        headers = {"Nats-Time-Stamp": "2026-11-28T00:00:00Z", "Nats-Num-Pending": str(behind)}
        archive = Archive(cast(Context, None), Files(folder), BOX, SEAL, 60)
        await archive._write([Stored("case.A-1.submitted", 1, datetime.now(UTC), headers, b"{}")])
        await archive.close()

    def write(behind: int) -> None:
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(written(behind, Path(folder)))

    return Cause(lambda: write(20_000), {"instance": "here"}, before=lambda: write(0))


def archive_in_trouble() -> Cause:
    """A byte of it was changed."""

    async def opened(folder: Path) -> None:
        files = Files(folder)
        files.append(a_chain([b"record 1", b"record 2"]))
        files.close()
        [segment] = segments(folder)
        segment.write_bytes(segment.read_bytes().replace(b'"n":2', b'"n":3'))
        keeper = Keeper(folder, lambda: Archive(cast(Context, None), Files(folder), BOX, SEAL, 60), again_after=60)
        running = asyncio.create_task(keeper.run(0))
        while keeper.trouble is None:
            await asyncio.sleep(0.01)
        assert "record 2 is missing" in keeper.trouble
        running.cancel()

    def look() -> None:
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(opened(Path(folder)))

    # Before, none is opened: a sound one would need a log.
    return Cause(look, {"instance": "here"}, before=lambda: ARCHIVE_IN_TROUBLE.set_function(lambda: 0))


def dead_letters() -> Cause:
    async def cannot(*_: object) -> None:
        raise Poison("this can never succeed")

    async def buried(*_: object) -> None:
        """On the stream DEAD."""

    async def handle_one() -> None:
        reader = Reader(cast(Client, None), Durable("of-this-test", (), subjects=("timer.>",)), cannot)
        message = SimpleNamespace(
            metadata=SimpleNamespace(num_delivered=1, sequence=SimpleNamespace(stream=7)),
            headers={},
            subject="timer.due.A-1",
            data=b"",
            reply="$JS.ACK.TIMERS.of-this-test.1.7.1.1700000000000000000.0",
            term=buried,
        )
        with patch.object(subscribe, "bury", buried):
            await reader._one(cast(Msg, message), after_gap=False)

    def begin() -> None:
        Reader(cast(Client, None), Durable("of-this-test", ()), cannot)

    return Cause(lambda: asyncio.run(handle_one()), {"durable": "of-this-test"}, before=begin)


def clock_in_doubt() -> Cause:
    with services_without_a_bus() as services:
        publicity = cast(Any, services["publicity"].indexes[0].fire).__self__
    assert isinstance(publicity, Publicity)
    clock = publicity.clock.clock

    def jump() -> None:
        clock.look(datetime.now(UTC) + timedelta(days=10), time.monotonic(), None)

    return Cause(jump, {"instance": "here"})


# --- departments -------------------------------------------------------------------------------------------------


@dataclass
class Department:
    """The tax office as it answers, or does not; under a name of its own, so that no other test has counted for it."""

    name: str
    says: Callable[[], bytes]

    def __post_init__(self) -> None:
        self.asking = Asking(
            replace(TAX, name=self.name),
            cast(Journal, None),
            bytes(32),
            cast(FollowedRegister, SimpleNamespace(newest=Register({}))),
        )
        self.asking.attachment = cast(Attachment, self)
        self.asked = 0

    async def ask(self, *_: object) -> bytes:
        return self.says()

    def is_asked(self) -> None:
        for _ in range(10):
            self.asked += 1
            now = datetime.now(UTC)
            number = f"case-{self.asked}"
            question = question_for(
                self.asking.department, bytes(32), number, 1, PERSONS, now, now + timedelta(days=7)
            )
            try:
                asyncio.run(self.asking._asked(to_send(question, None), 1))
            except Later:
                continue
            raise AssertionError("it is to give no answer that can be used")

    def cause(self) -> Cause:
        return Cause(self.is_asked, {"department": self.name})


def silence() -> bytes:
    raise Unreachable("no answer in time")


def department_silent() -> Cause:
    return Department("silent-one", silence).cause()


def department_rubbish() -> Cause:
    return Department("rubbish-one", lambda: b'{"kind": "perhaps"}').cause()


def department_not_believed() -> Cause:
    forger = Signer.from_seed(bytes(range(32)))
    return Department("forged-one", lambda: forger.sign(b"{}", ANSWER).encode()).cause()


class Counted:
    """The archive's counts over a case, as it stood some days ago."""

    def __init__(self, *events: Event) -> None:
        self.counting = Counting(())
        self.counting._behind = False
        self.events = events

    def show(self) -> None:
        self.counting.show(datetime.now(UTC))

    def days_ago(self, days: float) -> None:
        at = datetime.now(UTC) - timedelta(days=days)
        sequence = self.counting._standing.sequence
        told = [event.model_copy(update={"at": at}) for event in self.events]
        self.counting.take([stored(event, sequence + n) for n, event in enumerate(told, start=1)])
        self.show()


def backlog() -> Cause:
    counted = Counted(SUBMITTED, ACCEPTED)
    return Cause(lambda: counted.days_ago(2.1), {"department": "tax"}, before=lambda: fresh(counted))


def fresh(counted: Counted) -> None:
    """The same case, of this hour."""
    Counted(*counted.events).days_ago(0.04)


def overdue() -> Cause:
    counted = Counted(SUBMITTED, ACCEPTED, OVERDUE)
    in_time = Counted(SUBMITTED, ACCEPTED)
    return Cause(lambda: counted.days_ago(1), {"department": OVERDUE.department}, before=lambda: in_time.days_ago(1))


def officers_awaited() -> Cause:
    counted = Counted(SUBMITTED, ACCEPTED, REVIEW)
    return Cause(lambda: counted.days_ago(5.1), {"state": "review"}, before=lambda: fresh(counted))


# --- families ----------------------------------------------------------------------------------------------------


def notices_fail() -> Cause:
    def told_nobody() -> None:
        asyncio.run(tell(mail=Broken(ChannelUnavailable("the mail server is away"))))

    return Cause(told_nobody, {"channel": "mail", "result": "failed"}, before=told_nobody)


CAUSES: dict[str, Callable[[], Cause]] = {
    "LianshenProcessDown": process_down,
    "LianshenNotReady": not_ready,
    "LianshenRestarts": restarts,
    "LianshenRequestsFail": requests_fail,
    "LianshenRequestsSlow": requests_slow,
    "LianshenAppendsFail": appends_fail,
    "LianshenAppendsSlow": appends_slow,
    "LianshenArchiveBehind": archive_behind,
    "LianshenArchiveInTrouble": archive_in_trouble,
    "LianshenDeadLetters": dead_letters,
    "LianshenClockInDoubt": clock_in_doubt,
    "LianshenDepartmentSilent": department_silent,
    "LianshenDepartmentRubbish": department_rubbish,
    "LianshenDepartmentNotBelieved": department_not_believed,
    "LianshenDepartmentBacklog": backlog,
    "LianshenOverdue": overdue,
    "LianshenOfficersAwaited": officers_awaited,
    "LianshenNoticesFail": notices_fail,
}
