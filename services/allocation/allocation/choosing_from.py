"""The families and homes that one choosing is about, as the log has them."""

from collections.abc import Sequence
from dataclasses import dataclass

from allocation.ceremony.at_once import each
from allocation.ceremony.results import Place, is_told_soon, places_of
from allocation.decide.order import InPool, by_place
from allocation.desk import Desk
from chassis.errors import CommandRefused
from chassis.log.aggregate import Versioned
from contracts.draws.draw import Draw, Stage
from contracts.homes.home import HomeFile
from contracts.projects.project import SaleProject

MOST_READ = 32


@dataclass(frozen=True)
class Choosing:
    """One project while families choose."""

    project: Versioned[SaleProject]
    draw: Draw
    places: dict[str, Place]
    """By application."""
    homes: dict[str, HomeFile]

    def pool_of(self, application: str) -> str:
        return next(entrant.pool for entrant in self.draw.families if entrant.application == application)

    def places_in(self, pool: str) -> list[Place]:
        """In the order in which families choose, list by list."""
        found = (self.places[application] for application in self.in_pool(pool))
        return sorted(found, key=lambda it: by_place(it.place, it.late))

    def in_pool(self, pool: str) -> list[str]:
        """The applications that draw for it."""
        return [entrant.application for entrant in self.draw.families if entrant.pool == pool]


async def draw_of(desk: Desk, project: str, serial: str) -> Draw:
    """Raises CommandRefused for one that is not published."""
    draw = (await desk.draws.read(f"{project}.{serial}")).state
    if draw.stage is not Stage.PUBLISHED:
        raise CommandRefused(409, "not possible in this state", f"draw {project}.{serial} is {draw.stage}")
    return draw


async def choosing_of(desk: Desk, name: str) -> Choosing:
    """The one that is open now. Raises CommandRefused where none is."""
    project = await desk.project(name)
    opened = project.state.choosing
    if opened is None or project.state.choosing_over:
        raise CommandRefused(409, "not possible in this state", "no choosing is open in this project")
    draw = await draw_of(desk, name, opened.serial)
    return Choosing(project, draw, places_of(draw), await desk.homes_of(name))


async def members_of(desk: Desk, choosing: Choosing, applications: Sequence[str]) -> list[InPool]:
    """Each with its place and its case."""

    async def read(application: str) -> InPool:
        place = choosing.places[application]
        case = await desk.journal.history.load(application)
        told_soon = bool(place.admitted) and is_told_soon(case, choosing.draw)
        return InPool(place.fate, place.place, case, place.late, told_soon)

    return await each(applications, read, MOST_READ)
