"""What anyone and an officer may say of the public list; one table."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic import Field

from chassis.commands import Command, decide_and_append
from chassis.consume.due_index import DueIndex
from chassis.errors import Later, Unavailable
from chassis.process.service import Context
from contracts.case.case import Case
from contracts.events import Event
from contracts.events.values import Objection, Officer, Reason
from contracts.model import Frozen
from contracts.numbers import ApplicationNumber
from publicity.alarm import set_alarms
from publicity.closing_clock import ClosingClock
from publicity.decide import Period, close, correct, decide_objection, object_to
from publicity.look_alikes import LookAlikes
from publicity.trusting import Trusting


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
    """A person looked at the clock and says it is right; every instance closes again whose clock shows the same."""

    by: Officer


class ListEntries(Frozen):
    """Asks for the public list as it is shown now."""


@dataclass(frozen=True)
class PublicityCommands:
    """The commands of one deployment's public list."""

    context: Context
    clock: ClosingClock
    trusting: Trusting
    index: DueIndex
    looks: LookAlikes
    period: Period
    grace: timedelta

    def table(self) -> tuple[Command[Any], ...]:
        return (
            Command("object", Object, self.object),
            Command("decide-objection", DecideObjection, self.decide_objection),
            Command("correct", Correct, self.correct),
            Command("list", ListEntries, self.list_entries),
            Command("trust-clock", TrustClock, self.trust_clock),
        )

    async def object(self, request: Object) -> dict[str, Any]:
        await self.clock.begun()
        received_at, _ = self.clock.between()

        def decide(case: Case) -> tuple[Event, ...]:
            most = self.period.procedures.of(case).on(received_at).objections_per_entry
            return (object_to(case, request.text, received_at, most),)

        case, events = await decide_and_append(self.context.journal, request.application, decide)
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
        case, events = await decide_and_append(self.context.journal, application, decide)
        await set_alarms(self.context.nc, events, self.grace)
        return self.period.procedures.view(case)

    async def trust_clock(self, request: TrustClock) -> dict[str, Any]:
        await self.clock.begun()
        return {**await self.trusting.everywhere(), "now": self.context.clock.now().isoformat()}

    async def list_entries(self, request: ListEntries) -> dict[str, Any]:
        """All that is shown now; not `complete` in the first moments of a process, while the log is still read."""
        entries = [{"application": number, **entry} for number, entry in self.index.entries.items()]
        return {"complete": self.index.ready, "clock": self.clock.trouble, "entries": entries}
