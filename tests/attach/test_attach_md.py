"""docs/attach.md is run as it stands: every way, from `department add` to the first answered question."""

import asyncio
import json
import os
import re
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from jwt import PyJWK
from jwt.exceptions import InvalidSignatureError

from contracts.inquiries import Answer, Question
from contracts.jws import ANSWER, QUESTION, Signer, public_jwk, sha256, verify, without_payload
from lianshen.catalog import DEPARTMENTS
from lianshen.embedded.data_dir import DataDir
from lianshen.lasting_ports import lasting_port
from tests.conformance.test_example_departments import OFFLINE
from tests.support.families import a_form
from tests.support.up import READY, ROOT, environment, lianshen
from tests.support.waiting import until

DOC = ROOT / "docs" / "attach.md"
STAYS = "# stays"
YOURS = {"YOU": "operations"}
BY_MACHINE = ("On the bus", "On the bus, unsigned", "Over HTTP")
ADD_SAYS_THE_SAME = ("On the bus", "Over HTTP")
WAYS = {**dict.fromkeys(BY_MACHINE, "tax"), "Over HTTP": "real-estate", "By a clerk": "tax"}

PORT = lasting_port()
"""In the place of the document's 8700, which may be taken here."""


def blocks(section: str, language: str = "sh") -> list[str]:
    """The fenced blocks of one section, in order."""
    text = DOC.read_text(encoding="utf-8").replace("8700", str(PORT))
    found = re.search(rf"^## {re.escape(section)}\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    assert found is not None, section
    return re.findall(rf"^```{language}\n(.*?)^```$", found[1], re.M | re.S)


def commands(section: str) -> list[str]:
    return [line for block in blocks(section) for line in block.splitlines() if not line.startswith("#")]


@dataclass
class Shell:
    """A person with several terminals, at home in a folder of the test's own."""

    home: Path
    said: list[str] = field(default_factory=list)
    applied: int = 0

    @property
    def data(self) -> DataDir:
        return DataDir(self.home / ".local/state/lianshen")

    def environment(self) -> dict[str, str]:
        quick = {"LIANSHEN_OPEN_CASES_EVERY": "0.2", "TMPDIR": str(self.home)}
        kept = {name: value for name, value in environment().items() if name != "XDG_STATE_HOME"}
        return {**kept, **quick, "HOME": str(self.home)}

    async def run(self, command: str) -> str:
        """What a command prints; it has to succeed."""
        process = await asyncio.create_subprocess_exec(
            *("sh", "-c", command),
            cwd=ROOT,
            env=self.environment(),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await asyncio.wait_for(process.communicate(), 180)
        assert process.returncode == 0, f"{command}: {err.decode()}"
        return out.decode()

    @asynccontextmanager
    async def stays(self, command: str, ready: str) -> AsyncIterator[None]:
        """A terminal of its own, until the end of the block."""
        process = await asyncio.create_subprocess_exec(
            *("sh", "-c", command),
            cwd=ROOT,
            env=self.environment(),
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        assert process.stderr is not None
        try:
            async with asyncio.timeout(180):
                async for line in process.stderr:
                    self.said.append(line.decode())
                    if ready in self.said[-1]:
                        break
            reading = asyncio.create_task(process.stderr.read())
            yield
        finally:
            with suppress(ProcessLookupError):
                # Only what this test started: a session of its own.
                os.killpg(process.pid, signal.SIGINT)
            await asyncio.wait_for(process.wait(), 180)
            await reading


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


async def handed_in(shell: Shell, name: str) -> dict[str, Any]:
    """The document's application first, then another family's each time: one that is known is asked about no more."""
    _, application = blocks("A first question")
    if shell.applied:
        form = shell.home / f"form-{shell.applied}.json"
        form.write_text(a_form().model_dump_json())
        application = f"lianshen apply {form}"
    shell.applied += 1
    receipt = json.loads(await shell.run(application))
    return {"number": receipt["receipt"]["application_number"], "name": name}


async def until_answered(shell: Shell, asked: dict[str, Any]) -> None:
    async def answered() -> bool:
        code, out, err = await lianshen(shell.data, "status", asked["number"])
        assert code == 0, err
        return asked["name"] not in [one["department"] for one in json.loads(out)["waiting_for"]]

    await until(answered, 30)


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_every_way_is_attached_to_one_running_system_as_the_document_says(shell: Shell) -> None:
    [up, _] = blocks("A first question")
    assert up.startswith(STAYS)
    async with shell.stays(up, READY):
        for section in BY_MACHINE:
            await attached_as_it_says(shell, section)
        await answered_by_a_clerk_as_it_says(shell)
        assert "clean" in await shell.run("lianshen audit")


async def attached_as_it_says(shell: Shell, section: str) -> None:
    add, department, check = blocks(section)
    assert department.startswith(STAYS)
    told = await shell.run(add)
    example = department.splitlines()[1].replace("~", str(shell.home))
    if section in ADD_SAYS_THE_SAME:
        assert example in told.splitlines(), "`add` says the same"
    async with shell.stays(department, "ready: "):
        asked = await handed_in(shell, WAYS[section])
        await until_answered(shell, asked)
        checked = await shell.run(check)
        assert "BAD" not in checked
        assert re.search(r"^ok +signed", checked, re.M) or section == "Over HTTP", checked
        assert "counts" in await shell.run(f"lianshen department certificate {WAYS[section]}")
    if section == "On the bus":
        for command in commands("Keys, later"):
            await shell.run(command.replace("YOU", YOURS["YOU"]))
        again = await handed_in(shell, "tax")
        async with shell.stays(department, "ready: "):
            await until_answered(shell, again)


async def answered_by_a_clerk_as_it_says(shell: Shell) -> None:
    add, at_the_desk = blocks("By a clerk")
    look, say = at_the_desk.splitlines()
    await shell.run(add)
    asked = await handed_in(shell, "tax")
    # The family that the real-estate register was asked about waited for tax meanwhile, and is the clerk's now, too.
    async with asyncio.timeout(120):
        while len(listed := re.findall(r"^\S+", await shell.run(look), re.M)) < 2:
            await asyncio.sleep(0.2)
    for question in listed:
        answered = await shell.run(say.replace("QUESTION_ID", question))
        assert answered == "answered: none, signed\n"
    await until_answered(shell, asked)
    assert await shell.run(look) == ""


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_the_typescript_example_is_attached_the_same_way(shell: Shell) -> None:
    """By the block of its README; node_modules of the checkout is in .gitignore."""
    text = (ROOT / "examples/departments/README.md").read_text(encoding="utf-8")
    [block] = [block for block in re.findall(r"^```sh\n(.*?)^```$", text, re.M | re.S) if "npm start" in block]
    install, start = (line for line in block.splitlines() if not line.startswith("#"))
    if shutil.which("npm") is None:
        pytest.skip("npm is not on this machine, so the TypeScript example cannot run here")
    try:
        await shell.run(install)
    except AssertionError as failed:
        if any(word in str(failed) for word in OFFLINE):
            pytest.skip("npm cannot reach a registry from here, so the TypeScript example has no packages")
        raise
    folder = shell.data.path / "departments" / "civil-affairs"
    department = f"cd examples/departments/typescript && {start.replace('FOLDER', str(folder))}"
    async with shell.stays("lianshen up --drill 60", READY):
        await shell.run("lianshen department add civil-affairs --by bus")
        async with shell.stays(department, "ready: "):
            asked = await handed_in(shell, "civil-affairs")
            await until_answered(shell, asked)
            assert "BAD" not in await shell.run("lianshen department check civil-affairs")


@pytest.mark.parametrize("section", WAYS)
def test_it_takes_fewer_than_five_commands(section: str) -> None:
    assert len(commands(section)) < 5


def test_it_is_short_and_names_what_there_is() -> None:
    text = DOC.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 140
    for name in DEPARTMENTS:
        assert f"`{name}`" in text
    for target in re.findall(r"\]\((\.\./[^)]+)\)", text):
        assert (DOC.parent / target).exists(), target


def test_its_question_and_its_answer_fit_the_contract() -> None:
    [example] = blocks("Question and answer", "json")
    question, answer = example.splitlines()
    assert Question.model_validate_json(question).question_id == Answer.model_validate_json(answer).question_id


def test_its_lines_of_python_sign_and_verify() -> None:
    [code] = blocks("Signing", "python")
    assert len(code.splitlines()) <= 15
    made: dict[str, Any] = {}
    exec(code, made)
    [example] = blocks("Question and answer", "json")
    question, answer = example.splitlines()
    seed, asked = b"d" * 32, question.encode()
    theirs, ours = Signer.from_seed(seed), Signer.from_seed(b"l" * 32)

    token = made["signed"](json.loads(answer), asked, PyJWK.from_json(theirs.jwk(seed)))
    said = json.loads(verify(token, theirs.x, ANSWER))
    assert said == json.loads(answer) | {"department": "tax", "round": 1, "question_sha256": sha256(asked)}

    key = PyJWK.from_json(public_jwk(ours.x))
    signature = without_payload(ours.sign(asked, QUESTION))
    assert made["is_lianshens"](asked, signature, key)
    assert not made["is_lianshens"](asked, without_payload(ours.sign(asked, ANSWER)), key)
    with pytest.raises(InvalidSignatureError):
        made["is_lianshens"](asked + b" ", signature, key)
