"""Departments under test and the service that asks them: responders in accounts of their own, everything else real."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from nats.aio.client import Client
from nats.aio.msg import Msg

from chassis.bus import flushed
from chassis.commands import serve_commands, stop_commands
from chassis.consume.breaker import Breaker
from chassis.consume.consumer import PullConsumer
from chassis.consume.retry import all_commands
from chassis.log.journal import Journal
from chassis.process.service import Context, Parts
from chassis.process.settings import Settings
from chassis.timing import TIMING, Timing
from contracts.application import ApplicationForm
from contracts.case.case import Case
from contracts.events import ApplicationAccepted, ApplicationSubmitted, Event
from inquiry.verifying_service import build_verifying
from procedures.department import Department
from procedures.hainan_2025.departments import DEPARTMENTS as ALL_DEPARTMENTS
from procedures.registry import PROCEDURES
from tests.support.families import accepted, an_application_number, submitted
from tests.support.readers import reading
from tests.support.real_bus import RealBus
from tests.support.waiting import ended

HOUSEHOLD = "verify-household"
DEPARTMENTS: dict[str, Department] = {it.name: it for it in ALL_DEPARTMENTS}
A_ROW: dict[str, dict[str, Any]] = {
    "household-registry": {"status": "normal"},
    "civil-affairs": {"marital_status": "10"},
    "social-security": {"insured": False},
    "tax": {"income_recorded": False},
    "real-estate": {"unit_code": "U1", "division": "150303"},
    "housing": {"register": "tenancy", "kind": "public_rental"},
}
Question = dict[str, Any]
Said = bytes | dict[str, Any] | None
"""What a department replies; None is silence."""


def an_answer(question: Question, kind: str = "found", *rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The same said of everybody in the question; `found` without rows has one of the department's register."""
    records = list(rows) or ([A_ROW[question["department"]]] if kind == "found" else [])
    persons = [{"id_number": it["id_number"], "kind": kind, "records": records} for it in question["persons"]]
    return {"question_id": question["question_id"], "kind": kind, "persons": persons, **more}


def deferred(question: Question, promised_at: datetime) -> dict[str, Any]:
    return {"question_id": question["question_id"], "kind": "deferred", "promised_at": promised_at.isoformat()}


def in_json(said: Said) -> bytes | None:
    return json.dumps(said, ensure_ascii=False).encode() if isinstance(said, dict) else said


class OnTheBus:
    """A department's own responder: writes down what it was asked, and says what `say` says."""

    def __init__(self, name: str, say: Callable[[Question], Awaitable[Said] | Said]) -> None:
        self.name = name
        self.say = say
        self.table = f"[{name}]\ntimeout_seconds = 1\n"
        self.asked: list[Question] = []
        self.asked_at: list[float] = []
        self.messages: list[Msg] = []
        self.most = 0
        self._answering: set[asyncio.Task[None]] = set()

    async def start(self, bus: RealBus) -> "OnTheBus":
        self.nc = await bus.department(self.name)
        await self.nc.subscribe(f"department.{self.name}.query.v1", cb=self._take)
        await flushed(self.nc)
        return self

    async def _take(self, message: Msg) -> None:
        self.messages.append(message)
        self.asked.append(json.loads(message.data))
        self.asked_at.append(time.monotonic())
        task = asyncio.create_task(self._answer(message, self.asked[-1]))
        self._answering.add(task)
        self.most = max(self.most, len(self._answering))
        task.add_done_callback(self._answering.discard)

    async def _answer(self, message: Msg, question: Question) -> None:
        said = self.say(question)
        body = in_json(await said if isinstance(said, Awaitable) else said)
        if body is not None:
            await self.nc.publish(message.reply, body)

    async def bring(self, answer: Said) -> dict[str, Any]:
        """Brings an answer by itself, as one that was deferred."""
        reply = await self.nc.request(f"answer.{self.name}.v1", in_json(answer) or b"", timeout=5)
        brought: dict[str, Any] = json.loads(reply.data)
        return brought


A_THIRD = Timing(
    retry_after=tuple(seconds / 3 for seconds in TIMING.retry_after),
    probe_after=tuple(seconds / 3 for seconds in TIMING.probe_after),
)
"""What failed comes back, and who is down is probed, after a third of the usual wait."""


class Verifying:
    """A verifying service in this process, run from the parts that production runs it from."""

    def __init__(self, parts: Parts, readers: list[PullConsumer], nc: Client) -> None:
        self.parts = parts
        self.readers = {reader.durable.name: reader for reader in readers}
        self.nc = nc
        self.index = parts.indexes[0]


@asynccontextmanager
async def verifying(
    bus: RealBus,
    journal: Journal,
    departments: Sequence[Department] = PROCEDURES.asked_by("verify-household"),
    service: str = HOUSEHOLD,
    attached_by: str = "",
    every: float = 0.1,
    of_homes: tuple[Department, ...] = (),
) -> AsyncIterator[Verifying]:
    """A service that asks; `attached_by` is the text of its departments file."""
    path = Path(bus.data_dir.path) / "departments.toml"
    path.write_text(attached_by)
    settings = Settings(keys_dir=bus.data_dir.keys, departments_file=path, open_cases_every=every)
    nc = await bus.connect()
    parts = build_verifying(service, tuple(departments), PROCEDURES, Context(settings, nc, journal), of_homes)
    readers = [
        PullConsumer(nc, it.durable, it.handle, it.concurrency, it.breaker or Breaker(), timing=journal.timing)
        for it in parts.listens
    ]
    async with AsyncExitStack() as stack:
        for reader in readers:
            await stack.enter_async_context(reading(reader))
        others = [asyncio.create_task(parts.indexes[0].run(nc))]
        others += [asyncio.create_task(work()) for work in parts.background]
        served = await serve_commands(nc, service, all_commands(nc, service, parts.commands, parts.listens))
        try:
            yield Verifying(parts, readers, nc)
        finally:
            await stop_commands([served])
            await ended(*others)
            if parts.close is not None:
                await parts.close()


async def accept(
    journal: Journal,
    *asked: str,
    form: ApplicationForm | None = None,
    answer_by: datetime | None = None,
) -> str:
    """Stores a case that waits for these departments; returns its number."""
    number = an_application_number()
    await journal.once(submitted(number, form), accepted(number, form, asked, answer_by))
    return number


async def events_of(journal: Journal, number: str) -> list[Event]:
    """What happened to the case since it was accepted, in order."""
    history = await journal.history.of(number)
    return [it.event for it in history if not isinstance(it.event, ApplicationSubmitted | ApplicationAccepted)]


async def settled(journal: Journal, number: str) -> bool:
    """Whether every department that was asked has answered."""
    case: Case = await journal.load(number)
    return not case.waiting_for
