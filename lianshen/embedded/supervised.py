"""The one supervisor: a process is started, watched, and started again with back-off when it ends by itself."""

import asyncio
import json
import os
import signal
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from chassis.errors import USAGE
from lianshen.embedded.children import before_its_program
from lianshen.embedded.pulse import Patience, Pulse, answers
from lianshen.embedded.restarts import QUICKLY
from lianshen.embedded.working.stopping import end

BACK_OFF = (0.1, 0.5, 1.0, 2.0, 5.0)
Process = asyncio.subprocess.Process
Say = Callable[[str], None]
Spawn = Callable[..., Awaitable[Process]]
"""Starts a program, as asyncio does."""


@dataclass(frozen=True)
class Program:
    """What is run, and how it is watched."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    """All that it sees."""
    log: Path
    ready_file: Path | None = None
    """Where it writes its process id and its addresses once it is ready; its health is looked at from then on."""
    ready_words: tuple[str, ...] = ()
    """What stands in its log once it is ready, if it writes no file."""
    hopeless: int | None = USAGE
    """The exit status by which it says that a restart will not help."""
    steady: float = QUICKLY
    """Seconds of life after which an end counts as the first again."""
    patience: Patience = field(default_factory=Patience)
    dies_by: signal.Signals = signal.SIGTERM
    """What it gets when we end, however we end."""
    inherits: tuple[int, ...] = ()
    """Descriptors of ours that it keeps open."""
    own_session: bool = False
    """Ctrl-C reaches a whole terminal session; in one of its own it is not reached."""

    def last_words(self) -> str:
        """The end of its log, for a message that helps."""
        return self.log.read_text(errors="replace")[-1500:].strip() if self.log.exists() else "it wrote no log"


Ended = Callable[[Program, int, float], None]
"""Told whenever a program ended by itself: its exit code, and how many seconds it lived."""


@dataclass
class Supervised:
    """One process of ours. `before` makes ready what it reads, `up` returns once it works; both at every start."""

    program: Program
    ended: Ended = lambda program, code, lived: None
    say: Say = lambda words: None
    spawn: Spawn = asyncio.create_subprocess_exec
    before: Callable[[], None] = lambda: None
    up: Callable[[Process], Awaitable[None]] | None = None
    process: Process | None = None
    restarts: int = 0
    _watches: set[asyncio.Task[None]] = field(default_factory=set)
    _began: float = 0.0
    _log_from: int = 0
    _came_up: bool = False

    @property
    def pid(self) -> int | None:
        """Its process id, also of one that has ended and is not started again yet."""
        return self.process.pid if self.process else None

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.returncode is None

    async def start(self) -> None:
        """Raises what `before`, the start itself or `up` raises; then nothing is watched."""
        await self._spawn()
        self.watch(self._keep())
        if self.program.ready_file is not None:
            self.watch(self._feel_pulse())

    def watch(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs this beside the process, until it is stopped."""
        watch = asyncio.create_task(work, name=f"watch of {self.program.name}")
        self._watches.add(watch)
        watch.add_done_callback(self._watched)

    async def restart(self) -> None:
        """Ends the process; it is then started again as after any end."""
        if self.process is None:
            return
        patience, name = self.program.patience, self.program.name
        # One that never came up has nothing to finish.
        finishing = patience.finishing if self._came_up else None
        await end(self.process, patience.to_drain, finishing, lambda words: self.say(f"{name} {words}"))

    async def stop(self) -> None:
        """SIGTERM, some time to drain and to finish, then SIGKILL. From any point of a start, or before it."""
        watches = tuple(self._watches)
        for watch in watches:
            watch.cancel()
        await asyncio.gather(*watches, return_exceptions=True)
        await self.restart()

    async def _spawn(self) -> None:
        program = self.program
        self.before()
        if program.ready_file is not None:
            program.ready_file.unlink(missing_ok=True)
        self._log_from = program.log.stat().st_size if program.log.exists() else 0
        more: dict[str, Any] = {"start_new_session": True} if program.own_session else {}
        if program.inherits:
            more["pass_fds"] = program.inherits
        with _appended(program.log) as log:
            self.process = await self.spawn(
                *program.command,
                env=dict(program.environment),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=before_its_program(program.dies_by),
                **more,
            )
        self._began, self._came_up = time.monotonic(), False
        if self.up is not None:
            await self.up(self.process)
            self._began = time.monotonic()
        self._came_up = True

    async def _keep(self) -> None:
        ends = 0
        while True:
            assert self.process is not None
            code = await self.process.wait()
            lived = time.monotonic() - self._began
            self.ended(self.program, code, lived)
            if code == self.program.hopeless:
                return
            ends = 1 if lived > self.program.steady else ends + 1
            await self._start_again(ends)

    async def _start_again(self, ends: int) -> None:
        last = self.process
        # A process that began and did not come up has ended, and that is its next end.
        while self.process is last:
            await asyncio.sleep(BACK_OFF[min(ends, len(BACK_OFF)) - 1])
            self.restarts, ends = self.restarts + 1, ends + 1
            try:
                await self._spawn()
            except Exception as error:  # whatever it is, the next try may do better
                why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
                self.say(f"{self.program.name} cannot be started again yet ({why}); trying on")

    async def _feel_pulse(self) -> None:
        """Ends a process that lives and does not answer, from when it was ready; `_keep` starts it again."""
        patience = self.program.patience
        pulse = Pulse(patience)
        while True:
            await asyncio.sleep(patience.every)
            if not self.is_ready():
                pulse = Pulse(patience)
                continue
            answered = await answers(str(self.endpoints()["health"]), patience.within)
            if pulse.hangs(time.monotonic(), answered):
                name, misses = self.program.name, patience.misses
                self.say(f"{name} lives, but {misses} times in a row did not answer; it is ended")
                await self.restart()
                pulse = Pulse(patience)

    def is_ready(self) -> bool:
        """Whether this start of it has said that it is ready, and it has not ended since."""
        program = self.program
        if not self.runs:
            return False
        if program.ready_file is not None:
            return program.ready_file.exists() and self.endpoints().get("pid") == self.pid
        if not program.log.exists():
            return False
        with program.log.open("rb") as log:
            log.seek(self._log_from)
            lines = log.read().decode(errors="replace")
        return all(words in lines for words in program.ready_words)

    def endpoints(self) -> dict[str, object]:
        """The addresses the process wrote when it was ready."""
        assert self.program.ready_file is not None
        return dict(json.loads(self.program.ready_file.read_text()))

    def _watched(self, watch: asyncio.Task[None]) -> None:
        self._watches.discard(watch)
        if not watch.cancelled() and (error := watch.exception()) is not None:
            self.say(f"{watch.get_name()} ended by a mistake ({type(error).__name__}); restart to have it again")


def _appended(log: Path) -> BinaryIO:
    return open(log, "ab", opener=lambda path, flags: os.open(path, flags, 0o600))
