"""The public list as an app without a bus: real decisions, over cases in memory and a clock that a test sets."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, cast

import httpx
from fastapi import FastAPI
from publicity.board.app import build_board
from publicity.board.draws import PostedDraw, posted_draws
from publicity.board.listing import Freshness
from publicity.board.objecting import Objecting
from publicity.commands import PublicityCommands
from publicity.decide import Period, open_entry
from publicity.look_alikes import LookAlikes
from publicity.objectors.sealing import HeadsKey, Sealed
from publicity.service import note

from chassis.consume.due_index import DueItem, LogRecord
from chassis.errors import Unavailable
from chassis.log.stored import Stored
from contracts.case.case import Case, Recorded
from contracts.case.fold import evolve
from contracts.draws import DrawRecord
from contracts.events import EVENTS, Event, ObjectionRaised
from contracts.local_time import SHANGHAI
from procedures.working_days import Calendar
from tests.publicity.listed import determined, form_of
from tests.support.families import accepted, an_application_number, submitted

POSTED = datetime(2025, 9, 26, 10, tzinfo=SHANGHAI)
CLOSES = datetime(2025, 10, 13, 18, tzinfo=SHANGHAI)
TITLES = {"HN-2026-01": "第一批 <演示>"}
OURS = {"origin": "http://board"}
REAL = Period(Calendar())


@dataclass
class World:
    """Cases, the list that shows them, and what was kept of those who objected."""

    now: datetime = POSTED + timedelta(hours=1)
    cases: dict[str, Case] = field(default_factory=dict)
    entries: dict[str, DueItem] = field(default_factory=dict)
    fresh: Freshness = field(default_factory=lambda: Freshness(7, POSTED))
    key: HeadsKey | None = None
    draws: tuple[DrawRecord, ...] | None = ()
    """None: the log cannot be read."""
    kept: dict[tuple[str, int], Sealed] = field(default_factory=dict)
    keeps: Exception | None = None
    """What keeping who objected fails with."""

    def show(
        self, name: str = "王建国", id_number: str = "150303198503120018", period: Period = REAL, **of_its_form: Any
    ) -> str:
        """A family on the public list, from now on."""
        number, form = an_application_number(), form_of(name, id_number).model_copy(update=of_its_form)
        case = Case(number)
        for event in (submitted(number, form), accepted(number, form), determined(number)):
            case = evolve(case, Recorded(case.sequence + 1, event, "", event.at))
        (opened,) = open_entry(case, period, lambda _: False, self.now)
        self.happens(case, opened)
        return number

    def happens(self, case: Case, event: Event) -> Case:
        """The event stands in the log, and the index has seen it."""
        number = event.application
        after = evolve(case, Recorded(case.sequence + 1, event, "", event.at))
        self.cases[number] = after
        headers = {"ce-type": type(event).__name__}
        stored = Stored(EVENTS.subject_of(event), after.sequence, event.at, headers, EVENTS.write(event))
        entry = note(self.entries.get(number), LogRecord(stored))
        if entry is None:
            self.entries.pop(number, None)
        else:
            self.entries[number] = entry
        return after

    # As a journal:
    async def load(self, application: str) -> Case:
        return self.cases.get(application, Case(application))

    async def decide(self, case: Case, *events: Event) -> Case:
        for event in events:
            case = self.happens(case, event)
        return case

    async def keep(self, application: str, n: int, sealed: Sealed) -> None:
        if self.keeps is not None:
            raise self.keeps
        self.kept[application, n] = sealed

    @property
    def objections(self) -> dict[str, tuple[bool, ...]]:
        """Whether each came in time, by application."""
        return {number: tuple(it.in_time for it in case.objections) for number, case in self.cases.items()}


@dataclass
class OnTheBoard:
    """As the pages ask it: the list of a world."""

    world: World

    @property
    def entries(self) -> dict[str, DueItem]:
        return self.world.entries

    def freshness(self) -> Freshness:
        return self.world.fresh

    def now(self) -> datetime:
        return self.world.now


@dataclass
class ClockOfTheWorld:
    """The clock of the commands."""

    world: World

    async def begun(self) -> None:
        """At once."""

    def between(self) -> tuple[datetime, datetime]:
        return self.world.now, self.world.now


@dataclass(frozen=True)
class Context:
    journal: World


def board(world: World) -> FastAPI:
    """The app over a world, with the command that production calls."""
    clock, index = cast(Any, ClockOfTheWorld(world)), cast(Any, None)
    commands = PublicityCommands(
        cast(Any, Context(world)), clock, cast(Any, None), index, LookAlikes(), REAL, timedelta(seconds=20)
    )
    key = world.key.public if world.key else None
    objecting = Objecting(commands.object, world.keep, key)

    async def draws() -> tuple[PostedDraw, ...]:
        if world.draws is None:
            raise Unavailable("the bus is away")
        return posted_draws(world.draws)

    return build_board(OnTheBoard(world), objecting, TITLES, draws, "http://draws.test/")


def browser(app: FastAPI, address: str = "192.0.2.7") -> httpx.AsyncClient:
    """Somebody at this address; it follows where the pages lead."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(address, 1))
    return httpx.AsyncClient(transport=transport, base_url="http://board", headers=OURS, follow_redirects=True)


def objection_of(case: Case, n: int, at: datetime) -> ObjectionRaised:
    return ObjectionRaised(
        application=case.application, at=at, n=n, received_at=at, in_time=True, text="a second home"
    )


def incomplete(world: World, **changed: Any) -> None:
    world.fresh = replace(world.fresh, **changed)
