"""Faults 7 to 10 against the whole system: what one department does wrong stays its own.

7 slow, silent, flapping · 8 garbage · 9 repeated, replayed, contradicting · 10 forged.
"""

import asyncio
import hashlib
import json
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import nats
import pytest
from nats.aio.msg import Msg

from chassis.bus import flushed
from chassis.commands import call
from contracts.events import AlsoAnswered, DepartmentAnswered
from contracts.jws import ANSWER, Signer
from evidence.audit import audit
from lianshen.bench.usage import pss_mb
from lianshen.demo.synthetic_world import make_crowd
from lianshen.doctor.departments import about_departments, read_states
from tests.support.running_system import Running, Start
from tests.support.waiting import until
from tests.support.worlds import form_in

pytestmark = pytest.mark.slow

Question = dict[str, Any]
Say = Callable[["Tax", Msg, Question], Awaitable[None]]


@pytest.fixture(autouse=True)
async def leaves(start: Start) -> AsyncIterator[None]:
    """The tax office leaves before the system ends: nats-py tries to come back for ever, also when it is cancelled."""
    yield
    while ATTACHED:
        await ATTACHED.pop().close()


ATTACHED: list[nats.NATS] = []


class Tax:
    """The tax office on its own connection, saying whatever a test has it say; it signs with its registered key."""

    def __init__(self, say: Say) -> None:
        self.say = say
        self.signer = Signer.from_seed(os.urandom(32))
        self.asked: list[tuple[bytes, Question]] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def attach(self, running: Running) -> "Tax":
        seed = running.system.data_dir.department_seed("tax")
        self.nc = await nats.connect(running.system.url, nkeys_seed=str(seed), max_reconnect_attempts=-1)
        ATTACHED.append(self.nc)
        key = {"department": "tax", "x": self.signer.x, "by": "operations"}
        await call(running.nc, "verify-household", "register-key", key)
        await self.nc.subscribe("department.tax.query.v1", cb=self._take)
        await flushed(self.nc)
        return self

    async def _take(self, message: Msg) -> None:
        question = json.loads(message.data)
        self.asked.append((message.data, question))
        task = asyncio.create_task(self.say(self, message, question))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def found(question: Question, division: str = "150303") -> dict[str, Any]:
    row = {"income_recorded": True, "division": division}
    persons = [{"id_number": it["id_number"], "kind": "found", "records": [row]} for it in question["persons"]]
    return {"question_id": question["question_id"], "kind": "found", "persons": persons}


def signed(signer: Signer, answer: dict[str, Any], asked: bytes, question: Question, **claims: Any) -> bytes:
    said = {
        "department": question["department"],
        "round": question["round"],
        "question_sha256": hashlib.sha256(asked).hexdigest(),
    }
    return signer.sign(json.dumps(answer | said | claims).encode(), ANSWER).encode()


async def post(running: Running, world: Path, *places: int) -> list[str]:
    replies = [await running.post(form_in(world, n), f"a-family-{n}") for n in places]
    return [reply.json()["receipt"]["application_number"] for reply in replies]


async def determined(running: Running, numbers: list[str]) -> bool:
    return all([(await running.case(number)).outcome is not None for number in numbers])


async def waits_for_tax_alone(running: Running, numbers: list[str]) -> bool:
    return all([(await running.case(number)).waiting_for == ("tax",) for number in numbers])


async def since_accepted(running: Running, number: str, department: str) -> float:
    """Seconds from the acceptance to a department's answer, by the server's clock."""
    history = await running.history.of(number)
    accepted = next(it for it in history if type(it.event).__name__ == "ApplicationAccepted")
    answered = next(
        it for it in history if isinstance(it.event, DepartmentAnswered) and it.event.department == department
    )
    return (answered.stored_at - accepted.stored_at).total_seconds()


async def test_7_a_slow_and_then_silent_department_slows_no_other_and_answers_everything_when_it_is_well(
    start: Start, tmp_path: Path
) -> None:
    world = make_crowd(tmp_path / "world", 24)
    running = await start(world, without=("tax",))
    mood = ["slow"]

    async def say(tax: Tax, message: Msg, question: Question) -> None:
        if mood[0] == "silent":
            return
        await asyncio.sleep(4 if mood[0] == "slow" else 0)
        await message.respond(json.dumps(found(question)).encode())

    await (tax := Tax(say)).attach(running)
    began = time.monotonic()
    slow = await post(running, world, *range(8))
    await until(lambda: waits_for_tax_alone(running, slow), within=4)
    await until(lambda: determined(running, slow), within=20)
    assert time.monotonic() - began > 4
    mood[0] = "silent"
    silent = await post(running, world, *range(8, 16))
    await until(lambda: waits_for_tax_alone(running, silent), within=4)
    others = [await since_accepted(running, number, "social-security") for number in (*slow, *silent)]
    assert max(others) < 2, "the other departments wait for nobody"
    shown = (await call(running.nc, "verify-household", "departments", {}))["departments"]
    assert {it["department"]: it["open_questions"] for it in shown}["tax"] == 8
    mood[0] = "well"
    await until(lambda: determined(running, silent), within=60)
    assert len(tax.asked) < 80, "a department that is down is probed, not flooded"
    assert await audit(running.nc, archive=running.system.data_dir.archive) == []


async def test_8_garbage_moves_no_case_costs_no_memory_and_its_reason_is_shown(start: Start, tmp_path: Path) -> None:
    world = make_crowd(tmp_path / "world", 12)
    running = await start(world, without=("tax",))
    garbage = [
        b"",
        b"<html>502</html>",
        b"\xff\xfe\x00",
        b'{"kind": NaN}',
        b"[" * 200_000,
        b'{"question_id": "x", "kind": "found"}',
        json.dumps({"kind": "found", "persons": "everybody"}).encode(),
        b"x" * 900_000,
        b"eyJhbGciOiJub25lIn0.e30.",
        "无此人".encode("gbk"),
    ]
    mood = ["rubbish"]

    async def say(tax: Tax, message: Msg, question: Question) -> None:
        body = garbage[len(tax.asked) % len(garbage)]
        if mood[0] == "well":
            body = signed(tax.signer, found(question), tax.asked[-1][0], question)
        await message.respond(body)

    before = memory(running)
    await Tax(say).attach(running)
    numbers = await post(running, world, *range(12))
    await until(lambda: waits_for_tax_alone(running, numbers), within=40)
    await until(lambda: rubbish_is_shown(running, 3), within=20)
    assert memory(running) - before < 60
    for number in numbers:
        assert (await running.case(number)).answers.keys().isdisjoint({("tax", 1)}), "nothing of it is recorded"
    [named] = about_departments(*await read_states(running.nc))
    assert (named.what, named.well) == ("department tax", False)
    for said in (
        "answers rubbish: what tax sent is no answer",
        "since 20",
        "cases wait",
        "lianshen department check tax",
    ):
        assert said in named.sentence()
    mood[0] = "well"
    await until(lambda: determined(running, numbers), within=90)
    [well] = about_departments(*await read_states(running.nc))
    assert (well.what, well.well) == ("departments", True)
    assert await audit(running.nc, archive=running.system.data_dir.archive) == []


async def rubbish_is_shown(running: Running, least: int) -> bool:
    states = (await call(running.nc, "verify-household", "departments", {}))["departments"]
    faults = [fault for state in states if state["department"] == "tax" for fault in state["faults"]]
    return any(fault["kind"] == "no answer" and fault["questions"] >= least for fault in faults)


def memory(running: Running) -> float:
    """MB of the processes that ask."""
    return pss_mb([pid for name, child in running.system.children.items() if name == "asking" and (pid := child.pid)])


async def test_9_what_is_repeated_replayed_or_contradicting_counts_once_and_is_kept(
    start: Start, tmp_path: Path
) -> None:
    world = make_crowd(tmp_path / "world", 3)
    running = await start(world, without=("tax",))
    old: list[bytes] = []

    async def say(tax: Tax, message: Msg, question: Question) -> None:
        asked = tax.asked[-1][0]
        answer = signed(tax.signer, found(question), asked, question)
        for replayed in old:
            await tax.nc.publish("answer.tax.v1", replayed)
        old.append(answer)
        # The same twice, and by both ways: one event.
        await message.respond(answer)
        await tax.nc.publish("answer.tax.v1", answer)
        await tax.nc.publish("answer.tax.v1", answer)

    tax = await Tax(say).attach(running)
    numbers = await post(running, world, 0, 1, 2)
    await until(lambda: determined(running, numbers), within=30)
    # Much later it says otherwise of the first family.
    asked, question = tax.asked[0]
    otherwise = signed(tax.signer, found(question, "150203"), asked, question)
    reply = await tax.nc.request("answer.tax.v1", otherwise, timeout=5)
    assert json.loads(reply.data) == {"ok": {"taken": True}}
    events = {number: [it.event for it in await running.history.of(number)] for number in numbers}
    for number in numbers:
        answers = [it for it in events[number] if isinstance(it, DepartmentAnswered) and it.department == "tax"]
        assert len(answers) == 1
        assert answers[0].evidence is not None
        assert answers[0].evidence.answer_jws is not None
    late = [it for number in numbers for it in events[number] if isinstance(it, AlsoAnswered)]
    assert [(it.department, it.why) for it in late] == [("tax", "late")]
    assert await audit(running.nc, archive=running.system.data_dir.archive) == []


async def test_10_what_is_forged_counts_for_nothing_and_the_question_waits_for_the_real_answer(
    start: Start, tmp_path: Path
) -> None:
    world = make_crowd(tmp_path / "world", 1)
    departments = tmp_path / "departments.toml"
    departments.write_text('[tax]\nsignature = "required"\n')
    running = await start(world, without=("tax",), LIANSHEN_DEPARTMENTS_FILE=str(departments))
    forger = Signer.from_seed(os.urandom(32))
    honest = asyncio.Event()

    async def say(tax: Tax, message: Msg, question: Question) -> None:
        asked = tax.asked[-1][0]
        if honest.is_set():
            await message.respond(signed(tax.signer, found(question), asked, question))
            return
        answer = found(question)
        forged = [
            json.dumps(answer).encode(),
            signed(forger, answer, asked, question),
            signed(Signer(forger.private, tax.signer.x, tax.signer.kid), answer, asked, question),
            signed(tax.signer, answer, asked, question, department="housing"),
            signed(tax.signer, answer, asked, question, round=2),
            signed(tax.signer, answer, b"another question", question),
        ]
        await message.respond(forged[len(tax.asked) % len(forged)])
        for one in forged:
            refused.append(json.loads((await tax.nc.request("answer.tax.v1", one, timeout=5)).data))

    refused: list[dict[str, Any]] = []
    await Tax(say).attach(running)
    [number] = await post(running, world, 0)
    await until(lambda: enough(refused, 12), within=30)
    case = await running.case(number)
    assert (case.waiting_for, case.determination) == (("tax",), None)
    assert all(reply["problem"]["status"] == 403 for reply in refused), refused
    honest.set()
    await until(lambda: determined(running, [number]), within=60)
    [event] = [
        it.event
        for it in await running.history.of(number)
        if isinstance(it.event, DepartmentAnswered) and it.event.department == "tax"
    ]
    assert event.evidence is not None
    assert event.evidence.answer_jws is not None
    assert await audit(running.nc, archive=running.system.data_dir.archive) == []


async def enough(found: list[Any], many: int) -> bool:
    return len(found) >= many
