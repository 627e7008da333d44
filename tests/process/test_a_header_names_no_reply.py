"""`reply_to: $JS.API.STREAM.DELETE.CASES`: nobody who answers on the bus publishes where a header says."""

import asyncio
import json
import os
import shutil
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import nats.errors
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg

from chassis.commands import serve_commands, stop_commands
from chassis.consume.retry import all_commands
from lianshen.bus_access.nkeys_of import make_user_seed
from lianshen.documents.schemas import services_without_a_bus
from lianshen.simulation.answers import DEPARTMENTS
from lianshen.simulation.registers import OF_THE_KIT
from tests.conformance.kits import ROOT, a_process
from tests.conformance.test_example_departments import a_signing_key, installed
from tests.support.families import an_id_number
from tests.support.open_bus import open_bus
from tests.support.waiting import until

pytestmark = pytest.mark.slow
BODIES = b"{}", b"not JSON", b'{"application":"YZ713-7XHRH-9G8MR-Q8WXW-RWRD8-E","reason":"moved","by":"Li"}'


async def test_no_command_of_any_service_answers_where_a_header_says(tmp_path: Path) -> None:
    async with open_bus(tmp_path) as bus:
        with services_without_a_bus() as services:
            served = [
                await serve_commands(bus.nc, name, all_commands(bus.nc, name, parts.commands, parts.listens))
                for name, parts in services.items()
            ]
            subjects = [endpoint.subject for service in served for endpoint in service.info().endpoints]
            replies = await asyncio.gather(*(bus.tempt(subject, *BODIES) for subject in subjects))
            await stop_commands(served)
        assert len(subjects) > 40
        # One waits for the log, which nobody reads here.
        silent = [subject for subject, said in zip(subjects, replies, strict=True) if len(said) < len(BODIES)]
        assert {subject.rsplit(".", 1)[1] for subject in silent} <= {"departments"}
        assert await bus.unharmed()


async def test_no_simulated_department_answers_where_a_header_says(tmp_path: Path) -> None:
    chosen = [part for name in DEPARTMENTS for part in ("--department", name)]
    module = [sys.executable, "-m", "lianshen.simulation", "--world", str(OF_THE_KIT), *chosen]
    async with open_bus(tmp_path) as bus, a_process(*module, "--nats", bus.url, ready="ready"):
        for name in DEPARTMENTS:
            await until(partial(is_there, bus.nc, name))
            assert len(await bus.tempt(f"department.{name}.query.v1", *BODIES, a_question(name))) == len(BODIES) + 1
        assert await bus.unharmed()


@pytest.mark.parametrize("example", ["tax.py", "tax_signed.py"])
async def test_no_example_of_a_department_answers_where_a_header_says(tmp_path: Path, example: str) -> None:
    key, _ = a_signing_key(tmp_path)
    async with open_bus(tmp_path) as bus:
        own = {"PATH": os.environ["PATH"], "NATS_URL": bus.url, "SIGNING_KEY": str(key)}
        make_user_seed(tmp_path / "tax.seed")
        own |= {"SEED": str(tmp_path / "tax.seed"), "REGISTER": str(OF_THE_KIT / "tax.csv")}
        command = (sys.executable, str(ROOT / "examples" / "departments" / example))
        async with a_process(*command, ready="ready", environment=own):
            assert len(await bus.tempt("department.tax.query.v1", *BODIES, a_question("tax"))) == len(BODIES) + 1
        assert await bus.unharmed()


@pytest.mark.skipif(shutil.which("npm") is None, reason="node and npm are not on this machine")
async def test_nor_does_the_one_in_typescript(tmp_path: Path) -> None:
    folder = await installed(tmp_path / "department")
    make_user_seed(tmp_path / "seed")
    async with open_bus(tmp_path) as bus:
        own = {"PATH": os.environ["PATH"], "NATS_URL": bus.url, "SEED": str(tmp_path / "seed")}
        own |= {"REGISTER": str(OF_THE_KIT / "civil-affairs.csv")}
        command = ("node", "--import", "tsx", "department.ts")
        async with a_process(*command, ready="ready", environment=own, cwd=folder):
            replies = await bus.tempt("department.civil-affairs.query.v1", *BODIES, a_question("civil-affairs"))
        assert len(replies) == len(BODIES) + 1
        assert await bus.unharmed()


async def test_this_bus_shows_a_handler_that_obeys_the_header(tmp_path: Path) -> None:
    async with open_bus(tmp_path) as bus:

        async def obeys(message: Msg) -> None:
            await bus.nc.publish((message.headers or {})["reply_to"], b"")
            await message.respond(b"done")

        await bus.nc.subscribe("command.naive.do", cb=obeys)
        await bus.tempt("command.naive.do", b"{}")
        assert not await bus.unharmed()


async def is_there(nc: Client, department: str) -> bool:
    try:
        return bool(await nc.request(f"$SRV.PING.{department}", timeout=1))
    except nats.errors.NoRespondersError:
        return False


def a_question(department: str) -> bytes:
    person = {"id_number": an_id_number(), "name": "测试一"}
    at = datetime.now(UTC).isoformat()
    question = {"question_id": "QUESTION-OF-A-TEST", "department": department, "round": 1, "persons": [person]}
    return json.dumps(question | {"asked_at": at, "answer_by": at}).encode()
