"""publicity: shows an eligible family for seven working days, keeps objections, and confirms the pool."""

import contextlib
import time
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pydantic import Field

from chassis.commands import Command, decide_and_append
from chassis.consume.consumer import Delivery
from chassis.consume.decision_handler import deciding
from chassis.consume.due_index import DueIndex, DueItem, LogRecord, feed_for
from chassis.consume.trusted_clock import TrustedClock
from chassis.errors import Later, Unavailable
from chassis.log.durables import Durable
from chassis.process.permissions import writing
from chassis.process.process import Context, Listen, Parts, Service
from chassis.telemetry.metrics import CLOCK_IN_DOUBT
from chassis.telemetry.spans import about, nothing_happened, span
from contracts.case import Case
from contracts.events import (
    ApplicationWithdrawn,
    DeterminationConfirmed,
    DeterminationMade,
    Event,
    ObjectionDecided,
    ObjectionRaised,
    PoolConfirmed,
    PublicityClosed,
    PublicityOpened,
)
from contracts.events.values import Objection, Officer, Reason
from contracts.local_time import SHANGHAI
from contracts.model import Frozen
from contracts.numbers import ApplicationNumber
from inquiry.attachments.config import read_attachments
from procedures.hainan_2025.view import view
from procedures.policy import CURRENT, policy_named
from procedures.working_days import Calendar
from publicity.alarm import ALARM, ALARMS, set_alarm
from publicity.closing_clock import ClosingClock
from publicity.decide import Period, close, correct, decide_objection, object_to, open_entry, recompute
from publicity.look_alikes import LookAlikes
from publicity.settings import PublicitySettings
from publicity.witnesses import witnesses_of

NAME = "publicity"
DURABLE = Durable(NAME, (DeterminationMade, DeterminationConfirmed))
INDEX = feed_for(NAME, PublicityOpened, ObjectionDecided, PoolConfirmed, ApplicationWithdrawn)


class Object(Frozen):
    """Anyone may object to one entry; who does is not asked here and never shown."""

    application: ApplicationNumber
    text: Objection


class DecideObjection(Frozen):
    application: ApplicationNumber
    n: int = Field(ge=1)
    upheld: bool
    reason: Reason
    by: Officer


class Correct(Frozen):
    """An entry was shown wrongly: it is shown anew, and its seven days begin again."""

    application: ApplicationNumber
    reason: Reason
    by: Officer


class TrustClock(Frozen):
    """A person looked at this machine's clock and says it is right; closing goes on."""

    by: Officer


class ListEntries(Frozen):
    """Asks for the public list as it is shown now."""


class Publicity:
    """One deployment's public list: the index of what is shown, and the clock that may close it."""

    def __init__(self, context: Context, settings: PublicitySettings) -> None:
        self.context = context
        self.journal = context.journal
        self.grace = timedelta(seconds=settings.publicity_grace_seconds)
        self.period = Period(Calendar.load(settings.calendar_file), settings.drill_publicity_seconds)
        self.looks = LookAlikes()
        self.index = DueIndex(
            INDEX,
            self.note,
            due_after(self.grace, self.period.calendar),
            self.close_due,
            self.restored,
            every=context.settings.open_cases_every,
        )
        witnesses = witnesses_of(settings, read_attachments(settings.departments_file))
        self.clock = ClosingClock(context.nc, self.index, witnesses, TrustedClock.started(time.monotonic()))
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
        shown: tuple[PublicityOpened, ...] = ()

        def decide(case: Case, _: datetime) -> tuple[Event, ...]:
            nonlocal shown
            shown = open_entry(case, self.period, self.looks.beside, now)
            for event in shown:
                self.looks.keep(event.application, event.entry.name, event.entry.id_number)
            return shown

        await deciding(self.journal, decide)(delivery)
        await self._set_alarms(shown)

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
            await self._set_alarms(events)

    async def _set_alarms(self, events: Iterable[Event]) -> None:
        for event in events:
            if isinstance(event, PublicityOpened):
                await set_alarm(self.context.nc, event, self.grace)

    # --- commands ------------------------------------------------------------------------------------------------

    async def object(self, request: Object) -> dict[str, Any]:
        await self.clock.begun()
        received_at, _ = self.clock.between()
        policy = policy_named(CURRENT).on(received_at.astimezone(SHANGHAI).date())

        def decide(case: Case) -> tuple[Event, ...]:
            return (object_to(case, request.text, received_at, policy.objections_per_entry),)

        case, events = await decide_and_append(self.journal, request.application, decide)
        raised = events[0].model_dump(mode="json", include={"n", "in_time", "received_at"})
        return {"application": case.application, **raised}

    async def decide_objection(self, request: DecideObjection) -> dict[str, Any]:
        """Dismissed after the last day, the entry closes at once (regulation §5), unless a clock is in doubt."""
        await self.clock.begun()
        closes_at = None
        with contextlib.suppress(Later, Unavailable):
            closes_at = await self.clock.closes_at()

        def decide(case: Case) -> tuple[Event, ...]:
            now, _ = self.clock.between()
            decided, after = decide_objection(case, request.n, request.upheld, request.reason, request.by, now)
            return (decided,) if closes_at is None else (decided, *close(after, self.grace, closes_at))

        return await self._done(request.application, decide)

    async def correct(self, request: Correct) -> dict[str, Any]:
        await self.clock.begun()

        def decide(case: Case) -> tuple[Event, ...]:
            _, now = self.clock.between()
            said = {"reason": request.reason, "by": request.by}
            return tuple(event.model_copy(update=said) for event in correct(case, self.period, self.looks.beside, now))

        return await self._done(request.application, decide)

    async def _done(self, application: str, decide: Callable[[Case], tuple[Event, ...]]) -> dict[str, Any]:
        case, events = await decide_and_append(self.journal, application, decide)
        await self._set_alarms(events)
        return view(await self.journal.load(application, case.sequence + len(events)))

    async def trust_clock(self, request: TrustClock) -> dict[str, Any]:
        await self.clock.begun()
        self.clock.trust()
        return {"trusted": True, "now": datetime.now(UTC).isoformat()}

    async def list_entries(self, request: ListEntries) -> dict[str, Any]:
        """All that is shown now; not `complete` in the first moments of a process, while the log is still read."""
        entries = [{"application": number, **entry} for number, entry in self.index.entries.items()]
        return {"complete": self.index.ready, "clock": self.clock.trouble, "entries": entries}


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


def build(context: Context) -> Parts:
    return parts_of(Publicity(context, PublicitySettings()))


def parts_of(service: Publicity) -> Parts:
    """What it listens to, the commands it takes, and the index it keeps."""
    return Parts(
        listens=(Listen(DURABLE, service.opened), Listen(ALARM, service.rang)),
        commands=(
            Command("object", Object, service.object),
            Command("decide-objection", DecideObjection, service.decide_objection),
            Command("correct", Correct, service.correct),
            Command("list", ListEntries, service.list_entries),
            Command("trust-clock", TrustClock, service.trust_clock),
        ),
        indexes=(service.index,),
        background=(service.clock.run,),
    )


WRITES = writing(PublicityOpened, ObjectionRaised, ObjectionDecided, PublicityClosed, PoolConfirmed)
SERVICE = Service(NAME, (DURABLE, ALARM, INDEX), build, writes=(*WRITES, ALARMS))
