"""What one case costs on the bus, against a budget: a guard against costs that creep in one by one.

Whoever makes a case cheaper lowers the numbers at the top in the same commit, so that it stays cheaper; whoever has to
raise one says in its comment what the case gets for it.
"""

import asyncio
import json
import os
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from nats.aio.client import Client

from chassis.bus import Bus
from chassis.log.append_health import SERVER_HEALTH
from chassis.log.history import History
from chassis.log.journal import STREAM
from contracts.case.states import State
from lianshen.bench.costs import a_case
from lianshen.bench.costs import costs as looked_at
from lianshen.catalog import durables
from lianshen.demo.synthetic_world import make_crowd
from lianshen.embedded.data_dir import DataDir
from lianshen.embedded.system import System
from tests.bus.wire import Frame, Wire
from tests.support.running_system import QUICK
from tests.support.waiting import until
from tests.support.worlds import form_in

pytestmark = pytest.mark.slow

EVENTS = {
    "ApplicationSubmitted": 1,
    "ApplicationAccepted": 1,
    "claim": 3,  # applicant, spouse, child
    "DepartmentAnswered": 6,
    "DeterminationMade": 1,
    "PublicityOpened": 1,
    "NoticeSent": 2,
}
MESSAGES = {
    "append": 15,
    "ACK": 6 + 6 + 1 + 2,  # by the departments' readers, determination, publicity, notify
    "question": 6 + 1,  # one a department, and the ban list
    "alarm": 1,
    "read": 1 + 2,  # whether a ban of our own binds the applicant; the bureau asks that, too, before each answer
    "_R_": 2,  # and is told
    "spans": 6,
}
"""What the services send in its course, beside their requests for messages, which go out all the time."""
MOST_APPENDS = 1 + 6 + 1 + 1 + 2
"""Requests that wait for the disk: the case with its claims, then each answer, decision and notice as it comes."""
MOST_SPANS = 12
MOST = {
    "deliveries_per_case": 15 + 7 + 2,  # what is acknowledged, the feeds of the indexes, two that came twice
    "acknowledged_per_case": 15 + 2,
    "synced_writes_per_case": MOST_APPENDS,
}
"""What `lianshen bench` prints of a case, here of one that is alone."""


@dataclass
class Wired(System):
    """The embedded system, its own processes connected over a wire that writes down what they send."""

    wire: Wire = field(default_factory=lambda: Wire("127.0.0.1", 0))

    async def _provision(self) -> int:
        self.wire.port = int(self.url.rsplit(":", 1)[1])
        return await super()._provision()


@pytest.fixture
async def wired(tmp_path: Path) -> AsyncIterator[tuple[Wired, Client, list[dict[str, Any]]]]:
    world = make_crowd(tmp_path / "world", 2)
    wire = Wire("127.0.0.1", 0)
    environment = {**QUICK, "LIANSHEN_NATS_URL": await wire.start(), "LIANSHEN_DRILL_PUBLICITY_SECONDS": "3600"}
    system = Wired(DataDir(tmp_path / "data"), world=world, environment=environment, wire=wire)
    try:
        await system.start()
        bus = await Bus.connect(system.url, "test", system.data_dir.seed("operator"))
        yield system, bus.nc, [form_in(world, n) for n in range(2)]
        await bus.close()
    finally:
        await system.stop()
        await wire.stop()


async def everything(history: History) -> list[Any]:
    found: list[Any] = []
    while page := await history.after(found[-1].sequence if found else 0, ">", 500):
        found += page
    return found


def is_the_archives(frame: Frame) -> bool:
    """It follows the whole log in pages, whatever a case costs."""
    return b'"next_by_subj": ">"' in frame.body


def is_of_projects(frame: Frame) -> bool:
    """Looked at every few seconds, whatever a case costs."""
    return b'"project.>"' in frame.body


def is_of_health(frame: Frame) -> bool:
    """Once a minute and process, or in five seconds and index, whatever a case costs."""
    looks = "probe.", "$JS.API.CONSUMER.INFO.", "$JS.API.STREAM.INFO."
    return frame.subject.startswith(looks) or frame.subject == SERVER_HEALTH


def is_read(frame: Frame) -> bool:
    return "DIRECT.GET." in frame.subject or "STREAM.MSG.GET." in frame.subject


def kind(frame: Frame) -> str:
    """What a message from a service is for, by its subject."""
    if frame.is_append:
        return "append"
    if is_read(frame):
        return "read"
    words = frame.subject.split(".")
    return {
        "$JS": words[1] if words[1] != "API" else ".".join(words[2:5]),
        "department": "question",
        "timer": "alarm",
        "telemetry": "spans",
        "checkpoint": "checkpoint",
    }.get(words[0], words[0])


async def handed_in(system: System, log: History, form: dict[str, Any], key: str) -> str:
    """The case of this form, once it rests: in publicity, and the family was told of both."""
    async with httpx.AsyncClient(base_url=system.intake_url, timeout=30, trust_env=False) as kiosk:
        reply = await kiosk.post("/v1/applications", json=form, headers={"Idempotency-Key": key})
    assert reply.status_code == 202
    number = str(reply.json()["receipt"]["application_number"])

    async def at_rest() -> bool:
        return len((await log.load(number)).notices) == 2

    await until(at_rest)
    assert (await log.load(number)).state is State.IN_PUBLICITY
    return number


async def test_one_eligible_case_alone_costs_no_more_than_its_budget(
    wired: tuple[Wired, Client, list[dict[str, Any]]],
) -> None:
    system, nc, (first, form) = wired
    log, spans = History(nc, STREAM), History(nc, "SPANS")
    await log.start()
    await spans.start()
    # The first delivery of a reader's life may follow a gap: what is read then is read once.
    await handed_in(system, log, first, "the-first-of-all-the-cases")
    await asyncio.sleep(1.5)
    names = [(durable.stream, durable.name) for durable in durables()]
    before = len(system.wire.sent), len(await everything(spans)), len(await everything(log))
    used = await looked_at(os.getpid(), system.data_dir, nc, names)

    await handed_in(system, log, form, "what-it-costs-when-it-is-alone")
    await asyncio.sleep(1.5)  # the exporters send every half second
    sent = [
        frame
        for frame in system.wire.sent[before[0] :]
        if not (is_the_archives(frame) or is_of_projects(frame) or is_of_health(frame))
    ]
    published = [
        json.loads(line) for batch in (await everything(spans))[before[1] :] for line in batch.body.splitlines()
    ]
    stored = (await everything(log))[before[2] :]
    counted = a_case(used, await looked_at(os.getpid(), system.data_dir, nc, names), 1)
    assert {name: n for name, n in counted.items() if n > MOST.get(name, n)} == {}

    assert Counter(one.headers["ce-type"] for one in stored) == EVENTS
    assert len(published) <= MOST_SPANS, Counter(span["name"] for span in published)

    reads = [(frame.subject, frame.body) for frame in sent if is_read(frame)]
    assert len([body for _, body in reads if b'"ban.' in body]) == len(reads) == 3, reads
    kinds = Counter(kind(frame) for frame in sent if kind(frame) != "CONSUMER.MSG.NEXT")
    too_much = {what: n for what, n in kinds.items() if n > MESSAGES.get(what, 0)}
    assert too_much == {}, f"{too_much} of {MESSAGES}"

    appends = [frame for frame in sent if frame.is_append]
    assert len(appends) == len(stored), "nothing was sent twice"
    single = [frame.subject for frame in appends if "Nats-Batch-Id" not in frame.headers]
    commits = [frame.subject for frame in appends if "Nats-Batch-Commit" in frame.headers]
    assert len(commits) <= 1, commits
    assert len(single) + len(commits) <= MOST_APPENDS, (single, commits)
