"""What every command of after-care rests on: the log, the clock, the calendar, and the law of a case's day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.commands import allowed, decide_and_append, retrying
from chassis.errors import CommandRefused
from chassis.log.aggregate import Versioned
from chassis.log.journal import Change, Claim, Journal, change_of
from chassis.process.service import Context
from contracts.case.case import Case
from contracts.events import Event
from contracts.homes import HomeRecord
from contracts.homes.home import HomeFile, Stands
from evidence.streams import HOMES
from procedures.policy import InForce
from procedures.procedure import Procedures
from procedures.working_days import Calendar


@dataclass(frozen=True)
class Desk:
    """One deployment's."""

    context: Context
    calendar: Calendar
    procedures: Procedures

    @property
    def journal(self) -> Journal:
        return self.context.journal

    def now(self) -> datetime:
        return self.context.clock.now()

    def law_of(self, case: Case) -> InForce:
        """Of the procedure that a case was accepted under."""
        return self.procedures.of(case).on(self.now())

    async def home(self, code: str) -> Versioned[HomeFile]:
        """Raises CommandRefused 404 for one that no project listed."""
        known = await self.journal.history.read(HOMES, code)
        if known.state.stands is Stands.UNKNOWN:
            raise CommandRefused(404, "no such home", "check the code of the home")
        return known

    async def home_of(self, application: str) -> Versioned[HomeFile]:
        """The home that a family chose. Raises CommandRefused: 404 for an unknown case, 409 for one without a home."""
        case = await self.journal.load(application)
        if case.state is None:
            raise CommandRefused(404, "no such application", "check the application number")
        if case.allocation.home is None:
            raise CommandRefused(409, "not possible in this state", "the family has chosen no home")
        return await self.home(case.allocation.home)

    async def decide(self, application: str, decide: Callable[[Case], Event]) -> dict[str, Any]:
        """One more event of a case. Raises CommandRefused."""
        return await self.decide_all(application, lambda case: (decide(case),))

    async def decide_all(self, application: str, decide: Callable[[Case], tuple[Event, ...]]) -> dict[str, Any]:
        """Several events of a case, or none. Raises CommandRefused."""
        case, _ = await decide_and_append(self.journal, application, decide)
        return shown(case)

    async def decide_with_home(
        self,
        application: str,
        decide: Callable[[Case, HomeFile], tuple[Event, HomeRecord]],
        claims: tuple[Claim, ...] = (),
    ) -> dict[str, Any]:
        """A case, its home and what is claimed for both: all are stored, or nothing is. Raises CommandRefused."""

        async def attempt() -> dict[str, Any]:
            home = await self.home_of(application)
            case = await self.journal.load(application)
            with allowed():
                event, record = decide(case, home.state)
            changes = change_of(case, event), Change(HOMES, home, (record,))
            after, _ = await self.journal.append_together(*changes, claims=claims)
            return shown(after.state)

        return await retrying(attempt)


def shown(case: Case) -> dict[str, Any]:
    """Where the case stands after the keys; whoever did something sees what is true then."""
    known = case.allocation
    offer = known.offer.model_dump(mode="json", include={"lines", "price"}) if known.offer else None
    return {
        "application": case.application,
        "state": case.state,
        "home": known.home,
        "exit": known.exit.model_dump(mode="json", include={"ground", "heard_until"}) if known.exit else None,
        "buy_back": known.buy_back,
        "conditions": {name: "met" if one.met else "not met" for name, one in known.shown.items()},
        "offer": offer,
    }
