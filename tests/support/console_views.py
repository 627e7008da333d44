"""What the console's pages read and call, without a bus: a projection of some log, and commands that are noted."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from console.assignments import Assignments
from console.attached import Instance
from console.projection.follower import Follower
from console.projection.store import Projection
from console.proposals import Proposals
from console.storage import Storage
from console.trace.span_store import SpanStore
from console.views import Views

from chassis.clock import Clock
from chassis.errors import CommandRefused, Unavailable
from chassis.log.history import History
from chassis.log.stored import Stored, recorded
from contracts.case.case import Recorded
from procedures.registry import PROCEDURES
from procedures.working_days import Calendar


@dataclass
class NoBus:
    """The log as a list, and the commands as they were sent; `away` says that the bus is not there."""

    log: tuple[Stored, ...] = ()
    away: bool = False
    sent: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By verb; a verb that is not here is answered by nobody."""
    letters: list[dict[str, Any]] = field(default_factory=list)
    programs: dict[str, tuple[Instance, ...]] = field(default_factory=dict)
    stored: Storage = field(default_factory=lambda: Storage(5 * 1024**2, None, 1024**2, None, timedelta()))

    async def history(self, number: str, *tails: str) -> tuple[Recorded, ...]:
        self._is_there()
        wanted = re.compile("|".join(f"case.{number}.{tail}" for tail in tails or (".+",)).replace("*", "[^.]+"))
        return tuple(recorded(one) for one in self.log if wanted.fullmatch(one.subject))

    async def call(self, service: str, verb: str, request: dict[str, Any]) -> dict[str, Any]:
        self.sent.append((service, verb, request))
        if self.away or verb not in self.answers:
            raise CommandRefused(503, f"{service} does not answer", "is it running? try again in a few seconds")
        return self.answers[verb]

    async def attached(self, names: Iterable[str]) -> dict[str, tuple[Instance, ...]]:
        self._is_there()
        return {name: self.programs.get(name, ()) for name in names}

    async def storage(self) -> Storage:
        self._is_there()
        return self.stored

    async def open_letters(self) -> list[dict[str, Any]]:
        self._is_there()
        return self.letters

    def _is_there(self) -> None:
        if self.away:
            raise Unavailable("the bus is away")


def views_in(folder: Path, clock: Clock, bus: NoBus | None = None, log: Iterable[Stored] = ()) -> Views:
    """Pages over this log, which is read to its end already."""
    bus = bus or NoBus(tuple(log))
    projection = Projection(folder / "projection.sqlite")
    projection.take(bus.log)
    follower = Follower(projection, History.__new__(History), clock, heard_at=clock.now(), away=bus.away)
    return Views(
        follower=follower,
        history=bus.history,
        call=bus.call,
        letters=bus.open_letters,
        attached=bus.attached,
        storage=bus.storage,
        folder=folder,
        spans=SpanStore(folder / "spans.sqlite", days=7, megabytes=10),
        proposals=Proposals(folder / "proposals.sqlite"),
        assignments=Assignments(folder / "assignments.sqlite"),
        calendar=Calendar.load(None),
        procedures=PROCEDURES,
        live_for=0.05,
    )
