"""Processes of ours without the second that each spends on its imports: forked from one that has done them.

What runs in such a process is what `python -m` runs, from its first line on. That starting by `python -m` works is
proved where a test runs `lianshen up`. `python -m tests.support.zygote FD` is the process that is forked.
"""

import asyncio
import atexit
import contextlib
import gc
import importlib
import json
import os
import random
import runpy
import selectors
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from chassis import failpoints
from lianshen.embedded.children import FOR_CHILDREN, PYTHON, die_with_parent

LOADED = (
    "lianshen.cli.main",
    "lianshen.all_settings",
    "lianshen.embedded.preflight",
    "lianshen.catalog",
    "lianshen.simulation.__main__",
)
MOST = 1 << 20
"""Bytes of one message; an environment is some thousand."""


@dataclass
class Forked:
    """A process, as asyncio shows one that it started."""

    pid: int
    zygote: "Zygote"

    @property
    def returncode(self) -> int | None:
        self.zygote.read()
        return self.zygote.codes.get(self.pid)

    async def wait(self) -> int:
        if (code := self.returncode) is not None:
            return code
        over: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.zygote.waiting.setdefault(self.pid, []).append(over)
        return await over

    def send_signal(self, number: int) -> None:
        if self.returncode is not None:
            raise ProcessLookupError
        os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


@dataclass
class Zygote:
    """The process that is forked, seen from the tests."""

    codes: dict[int, int] = field(default_factory=dict)
    """How each that ended did; a process that a signal ended has its number below zero."""
    waiting: dict[int, list[asyncio.Future[int]]] = field(default_factory=dict)
    _process: subprocess.Popen[bytes] | None = None
    _socket: socket.socket | None = None

    async def spawn(
        self,
        *command: str,
        env: Mapping[str, str],
        stdin: int | IO[bytes],
        stdout: IO[bytes],
        stderr: IO[bytes],
        cwd: Path | None = None,
        preexec_fn: object = None,
    ) -> Forked:
        """In the place of asyncio.create_subprocess_exec, for `python -m MODULE …`."""
        assert command[: len(PYTHON) + 1] == (*PYTHON, "-m"), command
        socket_ = self._started()
        asyncio.get_running_loop().add_reader(socket_, self.read)
        request = {"command": command[len(PYTHON) + 1 :], "env": dict(env), "cwd": str(cwd or Path.cwd())}
        nothing = os.open(os.devnull, os.O_RDONLY)
        files = [nothing if isinstance(stdin, int) else stdin.fileno(), stdout.fileno(), stderr.fileno()]
        socket.send_fds(socket_, [json.dumps(request).encode()], files)
        os.close(nothing)
        while "pid" not in (message := json.loads(socket_.recv(MOST))):
            self._ended(**message)
        self.codes.pop(message["pid"], None)
        return Forked(message["pid"], self)

    def read(self) -> None:
        """Takes in who has ended."""
        with contextlib.suppress(BlockingIOError):
            while self._socket is not None and (message := self._socket.recv(MOST, socket.MSG_DONTWAIT)):
                self._ended(**json.loads(message))

    def close(self) -> None:
        if self._process is not None and self._socket is not None:
            self._socket.close()
            self._socket = None
            self._process.wait(10)

    def _ended(self, ended: int, code: int) -> None:
        self.codes[ended] = code
        for over in self.waiting.pop(ended, ()):
            if not over.done():
                over.set_result(code)

    def _started(self) -> socket.socket:
        if self._socket is None:
            self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            self._process = subprocess.Popen(
                [*PYTHON, "-c", _MAIN, str(theirs.fileno())],
                pass_fds=(theirs.fileno(),),
                env={**os.environ, **FOR_CHILDREN, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
                preexec_fn=die_with_parent(signal.SIGKILL),
            )
            theirs.close()
        return self._socket


ZYGOTE = Zygote()
"""One for all tests of a worker."""
atexit.register(ZYGOTE.close)

_MAIN = "import sys; from tests.support.zygote import serve; serve(int(sys.argv[1]))"


def serve(descriptor: int) -> None:
    """Forks for each request until the tests are over; a fork returns from here as the program that it became."""
    requests = socket.socket(fileno=descriptor)
    for name in LOADED:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    tie = die_with_parent(signal.SIGTERM)
    woken, wakes = os.pipe()
    os.set_blocking(wakes, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wakes)
    with selectors.DefaultSelector() as ready:
        ready.register(requests, selectors.EVENT_READ)
        ready.register(woken, selectors.EVENT_READ)
        while True:
            for key, _ in ready.select():
                if key.fileobj is woken:
                    os.read(woken, 4096)
                    _say_who_ended(requests)
                    continue
                message, fds, _, _ = socket.recv_fds(requests, MOST, 3)
                if not message:
                    return None
                if (child := os.fork()) == 0:
                    signal.set_wakeup_fd(-1)
                    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                    for other in (requests.detach(), woken, wakes):
                        os.close(other)
                    ready.close()
                    if tie is not None:
                        tie()
                    return _become(json.loads(message), fds)
                for fd in fds:
                    os.close(fd)
                requests.send(json.dumps({"pid": child}).encode())


def _say_who_ended(requests: socket.socket) -> None:
    with contextlib.suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            requests.send(json.dumps({"ended": ended[0], "code": os.waitstatus_to_exitcode(ended[1])}).encode())


def _become(request: dict[str, Any], fds: list[int]) -> None:
    for here, there in zip(fds, (0, 1, 2), strict=True):
        os.dup2(here, there)
        os.close(here)
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    random.seed()
    importlib.reload(failpoints)  # it reads the environment when it is loaded
    module, *arguments = request["command"]
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
