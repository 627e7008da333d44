"""A part that was given what it can never work with is not started again; any other is."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from chassis.errors import USAGE
from lianshen.embedded.data_dir import DataDir
from lianshen.embedded.restarts import Restarts
from lianshen.embedded.supervised import Program, Supervised
from lianshen.embedded.system import System
from tests.support.waiting import until


@pytest.mark.parametrize(("code", "starts_again"), [(USAGE, False), (1, True)])
async def test_only_what_a_restart_can_help_is_started_again(tmp_path: Path, code: int, starts_again: bool) -> None:
    ends: list[int] = []
    command = (sys.executable, "-Sc", f"raise SystemExit({code})")
    child = Supervised(
        Program("part", command, {}, tmp_path / "log"), ended=lambda program, code, lived: ends.append(code)
    )
    await child.start()
    try:
        async with asyncio.timeout(60):
            while len(ends) < (2 if starts_again else 1):
                await asyncio.sleep(0.02)
        if not starts_again:
            await asyncio.sleep(0.5)
    finally:
        await child.stop()
    assert set(ends) == {code}
    assert (len(ends) > 1) is starts_again


async def test_a_part_that_cannot_be_started_now_is_started_once_it_can(tmp_path: Path) -> None:
    """Where memory is short a start fails as it does for a program that is not there."""
    program, said = tmp_path / "program", list[str]()
    program.write_text("#!/bin/sh\nexec sleep 3600\n")
    program.chmod(0o700)
    child = Supervised(Program("part", (str(program),), {}, tmp_path / "log"), say=said.append)
    await child.start()
    try:
        first = child.pid
        assert child.process is not None
        program.rename(tmp_path / "elsewhere")
        child.process.kill()
        await until(lambda: "part cannot be started again yet (No such file or directory); trying on" in said)
        (tmp_path / "elsewhere").rename(program)
        await until(lambda: child.pid != first, within=10)
    finally:
        await child.stop()


def test_a_server_that_panicked_is_said_to_be_started_again(tmp_path: Path) -> None:
    """Go ends a program that panics with 2, the status by which our own say that a restart will not help."""
    said: list[str] = []
    system = System(DataDir(tmp_path), say=said.append)
    system._restarts = Restarts(tmp_path)
    system.data_dir.prepare(())
    system._ended(system.bus._program(lock=0), USAGE, 40.0)
    assert len(said) == 1
    assert "nats-server ended with exit status 2 after 40 s and is started again" in said[0]


async def test_a_part_that_begins_and_does_not_come_up_has_ended_once_more(tmp_path: Path) -> None:
    """So that a crash loop of a server that cannot read its store is named as any other."""
    lives, ends, said = iter(("sleep 3600", "exit 3", "exit 3", "sleep 3600")), list[int](), list[str]()
    script = tmp_path / "part"

    def before() -> None:
        script.write_text(f"#!/bin/sh\nexec sh -c '{next(lives)}'\n")
        script.chmod(0o700)

    async def up(process: asyncio.subprocess.Process) -> None:
        if "exit" in script.read_text() and await process.wait():
            raise LookupError("it did not come up")

    program = Program("part", (str(script),), {"PATH": os.environ["PATH"]}, tmp_path / "log")
    part = Supervised(program, lambda program, code, lived: ends.append(code), said.append, before=before, up=up)
    await part.start()
    try:
        assert part.process is not None
        part.process.kill()
        await until(lambda: ends == [-9, 3, 3] and part.runs, within=10)
        assert said == ["part cannot be started again yet (it did not come up); trying on"] * 2
        assert part.restarts == 3
    finally:
        await part.stop()


async def test_what_ends_a_watch_by_mistake_is_said_and_the_part_is_kept_running(tmp_path: Path) -> None:
    said: list[str] = []

    async def broken() -> None:
        raise LookupError

    part = Supervised(Program("part", ("sleep", "3600"), dict(os.environ), tmp_path / "log"), say=said.append)
    await part.start()
    try:
        part.watch(broken())
        await until(lambda: said == ["watch of part ended by a mistake (LookupError); restart to have it again"])
        assert part.process is not None
        part.process.kill()
        await until(lambda: part.restarts == 1 and part.runs)
    finally:
        await part.stop()
