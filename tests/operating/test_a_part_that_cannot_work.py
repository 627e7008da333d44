"""A part that was given what it can never work with is not started again; any other is."""

import asyncio
import sys
from pathlib import Path

import pytest

from chassis.errors import USAGE
from lianshen.system import Child


@pytest.mark.parametrize(("code", "starts_again"), [(USAGE, False), (1, True)])
async def test_only_what_a_restart_can_help_is_started_again(tmp_path: Path, code: int, starts_again: bool) -> None:
    ends: list[int] = []
    child = Child("part", [sys.executable, "-Sc", f"raise SystemExit({code})"], {}, tmp_path / "log")
    child.ended = lambda name, code, lived, log: ends.append(code)
    await child.start()
    try:
        async with asyncio.timeout(20):
            while len(ends) < (2 if starts_again else 1):
                await asyncio.sleep(0.02)
        if not starts_again:
            await asyncio.sleep(0.5)
    finally:
        await child.stop()
    assert set(ends) == {code}
    assert (len(ends) > 1) is starts_again
