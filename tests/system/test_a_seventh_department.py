"""A seventh department is one file and one line of policy: asked, awaited and shown without another change."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import nats
import nats.micro
from nats.micro.request import Request

from lianshen.embedded.data_dir import DataDir
from tests.change.page import changes, copy_to, files_of, python_path
from tests.support.families import a_form
from tests.support.running_system import QUICK
from tests.support.waiting import until

SECTION = "A department"


def a_copy_with_a_seventh(folder: Path) -> Path:
    """The project as it stands, and what docs/change.md says."""
    for change in changes(SECTION):
        change.make(copy_to(folder) if not folder.exists() else folder)
    return folder


def test_the_page_names_two_files() -> None:
    assert len(files_of(SECTION)) == 2


@dataclass
class Copy:
    """The copied project, run by its own command line."""

    folder: Path
    data: Path

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, **QUICK, "PYTHONPATH": python_path(self.folder)}

    def lianshen(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "lianshen", *arguments, "--data-dir", str(self.data)]
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def where(self) -> dict[str, Any]:
        return dict(json.loads((self.data / "run" / "system.json").read_text()))

    def status(self, number: str) -> dict[str, Any]:
        return dict(json.loads(self.lianshen("status", number)))


@asynccontextmanager
async def up(copy: Copy) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "lianshen", "up", "--data-dir", str(copy.data)),
        cwd=copy.folder,
        env=copy.environment,
        stderr=subprocess.PIPE,
    )
    try:
        assert process.stderr is not None
        said = ""
        while "Ctrl-C" not in said:
            line = (await process.stderr.readline()).decode()
            assert line, said
            said += line
        assert "not simulated: pension (by bus)" in said
        yield
    finally:
        process.terminate()
        await asyncio.wait_for(process.wait(), 90)


async def a_pension_fund(url: str, seed: Path) -> nats.NATS:
    async def query(request: Request) -> None:
        question = json.loads(request.data)
        persons = [{"id_number": it["id_number"], "kind": "none"} for it in question["persons"]]
        answer = {"question_id": question["question_id"], "kind": "none", "persons": persons}
        await request.respond(json.dumps(answer).encode())

    nc = await nats.connect(url, nkeys_seed=str(seed))
    service = await nats.micro.add_service(nc, name="pension", version="1.0.0")
    await service.add_endpoint(name="query", subject="department.pension.query.v1", handler=query)
    return nc


async def test_one_file_and_one_line_of_policy_are_a_seventh_department(tmp_path: Path) -> None:
    copy = Copy(a_copy_with_a_seventh(tmp_path / "project"), tmp_path / "data")
    async with up(copy):
        where = copy.where()
        async with httpx.AsyncClient(base_url=where["intake"], timeout=30, trust_env=False) as kiosk:
            form = a_form().model_dump(mode="json", exclude_none=True)
            posted = await kiosk.post("/v1/applications", json=form, headers={"Idempotency-Key": "a-seventh-one"})
        number = posted.json()["receipt"]["application_number"]

        async def waits_for(*names: str) -> bool:
            shown = await asyncio.to_thread(copy.status, number)
            return [item["department"] for item in shown["waiting_for"]] == [*names]

        await until(lambda: waits_for("pension"), 40)
        assert "7 departments are asked" in copy.lianshen("follow", number, "--once")

        fund = await a_pension_fund(where["nats"], DataDir(copy.data).department_seed("pension"))
        await until(waits_for, 40)
        shown = copy.status(number)
        assert shown["answers"], shown
        assert "pension" in [item["department"] for item in shown["answers"]]
        assert "pension answered: none" in copy.lianshen("follow", number, "--once")
        assert "clean" in copy.lianshen("audit")
        await fund.close()
