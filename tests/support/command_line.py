"""`lianshen …` in a process of its own, as typed into a shell; without its imports (tests/support/zygote.py)."""

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryFile

from lianshen.embedded.children import PYTHON
from tests.support.zygote import ZYGOTE

ROOT = Path(__file__).parents[2]
WITHIN = 120.0


def environment() -> dict[str, str]:
    """Of a shell in the project's venv, with nothing set for Lianshen."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LIANSHEN_")}
    return {**kept, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"}


async def lianshen(
    *arguments: str, typed: str = "", env: Mapping[str, str] | None = None, within: float = WITHIN
) -> tuple[int, str, str]:
    """Its exit code, and what it said on both ways."""
    with TemporaryFile() as stdin, TemporaryFile() as stdout, TemporaryFile() as stderr:
        stdin.write(typed.encode())
        stdin.seek(0)
        command = (*PYTHON, "-m", "lianshen", *arguments)
        process = await ZYGOTE.spawn(
            *command, env=env or environment(), stdin=stdin, stdout=stdout, stderr=stderr, cwd=ROOT
        )
        try:
            code = await asyncio.wait_for(process.wait(), within)
        except TimeoutError:
            process.kill()
            raise
        stdout.seek(0)
        stderr.seek(0)
        return code, stdout.read().decode(), stderr.read().decode()
