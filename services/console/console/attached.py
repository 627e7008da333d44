"""Who answers on the bus for a department now, as its programs say by the services API of NATS (ADR 32 of NATS)."""

import asyncio
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from chassis.errors import Unavailable
from contracts.text import masked, one_line

WITHIN = 0.5
"""Seconds for the first word of each department; a page waits for it."""
FOR_OTHERS = 0.05
"""Seconds more once each has said something: a department may run several."""
MOST, LONGEST = 20, 60
"""Programs of one department that are listed, and characters of what each says of itself."""
NOBODY = "503"


@dataclass(frozen=True)
class Instance:
    """One program; what it does not say is None."""

    id: str
    name: str
    version: str
    since: datetime | None = None
    requests: int | None = None
    errors: int | None = None


@dataclass
class Attached:
    """Asks over the connection of the console. STATS says all; PING is for programs that count nothing."""

    nc: Client
    within: float = WITHIN

    async def now(self, names: Iterable[str]) -> dict[str, tuple[Instance, ...]]:
        """By department, within a bounded time; one that says nothing has none. Raises Unavailable."""
        heard = {name: _Heard() for name in names}
        inbox = self.nc.new_inbox()

        async def hear(message: Msg) -> None:
            name, verb = message.subject.rsplit(".", 2)[1:]
            heard[name].take(verb, message)

        try:
            replies = await self.nc.subscribe(f"{inbox}.*.*", cb=hear)
            try:
                for name in heard:
                    for verb in ("STATS", "PING"):
                        await self.nc.publish(f"$SRV.{verb}.{name}", reply=f"{inbox}.{name}.{verb}")
                with suppress(TimeoutError):
                    await asyncio.wait_for(_all(heard.values()), self.within)
                await asyncio.sleep(FOR_OTHERS)
            finally:
                await replies.unsubscribe()
        except nats.errors.Error as error:
            raise Unavailable("the bus does not say who is there") from error
        return {name: one.instances for name, one in heard.items()}


@dataclass
class _Heard:
    """What came of one department."""

    found: dict[str, Instance] = field(default_factory=dict)
    both: asyncio.Event = field(default_factory=asyncio.Event)
    verbs: set[str] = field(default_factory=set)

    def take(self, verb: str, message: Msg) -> None:
        self.verbs.add(verb)
        if len(self.verbs) > 1:
            self.both.set()
        if (message.headers or {}).get("Status") == NOBODY:
            return
        instance = instance_of(message.data)
        if instance is not None and (len(self.found) < MOST or instance.id in self.found):
            known = self.found.get(instance.id)
            if known is None or known.requests is None:
                self.found[instance.id] = instance

    @property
    def instances(self) -> tuple[Instance, ...]:
        return tuple(sorted(self.found.values(), key=lambda one: (one.name, one.version, one.id)))


async def _all(heard: Iterable[_Heard]) -> None:
    for one in heard:
        await one.both.wait()


def instance_of(body: bytes) -> Instance | None:
    """What a program says of itself, none of which is believed further than to be shown. Pure."""
    try:
        said = json.loads(body)
        endpoints = said.get("endpoints") or ()
        return Instance(
            _short(said["id"]),
            _short(said["name"]),
            _short(said["version"]),
            datetime.fromisoformat(said["started"][:19] + "+00:00") if "started" in said else None,
            _sum(endpoints, "num_requests"),
            _sum(endpoints, "num_errors"),
        )
    except (ValueError, LookupError, TypeError, AttributeError):
        return None


def _sum(endpoints: Iterable[Mapping[str, Any]], what: str) -> int | None:
    counts = [int(one[what]) for one in endpoints if what in one]
    return sum(counts) if counts else None


def _short(said: object) -> str:
    return one_line(masked(str(said)))[:LONGEST]
