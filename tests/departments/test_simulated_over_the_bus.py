"""Simulated departments as processes of their own, asked over a real nats-server."""

import asyncio
import itertools
import json
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nats
import nats.errors
import nkeys
import pytest
from nats.aio.client import Client

from contracts.inquiries import AskedPerson, Question
from contracts.people import check_digit
from inquiry.parse_answer import NoAnswer, read_answer
from lianshen.simulation.faults import Profile
from lianshen.simulation.registers import load
from lianshen.simulation.responder import Responder
from procedures.department import Department
from procedures.hainan_2025.departments import DEPARTMENTS

ASKED = {department.name: department for department in DEPARTMENTS}
PERSON, OUTSIDER, NAME = "15030319820202038X", "150303197705050017", "李娜"


async def test_every_department_is_found_on_the_bus_and_answers_within_its_contract(tmp_path: Path) -> None:
    files = {
        "household-registry": f"id_number,name,status,moved_in\n{PERSON},{NAME},normal,2010-03-01\n",
        "civil-affairs": f"id_number,marital_status,since,assistance\n{PERSON},10,,none\n",
        "social-security": f"id_number,insured,division,last_paid_month\n{PERSON},yes,150303,2026-10\n",
        "tax": f"id_number,income_recorded,division\n{PERSON},no,\n",
        "real-estate": "unit_code,division,use,building_area_m2,ownership,owner_id_number,share,registered,status\n"
        f"U1,150303,residential,72.40,shares,{PERSON},1/3,2018-06-01,registered\n"
        f"U1,150303,residential,72.40,shares,{OUTSIDER},2/3,2018-06-01,registered\n",
        "net-signed": f"contract_no,building_area_m2,buyer_id_number,filed\nW1,90.00,{PERSON},2026-08-08\n",
        "tenancies": f"id_number,kind,since,until\n{PERSON},public_rental,2021-01-01,\n",
        "bans": f"id_number,article,since,until\n{PERSON},32,2026-08-03,2027-08-03\n",
    }
    for name, text in files.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    rows = {"real-estate": 2, "housing": 3}
    async with bus(tmp_path) as url, departments(url, tmp_path, *ASKED) as process, client(url) as nc:
        pings = await all_replies(nc, "$SRV.PING")
        assert sorted(ping["name"] for ping in pings) == sorted(ASKED)
        for name, department in ASKED.items():
            [info] = await all_replies(nc, f"$SRV.INFO.{name}")
            assert [(it["subject"], it["queue_group"]) for it in info["endpoints"]] == [
                (f"department.{name}.query.v1", "q"),
                (f"department.{name}.batch.v1", "q"),
            ]
            question = a_question(department)
            read = read_answer(await asked(nc, question), question, department)
            assert (read.contradictions, read.surplus, read.answer.kind) == ((), 0, "found")
            assert [len(person.records) for person in read.answer.persons] == [rows.get(name, 1)]
            assert OUTSIDER not in read.answer.model_dump_json()
        refusal = await nc.request("department.tax.query.v1", PERSON.encode(), timeout=5)
        assert (refusal.headers or {})["Nats-Service-Error-Code"] == "400"
        await nc.publish("department.tax.query.v1", a_question(ASKED["tax"]).model_dump_json().encode())
        status = await stopped(process)
    log = process.log.decode()
    assert status == 0
    assert "an answer could not be sent" in log
    assert all(canary not in log for canary in (PERSON, OUTSIDER, NAME, "QUESTION"))


async def test_in_an_outage_nothing_comes_back_and_a_dead_department_is_not_there(tmp_path: Path) -> None:
    world(tmp_path)
    (tmp_path / "faults.toml").write_text("[tax]\noutage = [[0, 4.0]]\n[housing]\ndead = [[0, 4.0], [14.0, inf]]\n")
    since = time.time()
    faults = ("--faults", str(tmp_path / "faults.toml"), "--since", str(since))
    async with (
        bus(tmp_path) as url,
        departments(url, tmp_path, "tax", "housing", "social-security", options=faults) as process,
        client(url) as nc,
    ):
        tax, housing = a_question(ASKED["tax"]), a_question(ASKED["housing"])
        with pytest.raises(nats.errors.TimeoutError):
            await asked(nc, tax, timeout=0.3)
        with pytest.raises(nats.errors.NoRespondersError):
            await asked(nc, housing, timeout=0.3)
        await asked(nc, a_question(ASKED["social-security"]))
        assert time.time() < since + 4.0, "this machine was too slow for the windows of this test"
        for question in (tax, housing):
            answered_at = time.time() + await seconds_until_answered(nc, question, within=9.0)
            assert answered_at >= since + 4.0
        await asyncio.sleep(since + 14.5 - time.time())
        with pytest.raises(nats.errors.NoRespondersError):
            await asked(nc, housing, timeout=0.3)
        await asked(nc, tax)
        assert process.log.count(b"dead: housing") == 2


async def test_a_department_that_wakes_a_moment_before_its_window_ends_comes_back_all_the_same(tmp_path: Path) -> None:
    world(tmp_path)
    seconds = itertools.chain((3.99999,), itertools.repeat(4.00001))
    profile = Profile(dead=((0.0, 4.0),))
    async with bus(tmp_path) as url, client(url) as nc:
        responder = Responder("tax", load(tmp_path, "tax"), profile, since=0.0, url=url, clock=lambda: next(seconds))
        playing = asyncio.create_task(responder.run())
        try:
            await seconds_until_answered(nc, a_question(ASKED["tax"]), within=9.0)
        finally:
            responder.leave()
            await playing


async def test_a_deferred_question_is_answered_when_asked_again_after_the_promised_instant(tmp_path: Path) -> None:
    world(tmp_path)
    (tmp_path / "faults.toml").write_text("[tax]\ndeferred = 1.0\ndeferred_seconds = 1.0\n[housing]\ngarbage = 1.0\n")
    faults = ("--faults", str(tmp_path / "faults.toml"))
    async with (
        bus(tmp_path) as url,
        departments(url, tmp_path, "tax", "housing", options=faults),
        client(url) as nc,
    ):
        question = a_question(ASKED["tax"])
        first = read_answer(await asked(nc, question), question, ASKED["tax"]).answer
        assert first.kind == "deferred"
        assert first.promised_at is not None
        assert 0.0 < (first.promised_at - datetime.now(UTC)).total_seconds() <= 1.0
        assert read_answer(await asked(nc, question), question, ASKED["tax"]).answer == first
        await asyncio.sleep(1.1)
        assert read_answer(await asked(nc, question), question, ASKED["tax"]).answer.kind == "found"

        question = a_question(ASKED["housing"])
        bodies = {await asked(nc, question) for _ in range(3)}
        assert len(bodies) == 1
        with pytest.raises(NoAnswer):
            read_answer(bodies.pop(), question, ASKED["housing"])


async def test_a_slow_department_answers_many_at_once_and_finishes_what_it_took_before_it_ends(tmp_path: Path) -> None:
    world(tmp_path)
    (tmp_path / "faults.toml").write_text("[tax]\nlatency = [0.5, 0.6]\n")
    faults = ("--faults", str(tmp_path / "faults.toml"))
    async with (
        bus(tmp_path) as url,
        departments(url, tmp_path, "tax", options=faults) as process,
        client(url) as nc,
    ):
        started = time.monotonic()
        asking = [asyncio.create_task(asked(nc, a_question(ASKED["tax"], n), timeout=10)) for n in range(300)]
        taken = 0
        while taken < 300:
            await asyncio.sleep(0.02)
            taken = json.loads((await nc.request("$SRV.STATS.tax")).data)["endpoints"][0]["num_requests"]
        status = await stopped(process)
        bodies = await asyncio.gather(*asking)
        assert {json.loads(body)["kind"] for body in bodies} == {"found"}
        assert 0.5 <= time.monotonic() - started < 5.0
        assert status == 0
        with pytest.raises(nats.errors.NoRespondersError):
            await asked(nc, a_question(ASKED["tax"]), timeout=1)


async def test_a_department_comes_back_to_a_bus_that_was_killed(tmp_path: Path) -> None:
    world(tmp_path)
    async with bus(tmp_path) as url:
        port = url.rsplit(":", 1)[1]
        process = await asyncio.create_subprocess_exec(*command(url, tmp_path, "tax"), stderr=asyncio.subprocess.PIPE)
        watched = Watched(process)
        await watched.ready(1)
    try:
        await asyncio.sleep(0.6)
        async with bus(tmp_path, port) as url, client(url) as nc:
            assert await seconds_until_answered(nc, a_question(ASKED["tax"]), within=10.0) < 10.0
            assert await stopped(watched) == 0
    finally:
        await watched.end()


async def test_departments_wait_for_a_bus_that_is_not_there_yet_and_end_when_told_to(tmp_path: Path) -> None:
    world(tmp_path)
    process = await asyncio.create_subprocess_exec(
        *command("nats://127.0.0.1:1", tmp_path, "tax"), stderr=asyncio.subprocess.PIPE
    )
    watched = Watched(process)
    try:
        await watched.says(b"the bus says")
        await asyncio.sleep(0.5)
        assert process.returncode is None
        assert b"ready" not in watched.log
        assert watched.log.count(b"the bus says") == 1
        assert await stopped(watched) == 0
    finally:
        await watched.end()


async def test_each_department_uses_its_own_key_in_an_account_of_its_own(tmp_path: Path) -> None:
    world(tmp_path)
    keys = tmp_path / "keys"
    keys.mkdir()
    public = {name: new_key(keys / f"{name}.seed") for name in ("tax", "housing", "asker", "stranger")}
    (keys / "social-security.seed").write_bytes((keys / "stranger.seed").read_bytes())
    accounts = f"""
        accounts {{
          tax {{ users [{{nkey: {public["tax"]}}}], exports [{{service: "department.tax.query.v1"}}] }}
          housing {{ users [{{nkey: {public["housing"]}}}], exports [{{service: "department.housing.query.v1"}}] }}
          asker {{
            users [{{nkey: {public["asker"]}}}]
            imports [
              {{service: {{account: tax, subject: "department.tax.query.v1"}}}}
              {{service: {{account: housing, subject: "department.housing.query.v1"}}}}
            ]
          }}
        }}
    """
    (tmp_path / "faults.toml").write_text("[housing]\ndead = [[3.0, inf]]\n")
    since = time.time()
    options = ("--credentials", str(keys), "--faults", str(tmp_path / "faults.toml"), "--since", str(since))
    async with (
        bus(tmp_path, accounts=accounts) as url,
        departments(url, tmp_path, "tax", "housing", options=options),
        client(url, nkeys_seed=str(keys / "asker.seed")) as nc,
    ):
        for name in ("tax", "housing"):
            assert json.loads(await asked(nc, a_question(ASKED[name])))["kind"] in ("found", "none")
        await asyncio.sleep(max(0.0, since + 3.3 - time.time()))
        with pytest.raises(nats.errors.NoRespondersError):
            await asked(nc, a_question(ASKED["housing"]), timeout=1)
        process = await asyncio.create_subprocess_exec(
            *command(url, tmp_path, "social-security"), "--credentials", str(keys), stderr=asyncio.subprocess.PIPE
        )
        watched = Watched(process)
        try:
            assert await asyncio.wait_for(process.wait(), 10) == 1
            await watched.says(b"social-security: the bus closed its door for good; look at the seed")
        finally:
            await watched.end()


async def test_a_department_takes_little_memory_and_hundreds_of_questions_a_second(tmp_path: Path) -> None:
    bare = [f"150303{1980 + n // 1000}0101{n % 1000:03}" for n in range(5000)]
    numbers = [number + check_digit(number) for number in bare]
    (tmp_path / "tax.csv").write_text(
        "id_number,income_recorded,division\n" + "".join(f"{number},yes,150303\n" for number in numbers)
    )
    async with bus(tmp_path) as url, departments(url, tmp_path, "tax") as process, client(url) as nc:
        body = json.dumps({"question_id": "q", "persons": [{"id_number": numbers[4999]}]}).encode()
        started = time.monotonic()
        for _ in range(10):
            replies = [nc.request("department.tax.query.v1", body, timeout=10) for _ in range(100)]
            assert all(b'"found"' in reply.data for reply in await asyncio.gather(*replies))
        assert 1000 / (time.monotonic() - started) > 300
        status = Path(f"/proc/{process.process.pid}/status")
        if status.exists():
            [peak] = [line for line in status.read_text().splitlines() if line.startswith("VmHWM")]
            assert int(peak.split()[1]) < 60_000


async def test_a_simulated_department_knows_our_contracts_and_nothing_of_how_we_run() -> None:
    code = "import lianshen.simulation.__main__, sys; print(*{name.split('.')[0] for name in sys.modules})"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE)
    printed, _ = await process.communicate()
    imported = set(printed.decode().split())
    assert {"lianshen", "contracts", "nats"} <= imported
    assert not imported & {"chassis", "procedures", "inquiry", "faststream", "opentelemetry"}


class Watched:
    """A process whose stderr is read all the time, so that it never waits for its reader."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.log = b""
        self._news = asyncio.Condition()
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self.process.stderr is not None
        while line := await self.process.stderr.readline():
            async with self._news:
                self.log += line
                self._news.notify_all()

    async def says(self, text: bytes, times: int = 1) -> None:
        async with self._news:
            await asyncio.wait_for(self._news.wait_for(lambda: self.log.count(text) >= times), 15)

    async def ready(self, departments: int) -> None:
        await self.says(b"ready: ", departments)

    async def end(self) -> None:
        with suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()
        await self._reading


async def stopped(watched: Watched) -> int:
    """Told to end, and ends within the time a supervisor gives it."""
    watched.process.terminate()
    status = await asyncio.wait_for(watched.process.wait(), 6)
    await watched._reading
    return status


@asynccontextmanager
async def bus(folder: Path, port: str = "-1", accounts: str = "") -> AsyncIterator[str]:
    """A server on a port the OS chose, killed at the end as hard as it gets."""
    (folder / "bus.conf").write_text(f'host: 127.0.0.1\nport: {port}\nports_file_dir: "{folder}"\n{accounts}')
    server = await asyncio.create_subprocess_exec(
        Path(sys.executable).parent / "nats-server", "-c", folder / "bus.conf", stderr=asyncio.subprocess.DEVNULL
    )
    ports = folder / f"nats-server_{server.pid}.ports"
    try:
        async with asyncio.timeout(10):
            while not (ports.exists() and ports.read_text().strip()):
                assert server.returncode is None, "the server ended"
                await asyncio.sleep(0.02)
        yield json.loads(ports.read_text())["nats"][0]
    finally:
        with suppress(ProcessLookupError):
            server.kill()
        await server.wait()


def command(url: str, folder: Path, *names: str) -> list[str]:
    chosen = [part for name in names for part in ("--department", name)]
    return [sys.executable, "-m", "lianshen.simulation", "--world", str(folder), "--nats", url, *chosen]


@asynccontextmanager
async def departments(url: str, folder: Path, *names: str, options: tuple[str, ...] = ()) -> AsyncIterator[Watched]:
    process = await asyncio.create_subprocess_exec(
        *command(url, folder, *names), *options, stderr=asyncio.subprocess.PIPE
    )
    watched = Watched(process)
    try:
        await watched.ready(len(names))
        yield watched
    finally:
        await watched.end()


@asynccontextmanager
async def client(url: str, **options: Any) -> AsyncIterator[Client]:
    nc = await nats.connect(url, **options)
    try:
        yield nc
    finally:
        await nc.close()


def world(folder: Path) -> None:
    (folder / "tax.csv").write_text(f"id_number,income_recorded,division\n{PERSON},yes,150303\n")


def a_question(department: Department, number: int = 1) -> Question:
    now = datetime.now(UTC)
    name = NAME if department.with_name else None
    return Question(
        question_id=f"QUESTION{number:016}",
        department=department.name,
        round=1,
        asked_at=now,
        answer_by=now,
        persons=(AskedPerson(id_number=PERSON, name=name),),
    )


async def asked(nc: Client, question: Question, timeout: float = 5.0) -> bytes:
    body = question.model_dump_json(exclude_none=True).encode()
    return (await nc.request(f"department.{question.department}.query.v1", body, timeout=timeout)).data


async def seconds_until_answered(nc: Client, question: Question, within: float) -> float:
    started = time.monotonic()
    while time.monotonic() < started + within:
        with suppress(nats.errors.NoRespondersError, nats.errors.TimeoutError):
            await asked(nc, question, timeout=0.2)
            return time.monotonic() - started
        await asyncio.sleep(0.05)
    raise AssertionError("never answered")


async def all_replies(nc: Client, subject: str) -> list[dict[str, Any]]:
    """What everybody says who hears it, until nobody has said anything for half a second."""
    inbox = nc.new_inbox()
    replies = await nc.subscribe(inbox)
    await nc.publish(subject, b"", reply=inbox)
    said = []
    with suppress(nats.errors.TimeoutError):
        while True:
            said.append(json.loads((await replies.next_msg(timeout=0.5)).data))
    await replies.unsubscribe()
    return said


def new_key(seed_file: Path) -> str:
    """Writes the seed of a new user; returns its public key."""
    seed = nkeys.encode_seed(os.urandom(32), nkeys.PREFIX_BYTE_USER)
    seed_file.write_bytes(seed)
    return nkeys.from_seed(bytearray(seed)).public_key.decode()
