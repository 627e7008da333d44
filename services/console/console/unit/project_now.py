"""A project as its pages show it: with its homes, its draws, and where it stands. Pure but for reading it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from console.visit import Visit
from contracts.draws.draw import Stage
from contracts.homes.home import HomeFile, Stands
from contracts.local_time import SHANGHAI
from contracts.projects.project import SaleProject

OVER = frozenset({Stage.PUBLISHED, Stage.VOID})


@dataclass(frozen=True)
class ProjectNow:
    """One project, the homes that it offers, and how far each of its draws is, by serial."""

    project: SaleProject
    homes: Mapping[str, HomeFile]
    draws: Mapping[str, Stage]
    today: date

    @cached_property
    def free(self) -> int:
        return sum(home.stands is Stands.FREE for home in self.homes.values())

    @property
    def taken(self) -> int:
        return len(self.homes) - self.free

    @property
    def open_draw(self) -> tuple[str, Stage] | None:
        """The one that is under way."""
        return next(((serial, stage) for serial, stage in self.draws.items() if stage not in OVER), None)

    @property
    def published(self) -> tuple[str, ...]:
        """The draws from whose results families may choose."""
        return tuple(serial for serial, stage in self.draws.items() if stage is Stage.PUBLISHED)

    @property
    def chooses(self) -> bool:
        return self.project.choosing is not None and not self.project.choosing_over

    @property
    def stands(self) -> str:
        """In a word; one of the texts `project.stands.…`."""
        project = self.project
        if project.closed is not None:
            return "closed"
        if self.chooses:
            return "choosing"
        if self.open_draw is not None:
            return "draw"
        if project.takes_applications(self.today):
            return "registration"
        if self.today < project.says.registration_opens and project.approvals:
            return "before"
        return "after" if project.approvals else "price" if project.prices else "announced"

    @property
    def seen(self) -> str:
        """Another one once anything happened in it or its draws."""
        project = self.project
        steps = len(project.prices), len(project.approvals), project.choosings, int(project.choosing_over)
        draws = ".".join(f"{serial}{stage}" for serial, stage in self.draws.items())
        return "-".join(map(str, (*steps, int(project.closed is not None), draws)))


async def projects_now(visit: Visit) -> dict[str, ProjectNow]:
    """All of them, by name; the newest announcement first. Raises Unavailable."""
    aggregates, today = visit.console.views.aggregates, visit.now.astimezone(SHANGHAI).date()
    projects, homes, stages = await aggregates.projects(), await aggregates.homes(), await aggregates.stages()
    newest = sorted(projects.values(), key=lambda one: one.announced.at if one.announced else visit.now, reverse=True)
    return {
        project.name: ProjectNow(
            project,
            {code: home for code, home in homes.items() if home.project == project.name},
            {serial: stage for (name, serial), stage in stages.items() if name == project.name},
            today,
        )
        for project in newest
    }


@dataclass(frozen=True)
class Happened:
    """One line of a project's history: the text `project.happened.<what>`, and the words that fill it in."""

    at: datetime
    what: str
    words: Mapping[str, object]
    by: str = ""


def happened(now: ProjectNow) -> tuple[Happened, ...]:
    """In order, as far as the project itself goes; a draw and a home have histories of their own."""
    return tuple(sorted(_happened(now.project), key=lambda one: one.at))


def _happened(project: SaleProject) -> Iterator[Happened]:
    if (announced := project.announced) is not None:
        yield Happened(announced.at, "announced", {"homes": len(announced.says.homes)}, announced.by)
    for price in project.prices:
        yield Happened(price.at, "priced", {"n": price.n, "total": price.per_m2.total}, price.by)
    for one in project.approvals:
        words = {"n": one.determination, "document": one.document, "published": one.published_on}
        yield Happened(one.at, "approved", words, one.by)
    if project.opened_at is not None:
        yield Happened(project.opened_at, "opened", {})
    if project.closed_at is not None:
        yield Happened(project.closed_at, "registered", {})
    if (opened := project.choosing) is not None:
        words = {"n": opened.n, "serial": opened.serial, "families": len(opened.slots), "where": opened.where}
        yield Happened(opened.at, "choosing", words, opened.by)
    if (closed := project.closed) is not None:
        words = {"sold": closed.sold, "remaining": len(closed.remaining), "goes_to": closed.goes_to}
        yield Happened(closed.at, "closed", words, closed.by)
