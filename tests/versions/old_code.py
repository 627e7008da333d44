"""The code of an earlier version, out of this repository's history, and processes that run it."""

import asyncio
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from lianshen.embedded.children import PYTHON
from tests.support.zygote import ZYGOTE, Forked

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]


class NotThere(Exception):
    """The history of this checkout does not reach so far, or it has none."""


def old_code(version: str, folder: Path) -> Path:
    """Unpacks a commit into `folder`. Raises NotThere."""
    folder.mkdir(parents=True)
    command = ["git", "-C", str(REPOSITORY), "archive", version]
    try:
        packed = subprocess.run(command, check=True, capture_output=True, timeout=60).stdout
        subprocess.run(["tar", "-x", "-C", str(folder)], input=packed, check=True, timeout=60)
    except (OSError, subprocess.CalledProcessError) as error:
        raise NotThere(f"version {version} is not in the history of this checkout ({type(error).__name__})") from None
    return folder


@dataclass
class Versions:
    """Starts each process by the code that it is to run; in the place of asyncio.create_subprocess_exec."""

    old: Path
    by_old: set[str] = field(default_factory=set)
    """The processes that run the old code from their next start on."""

    async def spawn(self, *command: str, env: Mapping[str, str], stdout: IO[bytes], **how: Any) -> Any:
        if Path(env.get("LIANSHEN_RUN_FILE", "")).stem not in self.by_old:
            return await self._new(*command, env=env, stdout=stdout, **how)
        _, _, (module, *arguments) = command[: len(PYTHON)], command[len(PYTHON)], command[len(PYTHON) + 1 :]
        assert module == "lianshen", command
        packages = (self.old, *self.old.glob("services/*"))
        paths = os.pathsep.join(str(path) for path in packages)
        old = (*PYTHON, str(HERE / "as_old.py"), str(self.old), *arguments)
        return await asyncio.create_subprocess_exec(*old, env={**env, "PYTHONPATH": paths}, stdout=stdout, **how)

    async def _new(self, *command: str, **how: Any) -> Forked:
        return await ZYGOTE.spawn(*command, **how)
