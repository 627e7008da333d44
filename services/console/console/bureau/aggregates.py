"""Projects, draws and homes as the log has them: what stands beside the cases, read for the pages about it."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from chassis.errors import Unavailable
from chassis.log.aggregate import E, S
from chassis.log.every_stream import EveryStream
from chassis.log.stored import recorded
from chassis.process.service import Context
from console.bureau.result import drawn
from console.unit.deposit_rows import KINDS
from contracts.case.case import Recorded
from contracts.draws import CEREMONY, DRAW_EVENTS
from contracts.draws.draw import BECOMES, Draw, Stage
from contracts.draws.events import EntrantsListed
from contracts.events import EVENTS, Event
from contracts.homes import HomeRecord
from contracts.homes.home import HomeFile
from contracts.projects import ProjectRecord
from contracts.projects.project import SaleProject
from evidence.streams import DRAWS, HOMES, PROJECTS


@dataclass(frozen=True)
class Aggregates:
    """Handed in, so that a page can be tried without a bus. Each raises Unavailable."""

    projects: Callable[[], Awaitable[Mapping[str, SaleProject]]]
    """By name, in the order in which they were announced."""
    homes: Callable[[], Awaitable[Mapping[str, HomeFile]]]
    """By code."""
    draw: Callable[[str, str], Awaitable[Draw]]
    """Of a project, by its serial, without its list; one that nobody announced is of stage `none`."""
    listed: Callable[[str, str], Awaitable[Mapping[str, int]]]
    """Of a draw whose list is frozen: how many families stand in it, by pool."""
    drawn: Callable[[str, str], Awaitable[Mapping[str, Sequence[str]]]]
    """Of a published draw: the draw numbers of each pool, in their order."""
    stages: Callable[[], Awaitable[Mapping[tuple[str, str], Stage]]]
    """How far each draw is, by project and serial: a list of thousands is not read for a line."""
    deposits: Callable[[], Awaitable[Sequence[Recorded[Event]]]]
    """Whatever was said of deposits, of all families."""


def aggregates_of(context: Context) -> Aggregates:
    history = context.journal.history
    projects: EveryStream[SaleProject, ProjectRecord] = EveryStream(history, PROJECTS)
    homes: EveryStream[HomeFile, HomeRecord] = EveryStream(history, HOMES)
    return Aggregates(
        projects=partial(_states, context, projects),
        homes=partial(_states, context, homes),
        draw=partial(_draw, context),
        listed=partial(_listed, context),
        drawn=partial(_drawn, context, {}),
        stages=partial(_stages, context),
        deposits=partial(_deposits, context),
    )


async def _states(context: Context, streams: EveryStream[S, E]) -> Mapping[str, S]:
    _is_there(context)
    return {id: known.state for id, known in (await streams.look()).items()}


async def _draw(context: Context, project: str, serial: str) -> Draw:
    _is_there(context)
    subjects = (DRAW_EVENTS.subjects_of(kind) for kind in CEREMONY if kind is not EntrantsListed)
    stored = await context.journal.history.under(*(it.replace("*.*", f"{project}.{serial}", 1) for it in subjects))
    return DRAWS.fold(f"{project}.{serial}", map(DRAWS.recorded, stored)).state


async def _listed(context: Context, project: str, serial: str) -> Mapping[str, int]:
    _is_there(context)
    subjects = DRAW_EVENTS.subjects_of(EntrantsListed).replace("*.*", f"{project}.{serial}", 1)
    parts = [DRAWS.recorded(one).event for one in await context.journal.history.under(subjects)]
    return Counter(one.pool for part in parts if isinstance(part, EntrantsListed) for one in part.lines)


async def _drawn(
    context: Context, known: dict[str, Mapping[str, Sequence[str]]], project: str, serial: str
) -> Mapping[str, Sequence[str]]:
    """Made again once: of a published draw nothing changes any more."""
    id = f"{project}.{serial}"
    if id not in known:
        _is_there(context)
        known[id] = drawn((await context.journal.history.read(DRAWS, id)).state)
    return known[id]


async def _stages(context: Context) -> Mapping[tuple[str, str], Stage]:
    _is_there(context)
    stored = await context.journal.history.under(*map(DRAW_EVENTS.subjects_of, BECOMES))
    found: dict[tuple[str, str], Stage] = {}
    for one in sorted(stored, key=lambda one: one.sequence):
        _, project, serial, *_ = one.subject.split(".")
        found[project, serial] = BECOMES[type(DRAWS.recorded(one).event)]
    return found


async def _deposits(context: Context) -> Sequence[Recorded[Event]]:
    _is_there(context)
    return tuple(map(recorded, await context.journal.history.under(*map(EVENTS.subjects_of, KINDS))))


def _is_there(context: Context) -> None:
    """A page says at once that the bus is away: a read would wait for its return."""
    if not context.nc.is_connected:
        raise Unavailable("the bus is away")
