"""Runs services in one process: connects, checks, reads, serves, and on SIGTERM leaves nothing half done."""

import asyncio
import contextlib
import json
import logging
import os
import signal
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nats.errors
import nkeys
from nats.aio.client import Client

from chassis.bus import Bus, end_if_refused
from chassis.clock import WALL, Clock
from chassis.commands import serve_commands, stop_commands
from chassis.consume.breaker import Breaker
from chassis.consume.consumer import PullConsumer
from chassis.consume.retry import all_commands
from chassis.errors import USAGE, ChassisError, Drift, Unusable
from chassis.http.listening import listening
from chassis.http.server import Server
from chassis.log.append_health import AppendProbe
from chassis.log.journal import Journal
from chassis.process import last_resort
from chassis.process.as_provisioned import AsProvisioned
from chassis.process.health import Health, LoopGuard
from chassis.process.key_fingerprints import compare_at_start
from chassis.process.service import Context, HttpApp, Service
from chassis.process.settings import Settings
from chassis.telemetry.export import bus_publisher, end_tracing, trace_to
from chassis.telemetry.metrics import LOG_TAKES_NOTHING
from chassis.timing import TIMING, Timing

log = logging.getLogger(__name__)


@dataclass
class Process:
    """The services of one process, and how it ends: by a signal, or by a fault that nobody here can mend."""

    services: Sequence[Service]
    settings: Settings
    run_file: Path | None = None
    clock: Clock = WALL
    timing: Timing = TIMING
    health: Health = field(default_factory=Health)
    end_within: float = last_resort.WITHIN
    """Seconds after which an end that hangs is cut short."""
    ending: asyncio.Event = field(default_factory=asyncio.Event)
    fault: str | None = None
    code: int = 1
    """The exit code of a fault."""
    endpoints: dict[str, str] = field(default_factory=dict)

    def end(self, fault: str | None = None) -> None:
        self.fault = self.fault or fault
        self.ending.set()
        last_resort.arm(self.end_within)

    async def run(self) -> int:
        """Until told to end. Returns the exit code: 0 after a signal, 1 after a fault, USAGE for what is Unusable."""
        try:
            return await self._run()
        finally:
            # What is left of it, the loop cancels and waits for, however long that takes.
            last_resort.arm(self.end_within)

    async def _run(self) -> int:
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self.end)
        if (why := _no_seed(self.settings.nats_seed_file)) is not None:
            log.error("ended: %s", why)
            return USAGE
        name = "+".join(service.name for service in self.services)
        connecting = asyncio.ensure_future(
            Bus.connect(
                self.settings.nats_url, name, self.settings.nats_seed_file, self.end, self.settings.nats_ca_file
            )
        )
        told = asyncio.ensure_future(self.ending.wait())
        await asyncio.wait({connecting, told}, return_when=asyncio.FIRST_COMPLETED)
        if not connecting.done():
            connecting.cancel()
            return 0
        told.cancel()
        try:
            bus = await connecting
        except (nats.errors.Error, nkeys.NkeysError, OSError) as error:
            log.error("ended: cannot connect to the bus: %s; is the seed file there, and its key known?", error)
            return 1
        publish = bus_publisher(bus.nc) if self.settings.spans_to_bus else None
        tracing = trace_to(name, publish)
        journal = Journal(bus.nc, self.settings.append_within, self.clock, self.timing)
        try:
            await journal.start()
            await self._live(bus.nc, journal)
        except Unusable as error:
            self.end(str(error))
            self.code = USAGE
        except ChassisError as error:
            self.end(str(error))
        finally:
            self.health.stopping = True
            await journal.stop()
            await asyncio.to_thread(end_tracing, tracing, 2.0)
            # Waited for, never cancelled: a cancelled flush leaves nats-py's read loop broken.
            await asyncio.wait({asyncio.ensure_future(bus.nc.flush())}, timeout=2)
            with contextlib.suppress(nats.errors.Error):
                # A connection that is lost cannot be drained.
                await bus.close()
        if self.fault:
            log.error("ended: %s", self.fault)
        return self.code if self.fault else 0

    async def _live(self, nc: Client, journal: Journal) -> None:
        """Serves health, and works once all is as it was provisioned."""
        provisioned = AsProvisioned(nc, self.services)
        self.health.checks["bus"] = lambda: provisioned.fault if nc.is_connected else "not connected"
        if self.clock.drill:
            self.health.troubles["clock"] = lambda: f"a rehearsal: turned by {self.clock.ahead}"
        self.health.checks["log"] = lambda: journal.appends.fault
        LOG_TAKES_NOTHING.set_function(lambda: journal.appends.fault is not None)
        self.health.checks["process"] = lambda: "starting"
        # First of all, so that a start that has to wait can be asked what for.
        at = self.settings.health_host, self.settings.health_port
        health = await self._serve(HttpApp("health", self.health.app(), *at))
        try:
            if await provisioned.at_start(self.ending):
                await self._work(nc, journal, provisioned)
        finally:
            health.should_exit = True
            await asyncio.sleep(0.1)

    async def _work(self, nc: Client, journal: Journal, provisioned: AsProvisioned) -> None:
        """Starts every part, waits for the end, then drains: first the readers, then the servers."""
        context = Context(self.settings, nc, journal)
        keys = sorted({key for service in self.services for key in service.keys})
        if not await compare_at_start(journal, nc, self.settings.keys_dir, keys, self.ending):
            return
        built = [(service, service.build(context, service.settings())) for service in self.services]
        readers = [
            PullConsumer(
                *(nc, it.durable, it.handle, it.concurrency, it.breaker or Breaker(), it.arrived),
                clock=self.clock,
                timing=self.timing,
            )
            for _, parts in built
            for it in parts.listens
        ]
        indexes = [index for _, parts in built for index in parts.indexes]
        self.health.watch(readers, indexes)
        for _, parts in built:
            self.health.troubles.update(parts.troubles)
        tasks = [self._task(reader.run()) for reader in readers]
        others = [self._task(index.run(nc)) for index in indexes]
        others += [self._task(work()) for _, parts in built for work in parts.background]
        others += [
            self._task(LoopGuard().run()),
            self._task(end_if_refused(nc)),
            self._task(provisioned.run()),
            self._task(AppendProbe(nc, self.services[0].name, journal.appends).run()),
        ]
        served = [
            await serve_commands(nc, name, all_commands(nc, name, parts.commands, parts.listens, self.clock))
            for name, parts in ((service.name, parts) for service, parts in built)
        ]
        servers = [await self._serve(app) for _, parts in built for app in parts.apps]
        del self.health.checks["process"]
        self._say_where()
        log.info("ready: %s", ", ".join(service.name for service in self.services))
        await self.ending.wait()
        self.health.stopping = True
        journal.hurry()
        for server in servers:
            server.should_exit = True
        # A reader that is draining must not be cancelled a second time; its own flag ends it within a second.
        await asyncio.gather(_end(tasks, patience=8, readers=readers), stop_commands(served))
        await _end(others, patience=0.2)
        for _, parts in built:
            if parts.close is not None:
                await parts.close()

    def _task(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """A part that ends by itself ends the process: a service that reads nothing must not look alive."""
        task = asyncio.ensure_future(work)

        def ended(done: asyncio.Task[None]) -> None:
            if done.cancelled():
                return
            error = done.exception()
            if isinstance(error, Drift | Unusable):
                self.end(str(error))
            elif error is not None:
                log.error("a part failed", exc_info=error)
                self.end(f"a part failed with {type(error).__name__}")

        task.add_done_callback(ended)
        return task

    async def _serve(self, at: HttpApp) -> Server:
        # Bound here: where uvicorn cannot bind, it ends the interpreter.
        server = Server(at.app, at.limits, self.settings.trusted_proxies)
        self._task(server.serve(sockets=[listening(at.name, at.host, at.port)]))
        while not server.started:
            await asyncio.sleep(0.01)
            if self.ending.is_set():
                raise Drift(f"{at.name} could not be served on {at.host}:{at.port}")
        self.endpoints[at.name] = server.address
        return server

    def _say_where(self) -> None:
        """Logs the addresses, and writes them for whoever started this process."""
        log.info("listening: %s", json.dumps(self.endpoints))
        if self.run_file is not None:
            fresh = self.run_file.with_suffix(".new")
            fresh.write_text(json.dumps({"pid": os.getpid(), **self.endpoints}))
            fresh.replace(self.run_file)


async def _end(tasks: Sequence[asyncio.Task[None]], patience: float, readers: Sequence[PullConsumer] = ()) -> None:
    """Cancels, and after `patience` seconds cancels again what swallowed it (Python 3.11's wait_for can)."""
    # In one step with the cancellation: who saw the flag alone would drain already, and be cancelled out of it.
    for reader in readers:
        reader.stopping = True
    for _ in range(20):
        for task in tasks:
            task.cancel()
        if not tasks or not (await asyncio.wait(tasks, timeout=patience))[1]:
            return


def _no_seed(file: Path | None) -> str | None:
    """Why this process cannot say who it is; None where it can, or need not."""
    if file is None or file.is_file():
        return None
    return (
        f"the seed {file} is missing, so the bus does not let this process in: restore it from the backup, mount"
        " the Secret again, or set LIANSHEN_NATS_SEED_FILE right"
    )
