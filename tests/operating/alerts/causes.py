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
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import patch

import nats.errors
from archive.keeper import Keeper
from archive.writer import Archive
from nats.aio.client import Client
from nats.aio.msg import Msg
from publicity.service import Publicity

from chassis.consume import consumer
from chassis.consume.consumer import PullConsumer, Work
from chassis.consume.place import place_of
from chassis.errors import Poison, Unavailable
from chassis.log.durables import Durable
from chassis.log.group_commit import Entry, GroupCommit, Part
from chassis.log.stored import Stored
from chassis.process.health import Health
from chassis.process.service import Context
from chassis.telemetry.metrics import ARCHIVE_IN_TROUBLE
from evidence.archive.files import Files, segments
from lianshen.documents.schemas import services_without_a_bus
from tests.evidence.test_archive import BOX, SEAL, a_chain
from tests.intake.in_memory import Intake, Memory
from tests.operating.alerts.cause import Cause, metrics, nothing
from tests.operating.alerts.causes_outside import (
    backlog,
    department_not_believed,
    department_rubbish,
    department_silent,
    notices_fail,
    officers_awaited,
    overdue,
    secrets_tried,
)
from tests.support.families import a_form

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
        reader = PullConsumer(cast(Client, None), Durable("of-this-test", (), subjects=("timer.>",)), cannot)
        message = SimpleNamespace(
            headers={},
            subject="timer.due.A-1",
            data=b"",
            reply="$JS.ACK.TIMERS.of-this-test.1.7.1.1700000000000000000.0",
            term=buried,
        )
        place = place_of(cast(Msg, message))
        with patch.object(consumer, "bury", buried):
            work = Work(cast(Msg, message), place, since=time.monotonic(), said=time.monotonic())
            await reader._one(work, reader._arrive(work.message, place) or AssertionError("nothing sees it first"))

    def begin() -> None:
        PullConsumer(cast(Client, None), Durable("of-this-test", ()), cannot)

    return Cause(lambda: asyncio.run(handle_one()), {"durable": "of-this-test"}, before=begin)


def clock_in_doubt() -> Cause:
    with services_without_a_bus() as services:
        publicity = cast(Any, services["publicity"].indexes[0].fire).__self__
    assert isinstance(publicity, Publicity)
    clock = publicity.clock.clock

    def jump() -> None:
        clock.look(datetime.now(UTC) + timedelta(days=10), time.monotonic(), None)

    return Cause(jump, {"instance": "here"})


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
    "LianshenSecretsTried": secrets_tried,
}
