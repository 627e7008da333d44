"""The whole system on one machine: the embedded bus, the provisioner's work, and every service in processes."""

import asyncio
import contextlib
import json
import os
import time
from collections.abc import AsyncIterator, Collection, Coroutine, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nats.errors
from nats.aio.client import Client

from chassis.bus import Bus
from chassis.errors import ChassisError, Unavailable
from chassis.log.provision import provision, remake_memory_streams
from chassis.process.settings import Settings
from lianshen.bus_access.bus_listen import BusListen
from lianshen.catalog import DEPARTMENTS, EMBEDDED_PROCESSES, PAGES, SERVICES, SIMULATED, durables
from lianshen.embedded.bus_server import MEMORY_LIMIT, EmbeddedBus
from lianshen.embedded.data_dir import DataDir, User
from lianshen.embedded.disk_watch import keep_writing
from lianshen.embedded.parts import Place, Simulation, departments_program, services_program, simulated_by
from lianshen.embedded.ports import ports_for
from lianshen.embedded.preflight import settings_in
from lianshen.embedded.replacing_keys import compare_keys
from lianshen.embedded.restarts import Restarts
from lianshen.embedded.simulated_keys import register_simulated_keys
from lianshen.embedded.supervised import Program, Say, Spawn, Supervised
from lianshen.errors import CommandError
from lianshen.simulation.registers import OF_THE_KIT

READY_WITHIN = 60.0
REMADE_WITHIN = 60.0
FAMILY_PAGE = "LIANSHEN_INTAKE_KIOSK_FAMILY_PAGE"
CONSOLE = ("console",)


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
    """Seconds until what was never acknowledged is delivered again; None: as it is, at first a minute."""
    listen: BusListen = field(default_factory=BusListen)
    hops: int = 0
    """Percent of messages whose way through nats-server is reported: it costs, and is off."""
    say: Say = lambda words: None
    spawn: Spawn = asyncio.create_subprocess_exec
    children: dict[str, Supervised] = field(default_factory=dict)
    bus: EmbeddedBus = field(init=False)
    url: str = ""
    _ports: Mapping[str, str] = field(init=False)
    _restarts: Restarts = field(init=False)
    _since: float = 0.0
    """When the simulated departments were first started, in Unix seconds: their faults count from there."""

    def __post_init__(self) -> None:
        self.bus = EmbeddedBus(
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
        changes = await self._provision()
        self.say(
            f"provisioned: {changes} streams and consumers made"
            if changes
            else "streams and consumers are as they should be"
        )
        for name, services in self._groups().items():
            await self._start(self._services(name, services))
        if self.world is not None:
            # Not from our own start, which on a busy machine can last longer than an outage.
            self._since = time.time()
            apart = self.separate or self.departments_apart
            for departments in [(name,) for name in self.simulated] if apart else [self.simulated]:
                await self._start(self._departments(departments))
        await self.ready(READY_WITHIN)
        await self._register_simulated()
        self._write_where()
        self._watch_bus(self._keep_writing())

    async def _keep_writing(self) -> None:
        async with self.connected("operator") as nc:
            await keep_writing(self.bus, nc, self.say)

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
            changes = await provision(nc, durables(), ack_wait=self.ack_wait)
            await compare_keys(nc, self.data_dir.keys)
            return len(changes)

    def _bus_is_back(self) -> None:
        # Not waited for: should the server end again meanwhile, it has to be started again first.
        self._watch_bus(self._remake_memory_streams())

    def _watch_bus(self, work: Coroutine[Any, Any, None]) -> None:
        assert self.bus.server is not None
        self.bus.server.watch(work)

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

    def _services(self, name: str, services: tuple[str, ...]) -> Program:
        # What a receipt leads to: on this machine alone, unless a setting names the address that families know.
        family = {FAMILY_PAGE: f"http://127.0.0.1:{self._ports['LIANSHEN_INTAKE_FAMILY_PORT']}/"}
        given = {name: value for name, value in os.environ.items() if name == FAMILY_PAGE}
        return services_program(self._place, name, services, {**family, **given, **self.environment, **self._ports})

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
                raise NotReady(f"{program.name} is not ready; the end of its log:\n{program.last_words()}")
            await asyncio.sleep(0.02)

    @property
    def intake_url(self) -> str:
        """Where applications are posted."""
        name = next(name for name, services in self._groups().items() if "intake" in services)
        return str(self.children[name].endpoints()["intake"])

    @property
    def pages(self) -> dict[str, str]:
        """Where people look at it, by name: `kiosk`, `family`, …"""
        ready = [child for child in self.children.values() if child.program.ready_file is not None]
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
        finally:
            await self.bus.stop()


def _hopeless(program: Program) -> str:
    why = (program.last_words().splitlines() or ["it wrote no log"])[-1]
    return f"{program.name} ended, and a restart will not help: {why}; mend it, then start `lianshen up` again"
