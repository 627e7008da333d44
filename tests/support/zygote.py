"""Processes of ours without the seconds that each spends on its imports: forked from one that has done them.

What runs in such a process is what `python -m` runs, from its first line on, and so is what `lianshen up` and
`lianshen demo` start. That starting by `python -m` works is proved in tests/system (test_starting.py, test_demo.py).
"""

import asyncio
import atexit
import contextlib
import gc
import importlib
import json
import os
import pkgutil
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

import lianshen
from chassis import failpoints
from lianshen.embedded.children import FOR_CHILDREN, PYTHON, die_with_parent

STARTERS = ("up", "demo")
"""Commands of `lianshen` that start processes of ours, which are forked as they are themselves."""
LOADED = ("lianshen.__main__", "lianshen.simulation.__main__")
"""And every other module of ours: a command imports late what others can do without."""
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
    _forked: int | None = None
    """The process that forks for this one, if it was forked itself."""

    @property
    def forks(self) -> bool:
        return self._socket is not None

    def serves(self, process: int, socket_: socket.socket) -> None:
        """In a process that was forked: who forks for it."""
        self._forked, self._socket = process, socket_

    async def spawn(
        self,
        *command: str,
        env: Mapping[str, str],
        stdin: int | IO[bytes],
        stdout: IO[bytes],
        stderr: IO[bytes],
        cwd: Path | None = None,
        preexec_fn: object = None,
        start_new_session: bool = False,
    ) -> Forked:
        """In the place of asyncio.create_subprocess_exec, for `python -m MODULE …`."""
        asyncio.get_running_loop().add_reader(self._started(), self.read)
        return self.begin(
            *command, env=env, stdin=stdin, stdout=stdout, stderr=stderr, cwd=cwd, start_new_session=start_new_session
        )

    def begin(
        self,
        *command: str,
        env: Mapping[str, str],
        stdin: int | IO[bytes],
        stdout: IO[bytes],
        stderr: IO[bytes],
        cwd: Path | None = None,
        start_new_session: bool = False,
    ) -> Forked:
        """As `spawn`, for a test without an event loop."""
        assert command[: len(PYTHON) + 1] == (*PYTHON, "-m"), command
        socket_ = self._started()
        request = {
            "command": command[len(PYTHON) + 1 :],
            "env": dict(env),
            "cwd": str(cwd or Path.cwd()),
            "new_session": start_new_session,
        }
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
        elif self._forked is not None and self._socket is not None:
            self._socket.close()
            self._socket = None
            os.waitpid(self._forked, 0)

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
_EXEC = asyncio.create_subprocess_exec


async def _start(*command: Any, **how: Any) -> Any:
    """In the place of asyncio's, in a process that was forked."""
    of_ours = tuple(command[: len(PYTHON) + 1]) == (*PYTHON, "-m")
    return await (ZYGOTE.spawn if of_ours and ZYGOTE.forks else _EXEC)(*command, **how)


def serve(descriptor: int) -> None:
    """Forks for each request until the tests are over; a fork returns from here as the program that it became."""
    asyncio.create_subprocess_exec = _start  # before `System` takes it as its default
    ours = (module.name for module in pkgutil.walk_packages(lianshen.__path__, "lianshen."))
    for name in (*LOADED, *(name for name in ours if not name.endswith("__main__"))):
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    _serve(socket.socket(fileno=descriptor))


def _serve(requests: socket.socket) -> None:
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
                    for number, handler in FIRST_HANDLERS.items():
                        signal.signal(number, handler)
                    for other in (requests.detach(), woken, wakes):
                        os.close(other)
                    ready.close()
                    if tie is not None:
                        tie()
                    return _become(json.loads(message), fds)
                for fd in fds:
                    os.close(fd)
                requests.send(json.dumps({"pid": child}).encode())


FIRST_HANDLERS = {
    signal.SIGCHLD: signal.SIG_DFL,
    signal.SIGINT: signal.default_int_handler,
    signal.SIGTERM: signal.SIG_DFL,
    signal.SIGHUP: signal.SIG_DFL,
}
"""What a program finds when it begins."""


def _say_who_ended(requests: socket.socket) -> None:
    with contextlib.suppress(ChildProcessError, BrokenPipeError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            requests.send(json.dumps({"ended": ended[0], "code": os.waitstatus_to_exitcode(ended[1])}).encode())


def _become(request: dict[str, Any], fds: list[int]) -> None:
    module, *arguments = request["command"]
    if module == "lianshen" and arguments and arguments[0] in STARTERS and _is_the_one_that_forks(fds):
        return
    if request["new_session"]:
        os.setsid()
    for here, there in zip(fds, (0, 1, 2), strict=True):
        os.dup2(here, there)
        os.close(here)
    # Theirs anew: a stream remembers whether it was made on a file or on a pipe.
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    random.seed()
    importlib.reload(failpoints)  # it reads the environment when it is loaded
    sys.argv = [module, *arguments]
    sys.modules.pop(f"{module}.__main__", None)  # runpy would warn of it on stderr
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _is_the_one_that_forks(not_its: list[int]) -> bool:
    """Leaves a process beside this one that forks for it, which must be made while there is no thread yet."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    if (child := os.fork()) == 0:
        ours.close()
        for descriptor in not_its:
            os.close(descriptor)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # it ends with the one that it forks for
        _serve(theirs)
        return True
    theirs.close()
    ZYGOTE.serves(child, ours)
    return False
