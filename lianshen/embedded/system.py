"""The whole system on one machine: the embedded bus, the provisioner's work, and every service in processes."""

import asyncio
import contextlib
import errno
import json
import os
import signal
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import nats.errors
from nats.aio.client import Client

from chassis.bus import Bus
from chassis.errors import USAGE, ChassisError, Unavailable
from chassis.log.provision import provision, remake_memory_streams
from lianshen.catalog import DEPARTMENTS, EMBEDDED_PROCESSES, SERVICES, SIMULATED, durables
from lianshen.demo.worlds import OF_THE_KIT
from lianshen.embedded.bus_listen import BusListen
from lianshen.embedded.bus_server import MEMORY_LIMIT, EmbeddedBus
from lianshen.embedded.children import FOR_CHILDREN, PYTHON, die_with_parent
from lianshen.embedded.data_dir import DataDir, User
from lianshen.embedded.disk_watch import keep_writing
from lianshen.embedded.pulse import Patience, Pulse, answers, end
from lianshen.embedded.replacing_keys import compare_keys
from lianshen.embedded.restarts import QUICKLY, Restarts
from lianshen.embedded.simulated_keys import make_simulated_keys, register_simulated_keys
from lianshen.errors import CommandError

READY_WITHIN = 60.0
REMADE_WITHIN = 60.0
SIMULATES = "ready: "
"""What a simulated department says when it answers, before its name."""
BACK_OFF = (0.1, 0.5, 1.0, 2.0, 5.0)
Say = Callable[[str], None]
Spawn = Callable[..., Awaitable[asyncio.subprocess.Process]]
"""Starts a program, as asyncio does."""


class NotReady(CommandError):
    """A process did not become ready; its log says why."""


@dataclass
class Child:
    """One process of ours: started, watched, and started again with back-off when it dies."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    log: Path
    ready_file: Path | None = None
    ready_words: tuple[str, ...] = ()
    ended: Callable[[str, int, float, Path], None] = lambda name, code, lived, log: None
    """Told whenever it ended by itself: its name, the exit code, how many seconds it lived, and its log."""
    patience: Patience = field(default_factory=Patience)
    say: Say = lambda words: None
    spawn: Spawn = asyncio.create_subprocess_exec
    process: asyncio.subprocess.Process | None = None
    starts: int = 0
    _watch: asyncio.Future[list[None]] | None = None
    _log_from: int = 0

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process else None

    @property
    def departments(self) -> frozenset[str]:
        """Those that it simulates."""
        return frozenset(words.removeprefix(SIMULATES) for words in self.ready_words)

    async def start(self) -> None:
        await self._spawn()
        self._watch = asyncio.gather(self._keep(), *([] if self.ready_file is None else [self._feel_pulse()]))

    async def _spawn(self) -> None:
        if self.ready_file is not None:
            self.ready_file.unlink(missing_ok=True)
        self._log_from = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self.process = await self.spawn(
                *self.command,
                env={**os.environ, **FOR_CHILDREN, **self.environment},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )
        self.starts += 1

    async def _keep(self) -> None:
        while True:
            assert self.process is not None
            began = time.monotonic()
            code = await self.process.wait()
            lived = time.monotonic() - began
            self.ended(self.name, code, lived, self.log)
            if code == USAGE:
                return
            if lived > QUICKLY:
                self.starts = 1
            await self._spawn_again()

    async def _spawn_again(self) -> None:
        while True:
            await asyncio.sleep(BACK_OFF[min(self.starts, len(BACK_OFF)) - 1])
            try:
                return await self._spawn()
            except OSError as error:
                self.starts += 1
                self.say(f"{self.name} cannot be started again yet ({error.strerror}); trying on")

    async def _feel_pulse(self) -> None:
        """Ends a process that lives and does not answer, from when it was ready; `_keep` starts it again."""
        pulse = Pulse(self.patience)
        while True:
            await asyncio.sleep(self.patience.every)
            if not self.is_ready():
                pulse = Pulse(self.patience)
                continue
            answered = await answers(str(self.endpoints()["health"]), self.patience.within)
            if pulse.hangs(time.monotonic(), answered) and self.process is not None:
                self.say(f"{self.name} lives, but {self.patience.misses} times in a row did not answer; it is ended")
                await end(self.process, self.patience.to_drain)
                pulse = Pulse(self.patience)

    def is_ready(self) -> bool:
        """Whether this start of it has said that it is ready, and it has not ended since."""
        if self.process is None or self.process.returncode is not None:
            return False
        if self.ready_file is not None:
            return self.ready_file.exists() and self.endpoints().get("pid") == self.pid
        if not self.log.exists():
            return False
        with self.log.open("rb") as log:
            log.seek(self._log_from)
            lines = log.read().decode(errors="replace")
        return all(words in lines for words in self.ready_words)

    def endpoints(self) -> dict[str, object]:
        """The addresses the process wrote when it was ready."""
        assert self.ready_file is not None
        return dict(json.loads(self.ready_file.read_text()))

    async def stop(self) -> None:
        """SIGTERM, some seconds to drain, then SIGKILL."""
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        if self.process is not None:
            await end(self.process, self.patience.to_drain)

    def last_words(self) -> str:
        """The end of its log, for a message that helps."""
        return self.log.read_text(errors="replace")[-1500:].strip() if self.log.exists() else "it wrote no log"


@dataclass
class System:
    """Starts and stops everything. `world` adds simulated departments that answer from its registers and the kit's."""

    data_dir: DataDir
    world: Path | None = None
    simulated: tuple[str, ...] = SIMULATED
    faults: Path | None = None
    separate: bool = False
    """One process a service and a department, instead of the three of the embedded default."""
    departments_apart: bool = False
    """One process a department, beside the embedded default's services."""
    signing: bool = True
    """Whether questions are signed, and the simulated departments sign what they answer."""
    environment: Mapping[str, str] = field(default_factory=dict)
    intake_port: int = 0
    bus_memory: str = MEMORY_LIMIT
    ack_wait: float | None = None
    """Seconds until what was never acknowledged is delivered again; None: as it is, at first a minute."""
    listen: BusListen = field(default_factory=BusListen)
    say: Say = lambda words: None
    spawn: Spawn = asyncio.create_subprocess_exec
    children: dict[str, Child] = field(default_factory=dict)
    bus: EmbeddedBus = field(init=False)
    _restarts: Restarts = field(init=False)
    _remaking: asyncio.Task[None] | None = None
    _disk: asyncio.Task[None] | None = None
    url: str = ""

    def __post_init__(self) -> None:
        self.bus = EmbeddedBus(
            self.data_dir,
            tuple(DEPARTMENTS),
            memory_limit=self.bus_memory,
            groups=self._groups(),
            listen=self.listen,
            ended=self._ended,
            back=self._bus_is_back,
        )

    async def start(self) -> None:
        """Ready when this returns. Raises NotReady with the words of the process that is not."""
        # One port for the whole run: kiosks find intake again after it was restarted.
        self.intake_port = _free_port(self.intake_port)
        self._restarts = Restarts(self.data_dir.run)
        self.url = await self.bus.start()
        self._restarts.begin()
        self.say("the bus is up")
        changes = await self._provision()
        self.say(
            f"provisioned: {changes} streams and consumers made"
            if changes
            else "streams and consumers are as they should be"
        )
        for name, services in self._groups().items():
            await self._start(self._service_child(name, services))
        if self.world is not None:
            apart = self.separate or self.departments_apart
            for departments in [(name,) for name in self.simulated] if apart else [self.simulated]:
                await self._start(self._departments_child(departments))
        await self.ready(READY_WITHIN)
        await self._register_simulated()
        self._write_where()
        self._disk = asyncio.create_task(self._keep_writing(), name="disk-watch")

    async def _keep_writing(self) -> None:
        async with self.connected("operator") as nc:
            await keep_writing(self.bus, nc, self.say)

    async def hand_over(self, names: Collection[str]) -> None:
        """These departments answer for themselves from now on: they are simulated no more."""
        self.simulated = tuple(name for name in self.simulated if name not in names)
        for child in [child for child in self.children.values() if child.departments & set(names)]:
            del self.children[child.name]
            await child.stop()
            if left := tuple(name for name in self.simulated if name in child.departments):
                await self._start(self._departments_child(left))
        await self.ready(READY_WITHIN)

    async def _provision(self) -> int:
        async with self.connected("provisioner") as nc:
            changes = await provision(nc, durables(), ack_wait=self.ack_wait)
            await compare_keys(nc, self.data_dir.keys)
            return len(changes)

    def _bus_is_back(self) -> None:
        # Not waited for: should the server end again meanwhile, it has to be started again first.
        self._remaking = asyncio.create_task(self._remake_memory_streams())

    async def _remake_memory_streams(self) -> None:
        try:
            async with asyncio.timeout(REMADE_WITHIN), self.connected("provisioner") as nc:
                while True:
                    try:
                        changes = await remake_memory_streams(nc)
                        break
                    except Unavailable:
                        await asyncio.sleep(0.5)
            for change in changes:
                self.say(f"after the restart of the bus: {change}")
        except (ChassisError, nats.errors.Error, OSError) as error:
            self.say(f"what the bus keeps in memory is not there again ({error}): `lianshen provision` makes it")

    async def _register_simulated(self) -> None:
        if self.world is None or not self.signing:
            return
        async with self.connected("operator") as nc:
            await register_simulated_keys(nc, self._simulated_keys, self.simulated)

    @contextlib.asynccontextmanager
    async def connected(self, user: User) -> AsyncIterator[Client]:
        """A connection to its bus as one of Lianshen's own users; closed at the end."""
        bus = await Bus.connect(self.url, "lianshen", self.data_dir.seed(user), ca_file=self.listen.certificate)
        try:
            yield bus.nc
        finally:
            await bus.close()

    @property
    def _simulated_keys(self) -> Path:
        return self.data_dir.path / "simulated"

    def _groups(self) -> Mapping[str, tuple[str, ...]]:
        return {name: (name,) for name in SERVICES} if self.separate else EMBEDDED_PROCESSES

    def _ended(self, name: str, code: int, lived: float, log: Path) -> None:
        restart = self._restarts.add(name, code, lived, log)
        # Only what we run says by this status that a restart will not help: nats-server ends with it when it panics.
        self.say(_hopeless(name, log) if code == USAGE and name in self.children else restart.sentence())

    async def _start(self, child: Child) -> None:
        child.ended = self._ended
        child.say = self.say
        child.spawn = self.spawn
        self.children[child.name] = child
        await child.start()

    def _service_child(self, name: str, services: tuple[str, ...]) -> Child:
        run_file = self.data_dir.run / f"{name}.json"
        environment = {
            "LIANSHEN_NATS_URL": self.url,
            **self._bus_tls,
            "LIANSHEN_NATS_SEED_FILE": str(self.data_dir.group_seed(name)),
            "LIANSHEN_KEYS_DIR": str(self.data_dir.keys),
            "LIANSHEN_NOTIFY_FOLDER": str(self.data_dir.path / "notices"),
            "LIANSHEN_ARCHIVE_DIR": str(self.data_dir.archive),
            "LIANSHEN_ARCHIVE_NICE": "10",
            "LIANSHEN_RUN_FILE": str(run_file),
            "LIANSHEN_INTAKE_PORT": str(self.intake_port),
            **({} if self.signing else {"LIANSHEN_DEPARTMENTS_FILE": str(self._unsigned())}),
            **self.environment,
        }
        command = [*PYTHON, "-m", "lianshen", "run", *services]
        return Child(name, command, environment, self.data_dir.logs / f"{name}.log", ready_file=run_file)

    @property
    def _bus_tls(self) -> dict[str, str]:
        certificate = self.listen.certificate
        return {"LIANSHEN_NATS_CA_FILE": str(certificate)} if certificate else {}

    def _unsigned(self) -> Path:
        """A departments file by which nobody signs."""
        path = self.data_dir.run / "unsigned.toml"
        path.write_text("".join(f'[{name}]\nsignature = "none"\n' for name in DEPARTMENTS))
        return path

    def _departments_child(self, departments: tuple[str, ...]) -> Child:
        assert self.world is not None
        command = [
            *(*PYTHON, "-m", "lianshen.simulation"),
            *(part for world in dict.fromkeys((self.world, OF_THE_KIT)) for part in ("--world", str(world))),
            *(part for name in departments for part in ("--department", name)),
            *("--nats", self.url, "--credentials", str(self.data_dir.credentials / "departments")),
            *("--since", str(self._since)),
        ]
        if self.signing:
            make_simulated_keys(self._simulated_keys, departments)
            command += ["--signing", str(self._simulated_keys)]
        if self.faults is not None:
            command += ["--faults", str(self.faults)]
        name = "departments" if len(departments) > 1 else f"department-{departments[0]}"
        log = self.data_dir.logs / f"{name}.log"
        words = tuple(f"{SIMULATES}{department}" for department in departments)
        return Child(name, command, self._bus_tls, log, ready_words=words)

    _since: float = field(default_factory=time.time)

    async def ready(self, within: float) -> None:
        """Waits until every process has said that it is ready."""
        deadline = time.monotonic() + within
        while waiting := [child for child in self.children.values() if not child.is_ready()]:
            hopeless = [child for child in waiting if child.process and child.process.returncode == USAGE]
            if hopeless or time.monotonic() > deadline:
                child = (hopeless or waiting)[0]
                raise NotReady(f"{child.name} is not ready; the end of its log:\n{child.last_words()}")
            await asyncio.sleep(0.02)

    @property
    def intake_url(self) -> str:
        """Where applications are posted."""
        name = next(name for name, services in self._groups().items() if "intake" in services)
        return str(self.children[name].endpoints()["intake"])

    def _write_where(self) -> None:
        """For the command line: where the running system is."""
        where = {"pid": os.getpid(), "nats": self.url, "intake": self.intake_url}
        if self.listen.certificate is not None:
            where["ca_file"] = str(self.listen.certificate)
        (self.data_dir.run / "system.json").write_text(json.dumps(where))

    async def stop(self) -> None:
        """Services first, so that nothing is left half done; the bus last. From any point of a start, or before it."""
        if self._disk is not None:
            self._disk.cancel()
            await asyncio.gather(self._disk, return_exceptions=True)
        if self.url:
            # Only what this system wrote: the data directory may be another one's, which runs on.
            (self.data_dir.run / "system.json").unlink(missing_ok=True)
        if self._remaking is not None:
            self._remaking.cancel()
            await asyncio.gather(self._remaking, return_exceptions=True)
        try:
            await asyncio.gather(*(child.stop() for child in self.children.values()))
        finally:
            await self.bus.stop()


def _hopeless(name: str, log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    why = (lines or ["it wrote no log"])[-1]
    return f"{name} ended, and a restart will not help: {why}; mend it, then start `lianshen up` again"


def _free_port(wanted: int) -> int:
    """The wanted port, or one that the OS chooses. Raises NotReady where the wanted one is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OverflowError:
            raise NotReady(f"{wanted} is no port: they go from 1 to 65535, and 0 leaves it to the OS") from None
        except OSError as error:
            why = "is taken" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
            raise NotReady(f"port {wanted} {why}; name another one with --port, or leave it to the OS") from None
        return int(probe.getsockname()[1])
