"""The whole system on one machine: the embedded bus, the provisioner's work, and every service in processes."""

import asyncio
import contextlib
import json
import os
import socket
import time
from collections.abc import AsyncIterator, Collection, Coroutine, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nats.errors
from nats.aio.client import Client

from chassis.bus import Bus
from chassis.clock import WALL
from chassis.errors import ChassisError, Unavailable
from chassis.log.lease import give_up_lease, keep_lease, read_lease, take_lease
from chassis.log.provision import Change, provision, remake_memory_streams
from chassis.process.settings import Settings
from lianshen.bus_access.bus_listen import BusListen
from lianshen.catalog import DEPARTMENTS, DOUBLED, EMBEDDED_PROCESSES, PAGES, SERVICES, SIMULATED, durables
from lianshen.embedded.bus_server import MEMORY_LIMIT, EmbeddedBus
from lianshen.embedded.cluster.bus import LED_WITHIN, ClusterBus
from lianshen.embedded.data_dir import DataDir, User
from lianshen.embedded.disk_watch import keep_writing
from lianshen.embedded.parts import SECOND, Place, Simulation, departments_program, services_program, simulated_by
from lianshen.embedded.ports import ports_for
from lianshen.embedded.preflight import settings_in
from lianshen.embedded.replacing_keys import compare_keys
from lianshen.embedded.restarts import Restarts
from lianshen.embedded.simulated_keys import register_simulated_keys
from lianshen.embedded.supervised import Program, Say, Spawn, Supervised
from lianshen.errors import CommandError
from lianshen.simulation.registers import OF_THE_KIT

READY_WITHIN = 120.0
REMADE_WITHIN = 60.0
FAMILY_PAGE = "LIANSHEN_INTAKE_KIOSK_FAMILY_PAGE"
DRAWS_PAGES = ("LIANSHEN_CONSOLE_DRAWS_PAGE", "LIANSHEN_PUBLICITY_DRAWS_PAGE")
CONSOLE = ("console",)


class CopyRuns(CommandError):
    """The log is that of a system at another place, which may still run."""


class NotReady(CommandError):
    """A process did not become ready; its log says why."""


@dataclass
class System:
    """Starts and stops everything. `world` adds simulated departments that answer from its registers and the kit's."""

    data_dir: DataDir
    world: Path | None = None
    simulated: tuple[str, ...] = SIMULATED
    faults: Path | None = None
    separate: bool = False
    """One process a service and a department, instead of the few of the embedded default."""
    departments_apart: bool = False
    """One process a department, beside the embedded default's services."""
    signing: bool = True
    """Whether questions are signed, and the simulated departments sign what they answer."""
    environment: Mapping[str, str] = field(default_factory=dict)
    intake_port: int = 0
    console: bool = False
    """Whether the pages of staff are served, which nothing else needs."""
    console_port: int = 0
    bus_memory: str = MEMORY_LIMIT
    ack_wait: float | None = None
    """Seconds until what was never acknowledged is delivered again; None: as it is, at first four."""
    listen: BusListen = field(default_factory=BusListen)
    nodes: int = 1
    """How many nats-servers keep the log: one, or three as a cluster."""
    pairs: bool = False
    """Whether a second process runs of each service that may be doubled."""
    hops: int = 0
    """Percent of messages whose way through nats-server is reported: it costs, and is off."""
    only_one: bool = False
    """Whether it is started although the log was in use elsewhere a moment ago."""
    say: Say = lambda words: None
    spawn: Spawn = asyncio.create_subprocess_exec
    children: dict[str, Supervised] = field(default_factory=dict)
    bus: EmbeddedBus | ClusterBus = field(init=False)
    url: str = ""
    _ports: Mapping[str, str] = field(init=False)
    _restarts: Restarts = field(init=False)
    _leased: bool = False
    _since: float = 0.0
    """When the simulated departments were first started, in Unix seconds: their faults count from there."""

    def __post_init__(self) -> None:
        kind: type[EmbeddedBus] | type[ClusterBus] = ClusterBus if self.nodes > 1 else EmbeddedBus
        self.bus = kind(
            self.data_dir,
            tuple(DEPARTMENTS),
            memory_limit=self.bus_memory,
            groups=self._groups(),
            listen=self.listen,
            hops=self.hops,
            drill=self.drill,
            ended=self._ended,
            back=self._bus_is_back,
            say=self.say,
        )

    async def start(self) -> None:
        """Ready when this returns. Raises NotReady with the words of the process that is not."""
        self._ports = self._choose_ports()
        self._restarts = Restarts(self.data_dir.run)
        self.url = await self.bus.start()
        self._restarts.begin()
        self.say("the bus is up")
        await self._refuse_a_copy()
        changes = await self._provision()
        await self._take_lease()
        self.say(
            f"provisioned: {changes} streams and consumers made"
            if changes
            else "streams and consumers are as they should be"
        )
        for name, services in self._groups().items():
            await self._start(self._services(name, services))
            if self.pairs and (doubled := tuple(service for service in services if service in DOUBLED)):
                await self._start(self._services(f"{name}{SECOND}", doubled, name))
        if self.world is not None:
            # Not from our own start, which on a busy machine can last longer than an outage.
            self._since = time.time()
            apart = self.separate or self.departments_apart
            for departments in [(name,) for name in self.simulated] if apart else [self.simulated]:
                await self._start(self._departments(departments))
        await self.ready(READY_WITHIN)
        await self._register_simulated()
        self._write_where()
        for server in self.bus.nodes.values():
            self._watch_bus(self._keep_writing(server))
        self._watch_bus(self._keep_lease())

    @property
    def _here(self) -> str:
        """Where this system is, to whoever starts a copy of its log."""
        return f"{socket.gethostname()}:{self.data_dir.path.absolute()}"

    async def _refuse_a_copy(self) -> None:
        """Raises CopyRuns where the log was in use elsewhere a moment ago."""
        async with self.connected("provisioner") as nc:
            lease = await read_lease(nc)
        if lease is not None and (why := lease.refusal(self._here, WALL.now())) is not None:
            if not self.only_one:
                raise CopyRuns(why)
            self.say("started although this log was in use elsewhere a moment ago, as you said")

    async def _take_lease(self) -> None:
        async with self.connected("provisioner") as nc:
            await take_lease(nc, self._here, WALL.now())
        self._leased = True

    async def _keep_lease(self) -> None:
        async with self.connected("provisioner") as nc:
            await keep_lease(nc, self._here)

    async def _give_up_lease(self) -> None:
        """What cannot be given up now ends by itself."""
        with contextlib.suppress(nats.errors.Error, ChassisError, TimeoutError, OSError):
            async with asyncio.timeout(2), self.connected("provisioner") as nc:
                await give_up_lease(nc)

    async def _keep_writing(self, server: EmbeddedBus) -> None:
        async with self.connected("operator") as nc:
            await keep_writing(server, nc, self.say)

    async def hand_over(self, names: Collection[str]) -> None:
        """These departments answer for themselves from now on: they are simulated no more."""
        self.simulated = tuple(name for name in self.simulated if name not in names)
        for child in tuple(self.children.values()):
            simulated = simulated_by(child.program)
            if not simulated & set(names):
                continue
            del self.children[child.program.name]
            await child.stop()
            if left := tuple(name for name in self.simulated if name in simulated):
                await self._start(self._departments(left))
        await self.ready(READY_WITHIN)

    async def _provision(self) -> int:
        async with self.connected("provisioner") as nc:
            changes = await self._provisioned(nc)
            await compare_keys(nc, self.data_dir.keys)
            return len(changes)

    async def _provisioned(self, nc: Client) -> list[Change]:
        if self.nodes == 1:
            return await provision(nc, durables(), ack_wait=self.ack_wait)
        deadline = time.monotonic() + LED_WITHIN
        while True:
            try:
                return await provision(nc, durables(), self.nodes, ack_wait=self.ack_wait)
            except Unavailable:
                # Each consumer has a leader of its own, which the nodes choose one after the other.
                if time.monotonic() > deadline:
                    raise

    def _bus_is_back(self) -> None:
        # Not waited for: should the server end again meanwhile, it has to be started again first.
        self._watch_bus(self._remake_memory_streams())

    def _watch_bus(self, work: Coroutine[Any, Any, None]) -> None:
        self.bus.watch(work)

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
            await register_simulated_keys(nc, self._place.simulated_keys, self.simulated)

    @contextlib.asynccontextmanager
    async def connected(self, user: User) -> AsyncIterator[Client]:
        """A connection to its bus as one of Lianshen's own users; closed at the end."""
        bus = await Bus.connect(self.url, "lianshen", self.data_dir.seed(user), ca_file=self.listen.certificate)
        try:
            yield bus.nc
        finally:
            await bus.close()

    def _groups(self) -> Mapping[str, tuple[str, ...]]:
        groups = {name: (name,) for name in SERVICES} if self.separate else EMBEDDED_PROCESSES
        return {name: services for name, services in groups.items() if self.console or services != CONSOLE}

    @property
    def drill(self) -> bool:
        """Whether its processes are told that this is a rehearsal."""
        return settings_in(Settings, self.environment).is_drill

    @property
    def _place(self) -> Place:
        return Place(self.data_dir, self.url, self.listen.certificate, self.signing)

    def _services(self, name: str, services: tuple[str, ...], second_of: str | None = None) -> Program:
        # Where a receipt, the board and a ceremony lead: on this machine alone, unless a setting names an address.
        draws = dict.fromkeys(DRAWS_PAGES, "LIANSHEN_ALLOCATION_DRAWS_PORT")
        ports = {FAMILY_PAGE: "LIANSHEN_INTAKE_FAMILY_PORT", **draws}
        pages = {page: f"http://127.0.0.1:{self._ports[port]}/" for page, port in ports.items()}
        given = {name: value for name, value in os.environ.items() if name in pages}
        # The second of a pair listens wherever the OS says, as the first has the ports that people know.
        more = {**pages, **given, **self.environment, **({} if second_of else self._ports)}
        return services_program(self._place, name, services, more, second_of)

    def _choose_ports(self) -> dict[str, str]:
        asked_for = {"LIANSHEN_INTAKE_PORT": self.intake_port, "LIANSHEN_CONSOLE_PORT": self.console_port}
        typed = {name: str(port) for name, port in asked_for.items() if port}
        kinds = [service.settings for service in SERVICES.values()]
        return ports_for(kinds, {**os.environ, **self.environment, **typed})

    def _departments(self, departments: tuple[str, ...]) -> Program:
        assert self.world is not None
        simulation = Simulation((self.world, OF_THE_KIT), self._since, self.faults)
        return departments_program(self._place, departments, simulation)

    async def _start(self, program: Program) -> None:
        child = Supervised(program, self._ended, self.say, self.spawn)
        self.children[program.name] = child
        await child.start()

    def _ended(self, program: Program, code: int, lived: float) -> None:
        restart = self._restarts.add(program.name, code, lived, program.log)
        self.say(_hopeless(program) if code == program.hopeless else restart.sentence())

    async def ready(self, within: float) -> None:
        """Waits until every process has said that it is ready."""
        deadline = time.monotonic() + within
        while waiting := [child for child in self.children.values() if not child.is_ready()]:
            hopeless = [it for it in waiting if it.process and it.process.returncode == it.program.hopeless]
            if hopeless or time.monotonic() > deadline:
                program = (hopeless or waiting)[0].program
                raise NotReady(_not_ready(program, None if hopeless else within))
            await asyncio.sleep(0.02)

    @property
    def intake_url(self) -> str:
        """Where applications are posted."""
        name = next(name for name, services in self._groups().items() if "intake" in services)
        return str(self.children[name].endpoints()["intake"])

    @property
    def firsts(self) -> list[Supervised]:
        """Every process but the second of a pair, which is found by nobody but a balancer."""
        return [child for name, child in self.children.items() if not name.endswith(SECOND)]

    @property
    def pages(self) -> dict[str, str]:
        """Where people look at it, by name: `kiosk`, `family`, …"""
        ready = [child for child in self.firsts if child.program.ready_file is not None]
        found = {name: str(address) for child in ready for name, address in child.endpoints().items()}
        return {name: found[name] for name in PAGES if name in found}

    @property
    def console_url(self) -> str | None:
        """Where staff sign in; None without a console."""
        return self.pages.get("console")

    def say_pages(self) -> None:
        for name, address in self.pages.items():
            self.say(f"{name}: {address}  {PAGES[name]}")

    def _write_where(self) -> None:
        """For the command line, and whoever looks: where the running system is."""
        where = {"pid": os.getpid(), "nats": self.url, "intake": self.intake_url, "pages": self.pages}
        where["drill"] = self.drill
        if self.listen.certificate is not None:
            where["ca_file"] = str(self.listen.certificate)
        (self.data_dir.run / "system.json").write_text(json.dumps(where))

    async def stop(self) -> None:
        """Services first, so that nothing is left half done; the bus last. From any point of a start, or before it."""
        if self.url:
            # Only what this system wrote: the data directory may be another one's, which runs on.
            (self.data_dir.run / "system.json").unlink(missing_ok=True)
        try:
            await asyncio.gather(*(child.stop() for child in self.children.values()))
            if self._leased:
                await self._give_up_lease()
        finally:
            await self.bus.stop()


def _hopeless(program: Program) -> str:
    why = (program.last_words().splitlines() or ["it wrote no log"])[-1]
    return f"{program.name} ended, and a restart will not help: {why}; mend it, then start `lianshen up` again"


def _not_ready(program: Program, within: float | None) -> str:
    """`within` is how long was waited; None where it ended for good."""
    said = program.last_words()
    if within is not None and not said:
        return f"{program.name} has said nothing for {within:.0f} s: is this machine busy with something else?"
    waited = "" if within is None else f" after {within:.0f} s"
    return f"{program.name} is not ready{waited}; the end of its log:\n{said}"
