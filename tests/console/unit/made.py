"""A project somewhere between its announcement and its end, as the log has it after real decisions of allocation."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from allocation.decide.prices import approve, determine
from allocation.decide.projects import announce
from console.visit import Visit
from console.who import Role
from fastapi import Request

from contracts.case.case import Recorded
from contracts.draws.draw import Draw, Stage
from contracts.homes.home import HomeFile
from contracts.homes.home import evolve as after_home
from contracts.projects import ProjectRecord
from contracts.projects.events import Announcement, ChoosingOpened, PricePerSquareMetre, Slot
from contracts.projects.project import SaleProject
from contracts.projects.project import evolve as after_project
from procedures.hainan_2025.policy import POLICY
from tests.allocation.announced import PER_M2, an_announcement, approval
from tests.support.console import Stage as ConsoleStage
from tests.support.console import StoppedClock
from tests.support.console_views import NoBus, views_in

CLOCK = StoppedClock()
NOW = CLOCK.now()
TODAY = date(2026, 11, 28)
LAW = POLICY.on(TODAY)
SAYS = Announcement.model_validate(an_announcement(TODAY))


def after(project: SaleProject, *events: ProjectRecord) -> SaleProject:
    for n, event in enumerate(events, 1):
        project = after_project(project, Recorded(n, event, "", event.at))
    return project


def announced(says: Announcement = SAYS) -> tuple[SaleProject, dict[str, HomeFile]]:
    said, listed = announce(SaleProject(says.project), says, {}, (), LAW, NOW, "unit 1")
    homes = {one.home: after_home(HomeFile(one.home), Recorded(1, one, "", one.at)) for one in listed}
    return after(SaleProject(says.project), said), homes


def priced(project: SaleProject) -> SaleProject:
    return after(project, determine(project, PricePerSquareMetre.model_validate(PER_M2), LAW, NOW, "unit 1"))


def approved(project: SaleProject) -> SaleProject:
    project = priced(project)
    days = {key: date.fromisoformat(day) for key, day in approval(TODAY).items() if key != "document"}
    return after(project, approve(project, 1, "乌海发改〔2026〕1号", now=NOW, by="officer", **days))


def choosing(project: SaleProject) -> SaleProject:
    slot = Slot(pool="two-rooms", place=1, slot_from=NOW, slot_until=NOW + timedelta(minutes=15))
    opened = ChoosingOpened(
        project=project.name, at=NOW, n=1, serial="1", where="the hall", slots=(slot,), by="unit 1"
    )
    return after(approved(project), opened)


def published(project: str = "P-1") -> dict[str, Draw]:
    return {f"{project}.1": replace(Draw(f"{project}.1"), stage=Stage.PUBLISHED)}


@dataclass
class Desk:
    """A console over a bus of the test's own."""

    folder: Path
    bus: NoBus = field(default_factory=NoBus)
    at: datetime = NOW

    def __post_init__(self) -> None:
        (self.folder / "views").mkdir()
        clock = StoppedClock(self.at)
        views = views_in(self.folder / "views", clock, self.bus)
        self.stage = ConsoleStage(self.folder, more={"views": views}, clock=clock)
        self.unit = self.stage.browser(Role.PROJECT_UNIT, account="sun", name="孙项目")

    def visit(self, language: str = "zh") -> Visit:
        """Of nobody in particular, who reads this language."""
        scope = {
            "type": "http",
            "method": "GET",
            "path": "/",
            "query_string": f"lang={language}".encode(),
            "headers": [],
        }
        return Visit(self.stage.console, Request({**scope, "app": self.stage.app, "state": {}}), None)
