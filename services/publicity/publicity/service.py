"""publicity: shows an eligible family for seven working days, keeps objections, and confirms the pool."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import Field

from chassis.clock import TrustedClock
from chassis.commands import Command, decide_and_append
from chassis.deciding import deciding
from chassis.errors import Later
from chassis.open_cases import Entry, OpenCases
from chassis.run import Context, Listen, Parts, Service
from chassis.subscribe import Delivery, Durable
from chassis.telemetry import span
from contracts.case import Case, NotAllowed, Recorded
from contracts.events import (
    ApplicationWithdrawn,
    DeterminationConfirmed,
    DeterminationMade,
    Event,
    ObjectionDecided,
    Officer,
    PoolConfirmed,
    PublicityOpened,
    Reason,
)
from contracts.model import Frozen
from contracts.numbers import ApplicationNumber
from contracts.policy import CURRENT, policy_named
from contracts.view import view
from contracts.working_days import SHANGHAI, Calendar
from publicity.alarm import ALARM, set_alarm
from publicity.decide import Period, close, decide_objection, object_to, open_entry, opened
from publicity.settings import PublicitySettings

NAME = "publicity"
DURABLE = Durable(NAME, (DeterminationMade, DeterminationConfirmed))


class Object(Frozen):
    """Anyone may object to one entry; who does is not asked here and never shown."""

    application: ApplicationNumber
    text: str = Field(min_length=1, max_length=4000)


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
        self.clock = TrustedClock.started(time.monotonic())
        self.index = OpenCases(
            NAME, note, due_after(self.grace), self.close_due, every=context.settings.open_cases_every
        )

    def beside(self, case: Case) -> frozenset[tuple[str, str]]:
        """The masked names and numbers of the other entries on the list."""
        return frozenset(
            (entry["name"], entry["id_number"])
            for application, entry in self.index.entries.items()
            if application != case.application
        )

    def open(self, case: Case, now: datetime) -> tuple[Event, ...]:
        return open_entry(case, self.period, self.beside(case), now)

    async def opened(self, delivery: Delivery) -> None:
        """Opens the entry of an eligible case and sets its alarm."""
        await deciding(self.journal, self.open)(delivery)
        case = await self.journal.load(delivery.event.application)
        if case.publicity is not None and delivery.attempt == 1:
            await set_alarm(self.context.nc, case.publicity, self.grace)

    async def rang(self, delivery: Delivery) -> None:
        """The alarm clock rang: look whether the entry is due."""
        application = delivery.stored.subject.rsplit(".", 1)[1]
        await self.close_due(application, {})

    async def close_due(self, application: str, entry: Entry) -> None:
        """Closes an entry that is due, or recomputes a provisional date whose year was announced."""
        if doubt := self.clock.look(datetime.now(UTC), time.monotonic(), self.index.newest_at):
            raise Later(f"nothing is closed while {doubt}; `lianshen trust-clock` ends this", 60)

        case = await self.journal.load(application)
        parent = case.trace_of_publicity
        with span("close case.{application}.publicity", parent=parent, since=case.opened_at, application=application):
            case, events = await decide_and_append(self.journal, application, self._closing)
            for event in events:
                if isinstance(event, PublicityOpened):
                    await set_alarm(self.context.nc, event, self.grace)

    def _closing(self, case: Case) -> tuple[Event, ...]:
        now = datetime.now(UTC)
        shown = case.publicity
        if shown is not None and shown.provisional and case.opened_at and case.allows(PublicityOpened):
            anew = opened(case, self.period, self.beside(case), now, "calendar announced")
            return () if anew.provisional else (anew,)
        return close(case, self.grace, now)

    # --- commands ------------------------------------------------------------------------------------------------

    async def object(self, request: Object) -> dict[str, Any]:
        received_at = datetime.now(UTC)
        policy = policy_named(CURRENT).on(received_at.astimezone(SHANGHAI).date())

        def decide(case: Case) -> tuple[Event, ...]:
            return (object_to(case, request.text, received_at, policy.objections_per_entry),)

        case, events = await decide_and_append(self.journal, request.application, decide)
        raised = events[0].model_dump(mode="json", include={"n", "in_time", "received_at"})
        return {"application": case.application, **raised}

    async def decide_objection(self, request: DecideObjection) -> dict[str, Any]:
        def decide(case: Case) -> tuple[Event, ...]:
            return decide_objection(
                case, request.n, request.upheld, request.reason, request.by, self.grace, datetime.now(UTC)
            )

        return await self._done(request.application, decide)

    async def correct(self, request: Correct) -> dict[str, Any]:
        def decide(case: Case) -> tuple[Event, ...]:
            if case.publicity is None or not case.allows(PublicityOpened):
                raise NotAllowed("this application is not on the public list; there is nothing to correct")
            return (opened(case, self.period, self.beside(case), datetime.now(UTC), "corrected"),)

        return await self._done(request.application, decide)

    async def _done(self, application: str, decide: Any) -> dict[str, Any]:
        case, events = await decide_and_append(self.journal, application, decide)
        for event in events:
            if isinstance(event, PublicityOpened):
                await set_alarm(self.context.nc, event, self.grace)
        return view(await self.journal.load(application, case.sequence + len(events)))

    async def trust_clock(self, request: TrustClock) -> dict[str, Any]:
        self.clock.trust()
        return {"trusted": True, "now": datetime.now(UTC).isoformat()}

    async def list_entries(self, request: ListEntries) -> dict[str, Any]:
        return {"entries": [entry | {"application": number} for number, entry in self.index.entries.items()]}


def note(entry: Entry | None, item: Recorded) -> Entry | None:
    """What the index keeps of an entry: exactly what is shown, and until when. Taken down when it is over."""
    event = item.event
    match event:
        case PublicityOpened():
            return {
                "n": event.n,
                "closes_at": event.closes_at.isoformat(),
                "provisional": event.provisional,
                "drill": event.drill,
                **event.entry.model_dump(exclude={"application"}),
            }
        case PoolConfirmed() | ApplicationWithdrawn():
            return None
        case ObjectionDecided(upheld=True):
            return None
    return entry


def due_after(grace: timedelta) -> Any:
    """An entry is looked at when its time is over; a provisional one at every look, until its year is known."""

    def due(entry: Entry) -> datetime | None:
        if entry["provisional"]:
            return datetime.fromtimestamp(0, UTC)
        return datetime.fromisoformat(entry["closes_at"]) + grace

    return due


def build(context: Context) -> Parts:
    service = Publicity(context, PublicitySettings())
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
    )


SERVICE = Service(NAME, (DURABLE, ALARM), build)
