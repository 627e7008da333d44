"""What a service declares: what it reads, what it serves, what it holds, and how it is built."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI
from nats.aio.client import Client
from pydantic_settings import BaseSettings

from chassis.clock import Clock
from chassis.commands import Command
from chassis.consume.breaker import Breaker
from chassis.consume.checkpoints import STREAM as CHECKPOINTS
from chassis.consume.consumer import Arrived, Handler
from chassis.consume.due_index import DueIndex
from chassis.http.limits import HTTP_LIMITS, HttpLimits
from chassis.log.durables import Durable
from chassis.log.journal import STREAM as CASES
from chassis.log.journal import Journal
from chassis.process.health import Check
from chassis.process.settings import Settings
from chassis.timing import Timing


@dataclass(frozen=True)
class Listen:
    """One line of a service's table: which durable, what handles it, how many at once."""

    durable: Durable
    handle: Handler
    concurrency: int = 256
    breaker: Breaker | None = None
    arrived: Arrived | None = None


@dataclass(frozen=True)
class HttpApp:
    """One HTTP server of a service: its name, by which its address is said, and where it listens."""

    name: str
    app: FastAPI
    host: str
    port: int
    limits: HttpLimits = HTTP_LIMITS


@dataclass(frozen=True)
class Parts:
    """What a service puts into its process."""

    listens: tuple[Listen, ...] = ()
    commands: tuple[Command[Any], ...] = ()
    indexes: tuple[DueIndex, ...] = ()
    background: tuple[Callable[[], Coroutine[Any, Any, None]], ...] = ()
    apps: tuple[HttpApp, ...] = ()
    troubles: Mapping[str, Check] = field(default_factory=dict)
    """What `/readyz` tells of it besides, and what stops nothing else."""
    close: Callable[[], Coroutine[Any, Any, None]] | None = None


@dataclass(frozen=True)
class Context:
    """What every service is given."""

    settings: Settings
    nc: Client
    journal: Journal

    @property
    def clock(self) -> Clock:
        """The one that everything goes by."""
        return self.journal.clock

    @property
    def timing(self) -> Timing:
        """How long everything waits."""
        return self.journal.timing


@dataclass(frozen=True)
class Service:
    """One service: its name, the durables the provisioner makes for it, its settings, how it is built, what it may do.

    Each may read the log, read its own durables, bury what they bring, and keep checkpoints of its own indexes; all
    else is named here, and nothing else reaches beyond its process (lianshen/bus_access/accounts.py).
    """

    name: str
    durables: tuple[Durable, ...]
    build: Callable[[Context, Any], Parts]
    """Given its own settings, read anew."""
    settings: type[BaseSettings] = Settings
    """What it reads from its environment; the chassis's alone where it names none."""
    writes: tuple[str, ...] = ()
    """The subjects of streams that it publishes on (chassis/process/permissions.py)."""
    reads: tuple[str, ...] = ()
    """Streams that it reads besides the log and those of its durables."""
    calls: tuple[str, ...] = ()
    """Commands of other services, such as `intake.hold`."""
    asks: tuple[str, ...] = ()
    """Departments that it puts questions to."""
    manages: tuple[str, ...] = ()
    """Departments that it sends notices to, and that may bring it answers and ask what is open."""
    sees: tuple[str, ...] = ()
    """Departments of which it may ask on the bus who answers for them now."""
    asked_by: tuple[tuple[str, str], ...] = ()
    """Subjects on which a department may ask it something, each with that department."""
    sees_storage: bool = False
    """Whether it may ask how much the bus keeps, and how much it may."""
    keys: tuple[str, ...] = ()
    """The secret keys that it holds (process/keys.py), but for the signing ones; at a start they must be the log's."""
    follows_register: bool = False
    """Whether it is told of every new entry of the register."""

    @property
    def streams(self) -> tuple[str, ...]:
        """All that it reads."""
        checkpoints = [CHECKPOINTS for durable in self.durables if durable.pushed_to]
        return tuple(dict.fromkeys((CASES, *(it.stream for it in self.durables), *checkpoints, *self.reads)))
