"""publicity: shows an eligible family for seven working days, keeps objections, and confirms the pool."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial

from chassis.consume.consumer import Delivery
from chassis.consume.decision_handler import CaseDecider
from chassis.consume.due_index import DueIndex, DueItem, LogRecord, feed_for
from chassis.consume.trusted_clock import TrustedClock
from chassis.errors import Later, Unusable
from chassis.log.durables import former_of, one_a_kind
from chassis.process.permissions import writing
from chassis.process.service import Context, HttpApp, Listen, Parts, Service
from chassis.telemetry.metrics import CLOCK_IN_DOUBT
from chassis.telemetry.spans import about, nothing_happened, span
from contracts.case.case import Case
from contracts.events import (
    ApplicationWithdrawn,
    DeterminationConfirmed,
    DeterminationMade,
    Event,
    ObjectionDecided,
    ObjectionRaised,
    ObjectorIdentified,
    PoolConfirmed,
    PublicityClosed,
    PublicityOpened,
)
from contracts.text_file import read_json
from evidence.projects_in_force import LOOKS_AT_PROJECTS, ProjectsInForce
from inquiry.attachments.config import read_attachments
from procedures.hainan_2025.projects import load_projects
from procedures.procedure import Procedures
from procedures.registry import PROCEDURES
from procedures.working_days import Calendar
from publicity.alarm import ALARM, ALARMS, set_alarms
from publicity.board.app import NAME as BOARD
from publicity.board.app import build_board
from publicity.board.draws import DrawsOfTheLog
from publicity.board.objecting import Objecting
from publicity.board.shown import IndexedList
from publicity.closing_clock import ClosingClock
from publicity.commands import PublicityCommands
from publicity.decide import Period, close, open_entry, recompute
from publicity.look_alikes import LookAlikes
from publicity.objectors.commands import ObjectorCommands
from publicity.objectors.erasing import Erasing
from publicity.objectors.sealing import BureauKey
from publicity.objectors.store import STREAM as OBJECTORS
from publicity.objectors.store import WRITES as OF_OBJECTORS
from publicity.objectors.store import ObjectorStore
from publicity.settings import PublicitySettings
from publicity.trusting import Trusting
from publicity.witnesses import witnesses_of

NAME = "publicity"
DURABLES = one_a_kind(NAME, DeterminationMade, DeterminationConfirmed)
INDEX = feed_for(NAME, PublicityOpened, ObjectionDecided, PoolConfirmed, ApplicationWithdrawn)


class Publicity:
    """One deployment's public list: the index of what is shown, and the clock that may close it."""

    def __init__(self, context: Context, settings: PublicitySettings, procedures: Procedures) -> None:
        self.context = context
        self.journal = context.journal
        self.decider = CaseDecider(context.journal)
        self.grace = timedelta(seconds=settings.publicity_grace_seconds)
        calendar, clock = Calendar.load(settings.calendar_file), context.clock
        self.period = Period(calendar, settings.drill_publicity_seconds, procedures, clock.drill)
        self.looks = LookAlikes()
        self.index = DueIndex(
            INDEX,
            self.note,
            due_after(self.grace, self.period.calendar),
            self.close_due,
            self.restored,
            every=context.settings.open_cases_every,
            clock=clock,
            timing=context.timing,
        )
        witnesses = witnesses_of(settings, read_attachments(settings.departments_file))
        self.clock = ClosingClock(context.nc, self.index, witnesses, TrustedClock.started(clock, time.monotonic()))
        self.trusting = Trusting(context.nc, self.clock)
        self.commands = PublicityCommands(
            context, self.clock, self.trusting, self.index, self.looks, self.period, self.grace
        )
        self.objectors = ObjectorStore(context.nc)
        self.erasing = Erasing(self.objectors, context.journal.history, self.clock)
        self.settings = settings
        self.projects = ProjectsInForce(load_projects(settings.intake_projects_file), context.journal.history)
        CLOCK_IN_DOUBT.set_function(lambda: bool(self.clock.trouble))

    def note(self, entry: DueItem | None, seen: LogRecord) -> DueItem | None:
        """What the index keeps of an entry; who looks alike is kept beside it."""
        after, application = note(entry, seen), seen.application
        if after is not None and after != entry:
            self.restored({application: after})
        elif after is None and entry is not None:
            self.looks.forget(application)
        return after

    def restored(self, entries: dict[str, DueItem]) -> None:
        for application, entry in entries.items():
            self.looks.keep(application, entry["name"], entry["id_number"])

    async def opened(self, delivery: Delivery) -> None:
        """Opens the entry of an eligible case and sets its alarm."""
        if not self.clock.has_begun:
            raise Later("who looks alike, and what time it is, is known once the log was read", 0.5)
        _, now = self.clock.between()

        def decide(case: Case, _: datetime) -> tuple[Event, ...]:
            shown = open_entry(case, self.period, self.looks.beside, now)
            for event in shown:
                self.looks.keep(event.application, event.entry.name, event.entry.id_number)
            return shown

        shown = await self.decider.decide(delivery.event.application, decide, delivery.sequence)
        await set_alarms(self.context.nc, shown, self.grace)

    async def rang(self, delivery: Delivery) -> None:
        """The alarm clock rang: look whether the entry is due."""
        application = delivery.stored.subject.rsplit(".", 1)[1]
        about(application)
        nothing_happened()  # closing has a span of its own, in the trace of the case
        await self.close_if_due(application)

    async def close_due(self, application: str, entry: DueItem) -> DueItem:
        """What is closed is taken down when the feed brings it."""
        await self.close_if_due(application)
        return entry

    async def close_if_due(self, application: str) -> None:
        """Closes an entry that is due, or recomputes a provisional date whose year was announced.

        Raises Later while a clock is in doubt, and Conflict where the case moved on: it stays due.
        """
        now = await self.clock.closes_at()
        case = await self.journal.load(application)
        events = recompute(case, self.period, now) or close(case, self.grace, now)
        if not events:
            return
        parent, since = case.trace_of_publicity, case.opened_at
        with span("close case.{application}.publicity", parent=parent, since=since, application=application):
            await self.journal.decide(case, *events)
            await set_alarms(self.context.nc, events, self.grace)


def note(entry: DueItem | None, seen: LogRecord) -> DueItem | None:
    """What the index keeps of an entry: exactly what is shown, and until when. Taken down when it is over."""
    event = seen.event
    match event:
        case PublicityOpened():
            kept = entry is not None and event.why == "calendar announced"
            return {
                **event.entry.model_dump(exclude={"application"}),
                "posted_at": entry["posted_at"] if entry and kept else event.at.isoformat(),
                "last_day": event.last_day.isoformat(),
                "closes_at": event.closes_at.isoformat(),
                "provisional": event.provisional,
                "drill": event.drill,
                "project": event.project,
            }
        case PoolConfirmed() | ApplicationWithdrawn():
            return None
        case ObjectionDecided(upheld=True):
            return None
    return entry


def due_after(grace: timedelta, calendar: Calendar) -> Callable[[DueItem], datetime | None]:
    """An entry is due when its time is over; a provisional one at once where its last day's year is known by now."""

    def due(entry: DueItem) -> datetime | None:
        if not entry["provisional"]:
            return datetime.fromisoformat(entry["closes_at"]) + grace
        announced = not calendar.kind(date.fromisoformat(entry["last_day"])).provisional
        return datetime.fromtimestamp(0, UTC) if announced else None

    return due


def build(context: Context, settings: PublicitySettings) -> Parts:
    return parts_of(Publicity(context, settings, PROCEDURES))


def parts_of(service: Publicity) -> Parts:
    """What it listens to, the commands it takes, the index it keeps, and the pages it shows."""
    objectors = ObjectorCommands(service.context, service.clock, service.objectors, service.erasing)
    return Parts(
        listens=(*(Listen(durable, service.opened) for durable in DURABLES), Listen(ALARM, service.rang)),
        commands=(*service.commands.table(), *objectors.table()),
        indexes=(service.index,),
        background=(
            service.clock.run,
            service.trusting.run,
            service.erasing.run,
            partial(service.projects.follow, LOOKS_AT_PROJECTS * service.settings.open_cases_every),
        ),
        apps=(board_of(service),),
    )


def board_of(service: Publicity) -> HttpApp:
    """Raises Unusable for a key of the bureau that cannot be used."""
    settings, shown = service.settings, IndexedList(service.context.nc, service.index, service.clock)
    objecting = Objecting(service.commands.object, service.objectors.keep, bureau_key(settings))
    draws = DrawsOfTheLog(service.context.journal.history)
    app = build_board(shown, objecting, service.projects.titles, draws.look, settings.publicity_draws_page)
    return HttpApp(BOARD, app, settings.publicity_board_host, settings.publicity_board_port)


def bureau_key(settings: PublicitySettings) -> BureauKey | None:
    file = settings.publicity_objector_key_file
    if file is None:
        return None
    try:
        return BureauKey.from_jwk(read_json(file))
    except (OSError, ValueError) as wrong:
        raise Unusable(f"LIANSHEN_PUBLICITY_OBJECTOR_KEY_FILE: {wrong}") from None


WRITES = writing(
    PublicityOpened, ObjectionRaised, ObjectionDecided, ObjectorIdentified, PublicityClosed, PoolConfirmed
)
SERVICE = Service(
    NAME,
    (*DURABLES, former_of(DURABLES), ALARM, INDEX),
    build,
    PublicitySettings,
    writes=(*WRITES, ALARMS, *OF_OBJECTORS),
    reads=(OBJECTORS,),
)
