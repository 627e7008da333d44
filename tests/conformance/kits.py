"""Departments of every make under the kit: opened on a test's own bus, and what was found of them."""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from contracts.jws import Signer
from contracts.key_register import Holding
from inquiry.attachments.config import AttachmentConfig, attach
from lianshen.conformance.connect import DEPARTMENTS
from lianshen.conformance.kit import Kit, Options
from lianshen.conformance.play import play
from lianshen.conformance.raw_transport import BusLine, HttpLine
from lianshen.conformance.registers import Registers
from lianshen.conformance.results import Result
from lianshen.conformance.scenarios import SCENARIOS
from lianshen.simulation.registers import OF_THE_KIT
from tests.support.real_bus import RealBus

ROOT = Path(__file__).parents[2]
LIANSHEN = Signer.from_seed(b"l" * 32)


async def a_kit(
    bus: RealBus,
    name: str,
    how: AttachmentConfig | None = None,
    holding: Holding | None = None,
    options: Options | None = None,
) -> Kit:
    """As the command line opens it, but for the files it would read."""
    how = how or AttachmentConfig(timeout_seconds=2)
    department = DEPARTMENTS[name]
    nc = await bus.connect("check")

    async def late(_: bytes) -> None:
        return

    line = BusLine(nc, name) if how.by == "bus" else HttpLine(how)
    attachment = attach(nc, name, how, late)
    registers = Registers(department)
    return Kit(department, how, attachment, line, registers, LIANSHEN, holding or Holding(), options or Options())


async def checked(kit: Kit, only: Sequence[str] | None = None) -> dict[str, Result]:
    """Each scenario and how it ended."""
    chosen = [scenario for scenario in SCENARIOS if only is None or scenario.name in only]
    try:
        results = await play(kit, chosen, lambda _: None)
    finally:
        await kit.attachment.close()
    return {result.scenario: result for result in results}


def bad(results: dict[str, Result]) -> dict[str, str]:
    return {name: result.detail for name, result in results.items() if result.word == "BAD"}


def words(results: dict[str, Result], word: str) -> list[str]:
    return [name for name, result in results.items() if result.word == word]


@dataclass
class Running:
    """A department's own process, and what it said on stderr until it was ready."""

    process: asyncio.subprocess.Process
    said: str = ""


@asynccontextmanager
async def a_process(
    *command: str, ready: str, environment: dict[str, str] | None = None, cwd: Path = ROOT
) -> AsyncIterator[Running]:
    """A department's own process, once it has said `ready`; ended at the end."""
    process = await asyncio.create_subprocess_exec(
        *command, cwd=cwd, env=environment, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    assert process.stderr is not None
    stderr, running = process.stderr, Running(process)
    try:
        async with asyncio.timeout(90):
            while ready not in running.said:
                line = await stderr.readline()
                assert line, running.said
                running.said += line.decode(errors="replace")
        drained = asyncio.create_task(stderr.read())
        yield running
        drained.cancel()
    finally:
        if process.returncode is None:
            process.terminate()
            await asyncio.wait_for(process.wait(), 30)


def simulated(bus: RealBus, name: str, *more: str) -> tuple[str, ...]:
    """The command of a simulated department on the kit's world."""
    return (
        *(sys.executable, "-m", "lianshen.simulation", "--world", str(OF_THE_KIT), "--department", name),
        *("--nats", bus.url, "--credentials", str(bus.data_dir.credentials / "departments"), *more),
    )
