"""`lianshen up` as a person starts it: a process of its own, found by what it writes into its data directory."""

import asyncio
import contextlib
import json
import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path

from lianshen.embedded.bus_server import ENDED_WITHIN
from lianshen.embedded.children import FOR_CHILDREN, PYTHON, die_with_parent
from lianshen.embedded.data_dir import DataDir
from lianshen.embedded.system import NotReady

READY_WITHIN = 3600.0
"""Seconds; far beyond what is promised, so that a slow start is measured and not cut off; `up` gives up before."""
STOPPED_WITHIN = ENDED_WITHIN + 60.0


class Up:
    """One `lianshen up` at a time over one data directory and world."""

    def __init__(
        self, data_dir: DataDir, world: Path, environment: Mapping[str, str], said: Path, *options: str
    ) -> None:
        self.data_dir = data_dir
        self._world = world
        self._environment = environment
        self._options = options
        self._said = said
        """The file that its words go to."""
        self._process: asyncio.subprocess.Process | None = None
        self.bus = ""
        self.intake = ""

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def start(self) -> float:
        """Seconds from nothing to ready. Raises NotReady with the last words of the command."""
        # Staff look at the system meanwhile or not: what they look at is not a part of what a case costs.
        told = ("--no-console", "--data-dir", str(self.data_dir.path), "--world", str(self._world))
        command = ("up", *told, *self._options)
        began = time.monotonic()
        with self._said.open("wb") as said:
            self._process = await asyncio.create_subprocess_exec(
                *(*PYTHON, "-m", "lianshen", *command),
                env={**os.environ, **FOR_CHILDREN, **self._environment},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                # Ctrl-C ends the benchmark, which then stops what it has started.
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )
        while not self._is_ready():
            if self._process.returncode is not None or time.monotonic() - began > READY_WITHIN:
                words = self._said.read_text(errors="replace").strip()[-1500:]
                raise NotReady(f"`lianshen up` did not become ready; it said:\n{words}")
            await asyncio.sleep(0.01)
        return time.monotonic() - began

    def _is_ready(self) -> bool:
        # The file may be half written, or left by a system that was killed.
        with contextlib.suppress(OSError, ValueError):
            where = json.loads((self.data_dir.run / "system.json").read_text())
            if where["pid"] == self.pid:
                self.bus, self.intake = where["nats"], where["intake"]
                return True
        return False

    async def stop(self) -> None:
        """Drains and ends it, as Ctrl-C does."""
        if self._process is None or self._process.returncode is not None:
            return
        self._process.send_signal(signal.SIGINT)
        try:
            await asyncio.wait_for(self._process.wait(), STOPPED_WITHIN)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
