"""What every command of allocation rests on: the log, the clock, the calendar and the law of the day."""

from dataclasses import dataclass
from datetime import date, datetime

from allocation.ceremony.draw_reader import DrawReader
from chassis.errors import CommandRefused
from chassis.log.aggregate import Versioned
from chassis.log.every_stream import EveryStream
from chassis.log.journal import Journal
from chassis.process.service import Context
from contracts.case.case import Case
from contracts.homes import HomeRecord
from contracts.homes.home import HomeFile
from contracts.local_time import SHANGHAI
from contracts.projects import ProjectRecord
from contracts.projects.project import SaleProject
from evidence.streams import HOMES, PROJECTS
from procedures.policy import InForce
from procedures.procedure import Procedures
from procedures.working_days import Calendar


@dataclass(frozen=True)
class Desk:
    """One deployment's."""

    context: Context
    calendar: Calendar
    procedures: Procedures
    ban_key: bytes
    """Finds the bans of a person (contracts/bans.py)."""
    projects: EveryStream[SaleProject, ProjectRecord]
    homes: EveryStream[HomeFile, HomeRecord]
    draws: DrawReader

    @classmethod
    def of(cls, context: Context, calendar: Calendar, procedures: Procedures, ban_key: bytes) -> "Desk":
        history = context.journal.history
        streams = EveryStream(history, PROJECTS), EveryStream(history, HOMES)
        return cls(context, calendar, procedures, ban_key, *streams, DrawReader(history))

    @property
    def journal(self) -> Journal:
        return self.context.journal

    def now(self) -> datetime:
        return self.context.clock.now()

    def today(self) -> date:
        return self.now().astimezone(SHANGHAI).date()

    def law(self) -> InForce:
        """Of the procedure under which new applications are accepted."""
        return self.procedures.accepting.on(self.now())

    def law_of(self, case: Case) -> InForce:
        """Of the procedure that a case was accepted under."""
        return self.procedures.of(case).on(self.now())

    async def case(self, application: str) -> Case:
        """Raises CommandRefused 404 for one that nobody has heard of."""
        case = await self.journal.load(application)
        if case.state is None:
            raise CommandRefused(404, "no such application", "check the application number")
        return case

    async def project(self, name: str) -> Versioned[SaleProject]:
        """Raises CommandRefused 404 for one that nobody announced."""
        known = await self.journal.history.read(PROJECTS, name)
        if known.state.announced is None:
            raise CommandRefused(404, "no such project", "`lianshen project list` shows them")
        return known

    async def home(self, code: str) -> Versioned[HomeFile]:
        return await self.journal.history.read(HOMES, code)

    async def homes_of(self, project: str) -> dict[str, HomeFile]:
        """The homes that a project offers, by code."""
        known = await self.homes.look()
        return {code: home.state for code, home in known.items() if home.state.project == project}
