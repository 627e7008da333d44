"""A whole system on which a scene is played: forms at the kiosk, commands of people, departments of its own."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import nats
from nats.aio.client import Client
from nats.aio.msg import Msg

from chassis.bus import Bus, flushed
from chassis.commands import call
from chassis.log.history import History
from chassis.log.journal import STREAM
from chassis.process.keys import NAMES, write_secret
from contracts.case.case import Case
from contracts.jws import ANSWER, Signer
from lianshen.catalog import DEPARTMENTS, SIMULATED
from lianshen.embedded.data_dir import DataDir
from lianshen.embedded.system import System

QUICK = {
    "LIANSHEN_DRILL_PUBLICITY_SECONDS": "2",
    "LIANSHEN_PUBLICITY_GRACE_SECONDS": "0.1",
    "LIANSHEN_NOTIFY_DRILL": "true",
    "LIANSHEN_OPEN_CASES_EVERY": "0.2",
    "LIANSHEN_ARCHIVE_SEAL_EVERY": "4",
}
WITHIN = 90.0
LOOK_EVERY = 0.25
MOVING = ("submitted", "verifying", "in_publicity")
Question = dict[str, Any]
Say = Callable[["OwnDepartment", Question], bytes | None]


class NotSo(Exception):
    """The scene did not come to the point that it waits for."""


def secret(scene: str, name: str) -> bytes:
    """The same key every time a scene is recorded: application numbers and seals stay the same."""
    return hashlib.sha256(f"golden {scene} {name}".encode()).digest()


def make_known_keys(data_dir: DataDir, scene: str) -> None:
    data_dir.keys.mkdir(parents=True)
    for name in NAMES:
        write_secret(data_dir.keys / f"{name}.key", secret(scene, name).hex())
    folder = data_dir.path / "simulated"
    folder.mkdir()
    for name in DEPARTMENTS:
        seed = secret(scene, f"department {name}")
        write_secret(folder / f"{name}.jwk", Signer.from_seed(seed).jwk(seed))


@dataclass
class Stage:
    """A running system, who talks to it, and the applications so far by their labels."""

    scene: str
    system: System
    kiosk: httpx.AsyncClient
    nc: Client
    history: History
    numbers: dict[str, str] = field(default_factory=dict)
    refused_posts: dict[str, int] = field(default_factory=dict)
    own: list["OwnDepartment"] = field(default_factory=list)

    async def post(self, label: str, body: bytes | dict[str, Any]) -> None:
        """Hands a form in; whatever is no case is noted with its status."""
        text = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        headers = {"Idempotency-Key": f"golden-{self.scene}-{label}", "Content-Type": "application/json"}
        reply = await self.kiosk.post("/v1/applications", content=text, headers=headers)
        if reply.status_code == 202:
            self.numbers[label] = reply.json()["receipt"]["application_number"]
        else:
            self.refused_posts[label] = reply.status_code

    async def post_all(self, forms: list[Path]) -> None:
        for form in forms:
            await self.post(form.stem, form.read_bytes())

    async def case(self, label: str) -> Case:
        return await self.history.load(self.numbers[label])

    async def command(self, service: str, verb: str, label: str | None = None, **asked: Any) -> dict[str, Any]:
        request = asked if label is None else {"application": self.numbers[label], **asked}
        return dict(await call(self.nc, service, verb, request))

    async def until(self, label: str, true: Callable[[Case], bool]) -> Case:
        for _ in range(int(WITHIN * 10)):
            if true(case := await self.case(label)):
                return case
            await asyncio.sleep(0.1)
        raise NotSo(f"{self.scene}: {label} is {case.state}, waits for {case.waiting_for}")

    async def until_state(self, state: str, *labels: str) -> None:
        for label in labels:
            await self.until(label, lambda case: case.state == state)

    async def until_nothing_moves(self) -> None:
        """Until every case is over, or waits for a person."""
        for label in self.numbers:
            await self.until(label, lambda case: case.state not in MOVING)

    async def until_rest(self, quiet_for: float = 3.0) -> None:
        """Until nothing was written for so many seconds."""
        last, quiet = -1, 0.0
        while quiet < quiet_for:
            info = await self.nc.request(f"$JS.API.STREAM.INFO.{STREAM}", b"", timeout=5)
            sequence = int(json.loads(info.data)["state"]["last_seq"])
            quiet = quiet + LOOK_EVERY if sequence == last else 0.0
            last = sequence
            await asyncio.sleep(LOOK_EVERY)

    async def own_department(self, name: str, say: Say) -> "OwnDepartment":
        department = OwnDepartment(name, say, Signer.from_seed(secret(self.scene, f"own {name}")))
        self.own.append(department)
        await department.attach(self)
        return department


class OwnDepartment:
    """A department that says whatever the scene has it say; it signs with a key that it registers."""

    def __init__(self, name: str, say: Say, signer: Signer) -> None:
        self.name, self.say, self.signer = name, say, signer
        self.asked: dict[str, tuple[bytes, Question]] = {}
        """By the first person asked about and the round."""

    async def attach(self, stage: Stage) -> None:
        self.nc = await nats.connect(
            stage.system.url, nkeys_seed=str(stage.system.data_dir.department_seed(self.name))
        )
        await stage.command(
            DEPARTMENTS[self.name], "register-key", department=self.name, x=self.signer.x, by="operations"
        )
        await self.nc.subscribe(f"department.{self.name}.query.v1", cb=self._take)
        await flushed(self.nc)

    async def _take(self, message: Msg) -> None:
        question = json.loads(message.data)
        self.asked[f"{question['persons'][0]['id_number']} {question['round']}"] = message.data, question
        body = self.say(self, question)
        if body is not None:
            await message.respond(body)

    async def push(self, person: str, answer: Callable[[Question], dict[str, Any]], round: int = 1) -> None:
        """An answer that comes by itself, signed, to the question about this person."""
        asked, question = self.asked[f"{person} {round}"]
        reply = await self.nc.request(
            f"answer.{self.name}.v1", self.signed(answer(question), asked, question), timeout=5
        )
        if "ok" not in json.loads(reply.data):
            raise NotSo(reply.data.decode())

    def signed(self, answer: dict[str, Any], asked: bytes, question: Question) -> bytes:
        about = {"department": self.name, "round": question["round"]}
        digest = hashlib.sha256(asked).hexdigest()
        return self.signer.sign(json.dumps(answer | about | {"question_sha256": digest}).encode(), ANSWER).encode()

    def sign(self, answer: dict[str, Any], question: Question) -> bytes:
        asked, _ = self.asked[f"{question['persons'][0]['id_number']} {question['round']}"]
        return self.signed(answer, asked, question)


def found(question: Question, row: dict[str, Any]) -> dict[str, Any]:
    persons = [{"id_number": it["id_number"], "kind": "found", "records": [row]} for it in question["persons"]]
    return {"question_id": question["question_id"], "kind": "found", "persons": persons}


def deferred(question: Question, seconds: float) -> dict[str, Any]:
    promised_at = (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()
    return {"question_id": question["question_id"], "kind": "deferred", "persons": [], "promised_at": promised_at}


@asynccontextmanager
async def playing(
    scene: str,
    folder: Path,
    world: Path,
    faults: Path | None = None,
    without: tuple[str, ...] = (),
    signing: bool = True,
    **environment: str,
) -> AsyncIterator[Stage]:
    """A system under keys that are known, on fresh data under `folder`; ended with the block."""
    data_dir = DataDir(folder / "data")
    make_known_keys(data_dir, scene)
    system = System(
        data_dir,
        world=world,
        faults=faults,
        simulated=tuple(name for name in SIMULATED if name not in without),
        signing=signing,
        environment={**QUICK, **environment},
    )
    try:
        await system.start()
        bus = await Bus.connect(system.url, "golden", data_dir.seed("operator"))
        history = History(bus.nc, STREAM)
        await history.start()
        async with httpx.AsyncClient(base_url=system.intake_url, timeout=30, trust_env=False) as kiosk:
            stage = Stage(scene, system, kiosk, bus.nc, history)
            yield stage
        for department in stage.own:
            await department.nc.close()
        await bus.close()
    finally:
        await system.stop()
