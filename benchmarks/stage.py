"""Where one system is measured: a temporary folder, the processes started in it, and the end of all of them."""

import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.figures import Figures, figures
from lianshen.bench.usage import Watch, cpu_seconds, disk_flushes, tree
from lianshen.catalog import SIMULATED
from lianshen.embedded.children import die_with_parent

CHECKOUT = Path(__file__).resolve().parent.parent
STOP_WITHIN = 15.0
NUMBERED = re.compile(r"-[0-9]+$")


class Failed(Exception):
    """A system could not be measured; the text says why."""


class Stage:
    """A context: whatever happens inside, at its end every process of it has ended and its folder is gone."""

    def __init__(self, name: str, user: str | None = None) -> None:
        """`user` owns the folder, and is who commands marked `as_user` run as."""
        self.name = name
        self.user = user
        self._processes: list[tuple[str, subprocess.Popen[str]]] = []

    def __enter__(self) -> "Stage":
        self.folder = Path(tempfile.mkdtemp(prefix=f"benchmark-{self.name}-"))
        if self.user is not None:
            shutil.chown(self.folder, self.user)
        return self

    def __exit__(self, *failure: object) -> None:
        for _, process in reversed(self._processes):
            end(process)
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, name: str, *command: object, env: Mapping[str, str] | None = None, as_user: bool = False) -> int:
        """Starts a server or worker in the foreground of a session of its own, so that Ctrl-C reaches only us."""
        return self._start(name, command, env, as_user, pipes=False).pid

    def run(self, *command: object, as_user: bool = False) -> None:
        """Runs a command to its end. Raises Failed with its last words."""
        process = self._start("setup", command, None, as_user, pipes=False)
        if process.wait() != 0:
            raise Failed(self._last_words("setup"))

    def succeeds(self, *command: object) -> bool:
        """Whether a short command that looks at something exits with 0."""
        return subprocess.run([str(part) for part in command], capture_output=True).returncode == 0

    def _start(
        self, name: str, command: tuple[object, ...], env: Mapping[str, str] | None, as_user: bool, pipes: bool
    ) -> subprocess.Popen[str]:
        who = self.user if as_user else None
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [str(part) for part in command],
                env={**os.environ, "PYTHONPATH": str(CHECKOUT), "PYTHONUNBUFFERED": "1", **(env or {})},
                cwd=self.folder if as_user else CHECKOUT,
                stdin=subprocess.PIPE if pipes else subprocess.DEVNULL,
                stdout=subprocess.PIPE if pipes else log,
                stderr=log,
                text=True,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),
                user=who,
                group=who,
                extra_groups=[] if who else None,
            )
        self._processes.append((name, process))
        return process

    def until(self, ready: Callable[[], object], what: str, within: float = 60.0) -> None:
        """Waits until `ready` is true and raises nothing. Raises Failed when it is not, or a process ends before."""
        deadline = time.monotonic() + within
        while True:
            with contextlib.suppress(OSError, http.client.HTTPException):
                if ready():
                    return
            for name, process in self._processes:
                if process.poll() not in (None, 0):
                    raise Failed(f"{name} ended: {self._last_words(name)}")
            if time.monotonic() > deadline:
                raise Failed(f"{what} was not ready in {within:.0f} s")
            time.sleep(0.05)

    def measure(self, *loads: tuple[object, ...], env: Mapping[str, str] | None = None) -> Figures:
        """Starts the load generators, lets all warm up, then measures all processes of this stage until they are done.

        Raises Failed with the last words of a generator that ends early.
        """
        generators = [self._start(f"load-{n}", load, env, False, pipes=True) for n, load in enumerate(loads)]
        for n, generator in enumerate(generators):
            self._said(n, generator)
        roots = {process.pid: name for name, process in self._processes if process.poll() is None}
        with Watch(roots) as watch:
            before, flushes = _cpu_by_part(roots), disk_flushes(self.folder)
            for generator in generators:
                assert generator.stdin is not None
                generator.stdin.write("begin\n")
                generator.stdin.flush()
            said = [self._said(n, generator) for n, generator in enumerate(generators)]
            spent = {part: used - before[part] for part, used in _cpu_by_part(roots).items()}
            flushed = disk_flushes(self.folder)
        waits = [wait for one in said for wait in one["waits_ms"]]
        seconds = max(one["ended"] for one in said) - min(one["began"] for one in said)
        counted = {} if flushes is None or flushed is None else {"disk_flushes": flushed - flushes}
        return figures(waits, seconds, spent, watch.peak_pss_mb, counted)

    def _said(self, n: int, generator: subprocess.Popen[str]) -> dict[str, Any]:
        """The next line of JSON a generator says."""
        assert generator.stdout is not None
        for line in generator.stdout:
            with contextlib.suppress(ValueError):
                return dict(json.loads(line))
        raise Failed(f"the load ended: {self._last_words(f'load-{n}')}")

    def _last_words(self, name: str) -> str:
        lines = (self.folder / f"{name}.log").read_text(errors="replace").splitlines()
        # The tree of an exception group ends in a rule, and what went wrong stands on a branch before it.
        said = [line.strip(" |") for line in lines if line.strip(" |+-")]
        return said[-1] if said else "it said nothing"


def part_of(name: str) -> str:
    """What a process is to a reader: without the number of one among several, departments together. Pure."""
    return "departments" if name in SIMULATED else NUMBERED.sub("", name)


def _cpu_by_part(roots: Mapping[int, str]) -> dict[str, float]:
    """CPU seconds of processes and all that they have started, by what they are."""
    used: dict[str, float] = {}
    for root, name in roots.items():
        part = part_of(name)
        used[part] = used.get(part, 0.0) + cpu_seconds(tree(root))
    return used


def end(process: subprocess.Popen[str]) -> None:
    """SIGTERM, a while, then SIGKILL to its whole session: a worker of a worker must not outlive it."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    try:
        process.terminate()
        process.wait(STOP_WITHIN)
    except subprocess.TimeoutExpired:
        print(f"{process.args!r} does not end by SIGTERM", file=sys.stderr)
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def free_port() -> int:
    """A port on loopback that the OS chose."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    """Whether something takes connections there. Raises OSError where nothing does."""
    with socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
