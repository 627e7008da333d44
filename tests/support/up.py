"""`lianshen up` as a process of its own, and the command line beside it."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Any

from lianshen.embedded.children import PYTHON
from lianshen.embedded.data_dir import DataDir
from tests.support import command_line
from tests.support.command_line import ROOT, environment
from tests.support.families import a_form
from tests.support.waiting import until
from tests.support.zygote import ZYGOTE, Forked

A_DRILL = {"LIANSHEN_OPEN_CASES_EVERY": "0.2", "LIANSHEN_DRILL_TYPED_NAMES": "true"}
"""What tests do is no person's act: they type names."""
READY = "Ctrl-C drains and ends"
WITHIN = 120.0
MOST = 1 << 20
"""Bytes that it may say."""


@dataclass
class Up:
    """A running system; `said` is what it has said so far."""

    data: DataDir
    process: Forked
    stderr: IO[bytes]

    @property
    def said(self) -> list[str]:
        return os.pread(self.stderr.fileno(), MOST, 0).decode().splitlines()

    async def cli(self, *arguments: str, typed: str = "") -> tuple[int, str, str]:
        return await lianshen(self.data, *arguments, typed=typed)

    async def do(self, *arguments: str) -> str:
        """A command that has to succeed; what it printed."""
        code, out, err = await self.cli(*arguments)
        assert code == 0, err
        return out

    async def state(self, name: str) -> dict[str, Any]:
        found = json.loads(await self.do("department", "list", "--json"))
        return next(dict(one) for one in found if one["department"] == name)

    async def apply(self) -> str:
        """Hands in an application of another invented family; its number."""
        file = self.data.path / "form.json"
        file.write_text(a_form().model_dump_json())
        receipt = json.loads(await self.do("apply", str(file)))
        return str(receipt["receipt"]["application_number"])

    async def status(self, number: str) -> dict[str, Any]:
        return dict(json.loads(await self.do("status", number)))

    async def waits_for(self, number: str, department: str) -> bool:
        return department in [one["department"] for one in (await self.status(number))["waiting_for"]]

    async def until(self, number: str, department: str, answered: bool = True, within: float = 30) -> None:
        """Until the case waits for nobody but the others."""

        async def so() -> bool:
            return await self.waits_for(number, department) is not answered

        await until(so, within)


async def lianshen(data: DataDir, *arguments: str, typed: str = "") -> tuple[int, str, str]:
    """Runs the command line on a data directory; its exit code, and what it said on both ways."""
    return await command_line.lianshen(*arguments, "--data-dir", str(data.path), typed=typed)


@asynccontextmanager
async def up(data: DataDir, *options: str, **more: str) -> AsyncIterator[Up]:
    """Ready inside the block, drained after it; without the console, which costs a process, unless it is asked for."""
    if "--console" not in options:
        options = ("--no-console", *options)
    with TemporaryFile() as stdout, TemporaryFile() as stderr:
        process = await ZYGOTE.spawn(
            *(*PYTHON, "-m", "lianshen", "up", *options, "--data-dir", str(data.path)),
            env={**environment(), **A_DRILL, **more},
            cwd=ROOT,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
        )
        running = Up(data, process, stderr)
        try:
            async with asyncio.timeout(WITHIN):
                while not any(READY in line for line in running.said):
                    assert process.returncode is None, "\n".join(running.said)
                    await asyncio.sleep(0.05)
            yield running
        finally:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGINT)
            await asyncio.wait_for(process.wait(), WITHIN)
