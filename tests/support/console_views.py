"""What the console's pages read and call, without a bus: a projection of some log, and commands that are noted."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from console.assignments import Assignments
from console.attached import Instance
from console.bureau.aggregates import Aggregates
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
from contracts.draws.draw import Draw, Stage
from contracts.homes.home import HomeFile
from contracts.projects.project import SaleProject
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
    refusals: dict[str, CommandRefused] = field(default_factory=dict)
    """By verb, what is refused."""
    letters: list[dict[str, Any]] = field(default_factory=list)
    programs: dict[str, tuple[Instance, ...]] = field(default_factory=dict)
    projects: dict[str, SaleProject] = field(default_factory=dict)
    homes: dict[str, HomeFile] = field(default_factory=dict)
    draws: dict[str, Draw] = field(default_factory=dict)
    """By `<project>.<serial>`."""
    deposits: tuple[Recorded, ...] = ()
    stored: Storage = field(default_factory=lambda: Storage(5 * 1024**2, None, 1024**2, None, timedelta()))

    async def history(self, number: str, *tails: str) -> tuple[Recorded, ...]:
        self._is_there()
        wanted = re.compile("|".join(f"case.{number}.{tail}" for tail in tails or (".+",)).replace("*", "[^.]+"))
        return tuple(recorded(one) for one in self.log if wanted.fullmatch(one.subject))

    async def call(self, service: str, verb: str, request: dict[str, Any]) -> dict[str, Any]:
        self.sent.append((service, verb, request))
        if verb in self.refusals:
            raise self.refusals[verb]
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

    @property
    def aggregates(self) -> Aggregates:
        return Aggregates(
            self._projects, self._homes, self._draw, self._listed, self._drawn, self._stages, self._deposits
        )

    async def _deposits(self) -> Sequence[Recorded]:
        self._is_there()
        return self.deposits

    async def _projects(self) -> Mapping[str, SaleProject]:
        self._is_there()
        return self.projects

    async def _homes(self) -> Mapping[str, HomeFile]:
        self._is_there()
        return self.homes

    async def _draw(self, project: str, serial: str) -> Draw:
        self._is_there()
        return self.draws.get(f"{project}.{serial}", Draw(f"{project}.{serial}"))

    async def _listed(self, project: str, serial: str) -> Mapping[str, int]:
        return {}

    async def _drawn(self, project: str, serial: str) -> Mapping[str, Sequence[str]]:
        return {}

    async def _stages(self) -> Mapping[tuple[str, str], Stage]:
        self._is_there()
        ids = {id: id.partition(".") for id in self.draws}
        return {(project, serial): self.draws[id].stage for id, (project, _, serial) in ids.items()}

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
        aggregates=bus.aggregates,
        live_for=0.05,
    )
