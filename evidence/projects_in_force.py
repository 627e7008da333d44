"""The projects that families may register for: those that were announced on the log, beside those of a file."""

import asyncio
import logging
from collections.abc import Iterator, Mapping

import nats.errors

from chassis.errors import ChassisError
from chassis.log.every_stream import EveryStream
from chassis.log.history import History
from contracts.projects.project import SaleProject
from evidence.streams import PROJECTS
from procedures.hainan_2025.projects import Project

log = logging.getLogger(__name__)
LOOKS_AT_PROJECTS = 5
"""So many times more seldom than at what is due: a project changes a few times a year."""


class ProjectsInForce(Mapping[str, Project]):
    """By name, as last looked at; where both know a name, the log is right."""

    def __init__(self, of_file: Mapping[str, Project], history: History) -> None:
        self._of_file = dict(of_file)
        self._log = EveryStream(history, PROJECTS)
        self._known = self._of_file
        self.titles = {name: project.title for name, project in self._known.items()}
        """Changed in place, for whoever shows them."""

    def __getitem__(self, name: str) -> Project:
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)

    async def look(self) -> None:
        """Reads what is new. Raises Unavailable, Unreadable."""
        announced = {name: as_project(known.state) for name, known in (await self._log.look()).items()}
        self._known = {**self._of_file, **announced}
        self.titles.update({name: project.title for name, project in announced.items()})

    async def follow(self, every: float) -> None:
        """Until cancelled. A bus that is away is waited for."""
        while True:
            try:
                await self.look()
            except (ChassisError, nats.errors.Error, TimeoutError):
                log.warning("the projects of the log cannot be read now; trying again")
            await asyncio.sleep(every)


def as_project(known: SaleProject) -> Project:
    """Its window and since when its price is published, as a form is held against them."""
    says = known.says
    return Project(known.name, says.title, says.registration_opens, says.registration_closes, known.published_on)
