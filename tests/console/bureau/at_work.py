"""The console over services at work in memory: a page's refusals are what the services really say."""

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from after_care.commands import commands as of_after_care
from after_care.desk import Desk as AfterCareDesk
from allocation.ceremony.commands import Ceremony
from allocation.choosing import ChoosingCommands
from allocation.contracts import ContractCommands
from allocation.deposits import DepositCommands
from allocation.desk import Desk
from allocation.draw.offline import checker
from allocation.projects import ProjectCommands
from console.bureau.aggregates import aggregates_of

from contracts.local_time import SHANGHAI
from procedures.registry import PROCEDURES
from procedures.working_days import Calendar
from tests.allocation.announced import PER_M2, an_announcement, approval
from tests.console.bureau.memory_log import AtWork, MemoryJournal
from tests.support.console import Stage, StoppedClock
from tests.support.console_views import NoBus, views_in

KEY = b"a key of a test that is long enough, 32"
UNASKED: Any = None
"""Nobody hands over here, so that the housing bureau is not asked."""
IN_THE_OPEN = "http://127.0.0.1:8090"


@dataclass
class Bureau:
    """The pages, and the log that they are about."""

    stage: Stage
    work: AtWork

    @property
    def journal(self) -> MemoryJournal:
        return self.work.journal

    async def do(self, verb: str, service: str = "allocation", **request: Any) -> dict[str, Any]:
        return await self.work.call(service, verb, request)

    async def a_priced_project(self, project: str = "P-1", homes: int = 2, **changed: Any) -> None:
        today = self.stage.clock.wall().astimezone(SHANGHAI).date()
        await self.do("announce", says=an_announcement(today, project, homes, **changed), by="unit 1")
        await self.do("determine-price", project=project, per_m2=PER_M2, by="unit 1")
        await self.do("approve-price", project=project, determination=1, **approval(today), by="officer 7")

    def turn(self, days: float) -> None:
        self.stage.clock.at += timedelta(days=days)


def bureau(folder: Path) -> Bureau:
    clock = StoppedClock()
    work = AtWork(MemoryJournal(clock))
    context, calendar = work.context(), Calendar.load(None)
    desk = Desk.of(context, calendar, PROCEDURES, KEY)
    of_cases = (ProjectCommands(desk), DepositCommands(desk), ChoosingCommands(desk), ContractCommands(desk, UNASKED))
    work.serve("allocation", (command for each in of_cases for command in each.table()))
    work.serve("allocation", Ceremony(context, calendar, KEY, checker(), desk.draws).table())
    work.serve("after-care", of_after_care(AfterCareDesk(context, calendar, PROCEDURES)))
    (folder / "views").mkdir()
    views = replace(
        views_in(folder / "views", clock, NoBus()),
        call=work.call,
        history=work.journal.history.of,
        aggregates=aggregates_of(context),
        draws_address=IN_THE_OPEN,
    )
    return Bureau(Stage(folder, more={"views": views}, clock=clock), work)
