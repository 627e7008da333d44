"""What project unit and housing bureau say to a project: announce, price, approve, close."""

from datetime import date
from typing import Any

from pydantic import Field

from allocation.decide.prices import approve, determine
from allocation.decide.projects import announce, close
from allocation.desk import Desk
from allocation.views import shown, shown_briefly
from chassis.commands import Command, allowed, retrying
from chassis.log.aggregate import Versioned
from chassis.log.journal import Change
from contracts.events.values import Count, Officer, Reason, SubjectToken
from contracts.model import Frozen
from contracts.projects.events import Announcement, PricePerSquareMetre
from contracts.projects.project import SaleProject
from evidence.streams import HOMES, PROJECTS


class AnnounceProject(Frozen):
    """The project unit announces a project with its homes (Art. 26(1))."""

    says: Announcement
    by: Officer


class DeterminePrice(Frozen):
    """The project unit says what a square metre costs, line by line (Art. 25)."""

    project: SubjectToken
    per_m2: PricePerSquareMetre
    by: Officer


class ApprovePrice(Frozen):
    """The housing bureau records the government's approval of a price (Art. 25)."""

    project: SubjectToken
    determination: Count
    document: str = Field(min_length=1, max_length=120)
    document_date: date
    published_on: date
    by: Officer


class CloseProject(Frozen):
    """The project unit ends a project, and says where the rest of its homes goes (Art. 34)."""

    project: SubjectToken
    goes_to: Reason
    by: Officer


class ShowProject(Frozen):
    """Asks how a project stands."""

    project: SubjectToken


class ListProjects(Frozen):
    """Asks for all projects that were announced."""


class ProjectCommands:
    """The commands of one deployment's projects."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def table(self) -> tuple[Command[Any], ...]:
        return (
            Command("announce", AnnounceProject, self.announce),
            Command("determine-price", DeterminePrice, self.determine_price),
            Command("approve-price", ApprovePrice, self.approve_price),
            Command("close-project", CloseProject, self.close_project),
            Command("show-project", ShowProject, self.show_project),
            Command("list-projects", ListProjects, self.list_projects),
        )

    async def announce(self, request: AnnounceProject) -> dict[str, Any]:
        desk, name = self.desk, request.says.project

        async def attempt() -> Versioned[SaleProject]:
            project = await desk.journal.history.read(PROJECTS, name)
            homes = await desk.homes.look()
            over = {it for it, known in (await desk.projects.look()).items() if known.state.closed}
            with allowed():
                files = {code: known.state for code, known in homes.items()}
                law, now = desk.law(), desk.now()
                announced, listed = announce(project.state, request.says, files, over, law, now, request.by)
            of_homes = [Change(HOMES, homes.get(it.home) or HOMES.fold(it.home, ()), (it,)) for it in listed]
            after, *_ = await desk.journal.append_together(Change(PROJECTS, project, (announced,)), *of_homes)
            return after

        return await self._shown(await retrying(attempt))

    async def determine_price(self, request: DeterminePrice) -> dict[str, Any]:
        async def attempt() -> Versioned[SaleProject]:
            project = await self.desk.project(request.project)
            with allowed():
                event = determine(project.state, request.per_m2, self.desk.law(), self.desk.now(), request.by)
            return await self._append(project, event)

        return await self._shown(await retrying(attempt))

    async def approve_price(self, request: ApprovePrice) -> dict[str, Any]:
        async def attempt() -> Versioned[SaleProject]:
            project = await self.desk.project(request.project)
            said = request.model_dump(exclude={"project"})
            with allowed():
                event = approve(project.state, now=self.desk.now(), **said)
            return await self._append(project, event)

        return await self._shown(await retrying(attempt))

    async def close_project(self, request: CloseProject) -> dict[str, Any]:
        async def attempt() -> Versioned[SaleProject]:
            project = await self.desk.project(request.project)
            homes = await self.desk.homes_of(request.project)
            draws = await self.desk.draws.stages(request.project)
            with allowed():
                event = close(project.state, homes, request.goes_to, self.desk.now(), request.by, draws)
            return await self._append(project, event)

        return await self._shown(await retrying(attempt))

    async def show_project(self, request: ShowProject) -> dict[str, Any]:
        return await self._shown(await self.desk.project(request.project))

    async def list_projects(self, request: ListProjects) -> dict[str, Any]:
        today = self.desk.today()
        known = await self.desk.projects.look()
        return {"projects": [shown_briefly(it.state, today) for it in known.values()]}

    async def _append(self, project: Versioned[SaleProject], event: Any) -> Versioned[SaleProject]:
        with allowed():
            [after] = await self.desk.journal.append_together(Change(PROJECTS, project, (event,)))
        return after

    async def _shown(self, project: Versioned[SaleProject]) -> dict[str, Any]:
        homes = await self.desk.homes_of(project.id)
        return shown(project.state, homes, self.desk.today())
