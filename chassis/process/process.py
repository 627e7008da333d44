"""Runs services in one process: connects, checks, reads, serves, and on SIGTERM leaves nothing half done."""

import asyncio
import contextlib
import gc
import json
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import nats.errors
import nkeys
import uvicorn
import uvloop
from fastapi import FastAPI
from faststream.nats.broker.broker import UNRECOVERABLE_CONNECT_ERRORS
from nats.aio.client import Client
from pydantic import ValidationError

from chassis.bus import Bus
from chassis.commands import Command, serve_commands, stop_commands
from chassis.consume.breaker import Breaker
from chassis.consume.checkpoints import STREAM as CHECKPOINTS
from chassis.consume.consumer import Handler, PullConsumer
from chassis.consume.due_index import DueIndex
from chassis.consume.retry import all_commands
from chassis.errors import USAGE, ChassisError, Drift, Unusable
from chassis.http.limits import SERVED, allow_files
from chassis.http.listening import listening
from chassis.log.append_health import AppendProbe
from chassis.log.durables import Durable
from chassis.log.journal import STREAM as CASES
from chassis.log.journal import Journal
from chassis.process import last_resort
from chassis.process.as_provisioned import AsProvisioned
from chassis.process.health import SILENT_AFTER, Check, Health, LoopGuard
from chassis.process.key_fingerprints import compare_at_start
from chassis.process.settings import Settings
from chassis.telemetry.metrics import LOG_TAKES_NOTHING, OPEN_ENTRIES
from chassis.telemetry.spans import end_tracing, log_as_json, trace_to

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Listen:
    """One line of a service's table: which durable, what handles it, how many at once."""

    durable: Durable
    handle: Handler
    concurrency: int = 256
    breaker: Breaker | None = None


@dataclass(frozen=True)
class Parts:
    """What a service puts into its process."""

    listens: tuple[Listen, ...] = ()
    commands: tuple[Command[Any], ...] = ()
    indexes: tuple[DueIndex, ...] = ()
    background: tuple[Callable[[], Coroutine[Any, Any, None]], ...] = ()
    app: FastAPI | None = None
    host: str = "127.0.0.1"
    port: int = 0
    troubles: Mapping[str, Check] = field(default_factory=dict)
    """What `/readyz` tells of it besides, and what stops nothing else."""
    close: Callable[[], Coroutine[Any, Any, None]] | None = None


@dataclass(frozen=True)
class Context:
    """What every service is given."""

    settings: Settings
    nc: Client
    journal: Journal


@dataclass(frozen=True)
class Service:
    """One service: its name, the durables the provisioner makes for it, how it is built, and what it may do.

    Each may read the log, read its own durables, bury what they bring, and keep checkpoints of its own indexes; all
    else is named here, and nothing else reaches beyond its process (lianshen/bus_access/accounts.py).
    """

    name: str
    durables: tuple[Durable, ...]
    build: Callable[[Context], Parts]
    writes: tuple[str, ...] = ()
    """The subjects of streams that it publishes on (chassis/process/permissions.py)."""
    calls: tuple[str, ...] = ()
    """Commands of other services, such as `intake.hold`."""
    asks: tuple[str, ...] = ()
    """Departments that it puts questions to."""
    manages: tuple[str, ...] = ()
    """Departments that it sends notices to, and that may bring it answers and ask what is open."""
    keys: tuple[str, ...] = ()
    """The secret keys that it holds (process/keys.py), but for the signing ones; at a start they must be the log's."""
    follows_register: bool = False
    """Whether it is told of every new entry of the register."""

    @property
    def streams(self) -> tuple[str, ...]:
        """All that it reads."""
        checkpoints = [CHECKPOINTS for durable in self.durables if durable.pushed_to]
        return tuple(dict.fromkeys((CASES, *(durable.stream for durable in self.durables), *checkpoints)))


@dataclass
class Process:
    """The services of one process, and how it ends: by a signal, or by a fault that nobody here can mend."""

    services: Sequence[Service]
    settings: Settings
    run_file: Path | None = None
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
        publish = _publisher(bus.nc) if self.settings.spans_to_bus else None
        tracing = trace_to(name, publish)
        journal = Journal(bus.nc, self.settings.append_within)
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
        self.health.checks["log"] = lambda: journal.appends.fault
        LOG_TAKES_NOTHING.set_function(lambda: journal.appends.fault is not None)
        self.health.checks["process"] = lambda: "starting"
        # First of all, so that a start that has to wait can be asked what for.
        health = await self._serve("health", self._health_app(), self.settings.health_host, self.settings.health_port)
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
        built = [(service, service.build(context)) for service in self.services]
        readers = [
            PullConsumer(nc, listen.durable, listen.handle, listen.concurrency, listen.breaker or Breaker())
            for _, parts in built
            for listen in parts.listens
        ]
        indexes = [index for _, parts in built for index in parts.indexes]
        self._watch(readers, indexes)
        for _, parts in built:
            self.health.troubles.update(parts.troubles)
        tasks = [self._task(reader.run()) for reader in readers]
        others = [self._task(index.run(nc)) for index in indexes]
        others += [self._task(work()) for _, parts in built for work in parts.background]
        others += [
            self._task(LoopGuard().run()),
            self._task(_refused(nc)),
            self._task(provisioned.run()),
            self._task(AppendProbe(nc, self.services[0].name, journal.appends).run()),
        ]
        served = [
            await serve_commands(nc, service.name, all_commands(nc, service.name, parts.commands, parts.listens))
            for service, parts in built
        ]
        servers = [
            await self._serve(service.name, parts.app, parts.host, parts.port)
            for service, parts in built
            if parts.app is not None
        ]
        del self.health.checks["process"]
        self._say_where()
        log.info("ready: %s", ", ".join(service.name for service in self.services))
        await self.ending.wait()
        self.health.stopping = True
        journal.hurry()
        for server in servers:
            server.should_exit = True
        for reader in readers:
            reader.stopping = True
        # A reader that is draining must not be cancelled a second time; its own flag ends it within a second.
        await asyncio.gather(_end(tasks, patience=8), stop_commands(served))
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

    def _watch(self, readers: Sequence[PullConsumer], indexes: Sequence[DueIndex]) -> None:
        for reader in readers:
            self.health.checks[reader.durable.name] = _silence(partial(getattr, reader, "heard"), SILENT_AFTER)
        for index in indexes:
            heard = partial(getattr, index, "last_look")
            self.health.checks[index.name] = _silence(heard, SILENT_AFTER + index.every)
            OPEN_ENTRIES.labels(index.name).set_function(partial(_size, index))

    def _health_app(self) -> FastAPI:
        # A probe every few seconds is no span.
        app = FastAPI(title="health", openapi_url=None, telemetry={"tracing": False, "metrics": False, "logs": False})
        self.health.routes(app)
        return app

    async def _serve(self, name: str, app: FastAPI, host: str, port: int) -> "_Server":
        # Bound here: where uvicorn cannot bind, it ends the interpreter.
        bound_to = listening(name, host, port)
        server = _Server(uvicorn.Config(app, **SERVED))
        self._task(server.serve(sockets=[bound_to]))
        while not server.started:
            await asyncio.sleep(0.01)
            if self.ending.is_set():
                raise Drift(f"{name} could not be served on {host}:{port}")
        bound = server.servers[0].sockets[0].getsockname()
        self.endpoints[name] = f"http://{bound[0]}:{bound[1]}"
        return server

    def _say_where(self) -> None:
        """Logs the addresses, and writes them for whoever started this process."""
        log.info("listening: %s", json.dumps(self.endpoints))
        if self.run_file is not None:
            fresh = self.run_file.with_suffix(".new")
            fresh.write_text(json.dumps({"pid": os.getpid(), **self.endpoints}))
            fresh.replace(self.run_file)


async def _end(tasks: Sequence[asyncio.Task[None]], patience: float) -> None:
    """Cancels, and after `patience` seconds cancels again what swallowed it (Python 3.11's wait_for can)."""
    for _ in range(20):
        for task in tasks:
            task.cancel()
        if not tasks or not (await asyncio.wait(tasks, timeout=patience))[1]:
            return


class _Server(uvicorn.Server):
    """Leaves the signals to the process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _no_seed(file: Path | None) -> str | None:
    """Why this process cannot say who it is; None where it can, or need not."""
    if file is None or file.is_file():
        return None
    return (
        f"the seed {file} is missing, so the bus does not let this process in: restore it from the backup, mount"
        " the Secret again, or set LIANSHEN_NATS_SEED_FILE right"
    )


def _size(index: DueIndex) -> int:
    return len(index.entries)


def _silence(heard: Callable[[], float], limit: float) -> Callable[[], str | None]:
    def check() -> str | None:
        silent = time.monotonic() - heard()
        return f"nothing heard from the bus for {silent:.0f} s" if silent > limit else None

    return check


async def _refused(nc: Client) -> None:
    """Raises Drift once the bus lets this process in no more: the client stops trying then, and tells nobody."""
    while True:
        await asyncio.sleep(1)
        said = str(nc.last_error or "").removeprefix("nats: ").strip("'").lower()
        if not nc.is_connected and said in UNRECOVERABLE_CONNECT_ERRORS:
            raise Drift(f"the bus refuses this process ({said}); does it still know the key of the seed file?")


def _publisher(nc: Client) -> Callable[[str, bytes], None]:
    """Publishes from the exporter's thread; drops while the bus is away, so telemetry never costs memory."""
    loop = asyncio.get_running_loop()

    async def send(subject: str, body: bytes) -> None:
        if nc.is_connected:
            await nc.publish(subject, body)

    def publish(subject: str, body: bytes) -> None:
        if not loop.is_closed():
            asyncio.run_coroutine_threadsafe(send(subject, body), loop)

    return publish


def _collect_seldom() -> None:
    """What was imported lives as long as the process; looking through it again and again took a quarter of a case."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(150_000, 50, 100)


def main(*services: Service) -> None:
    """`python -m <service>`: runs until told to end, and ends the interpreter with the process's exit code."""
    try:
        settings = Settings()
    except ValidationError as error:
        sys.exit(str(error))
    log_as_json(settings.log_level)
    allow_files()
    _collect_seldom()
    run_file = os.environ.get("LIANSHEN_RUN_FILE")
    process_of = Process(services, settings, Path(run_file) if run_file else None)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            code = runner.run(process_of.run())
    except (ValidationError, OSError, LookupError) as error:
        # A setting of a service, a key that is missing: they say what mends them.
        log.error("ended: %s", error)
        code = 1
    sys.exit(code)
