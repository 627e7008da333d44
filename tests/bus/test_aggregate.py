"""Any aggregate is folded, read and appended to alike: a made-up one, on the real server, beside cases and keys."""

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import ClassVar

import pytest

from chassis.errors import Conflict
from chassis.log.aggregate import Aggregate, Versioned
from chassis.log.journal import Journal
from chassis.log.stored import Unreadable
from contracts.case.case import NotAllowed, Recorded
from contracts.events.registry import Registry
from contracts.model import Frozen
from tests.bus.wire import a_decision, a_known_case, a_notice, whole_log
from tests.support.families import an_application_number


class ProjectEvent(Frozen):
    tail: ClassVar[str]
    project: str
    at: datetime


class ProjectOpened(ProjectEvent):
    tail = "opened"
    homes: int


class HomeDrawn(ProjectEvent):
    tail = "drawn.{home}"
    home: int


class ProjectClosed(ProjectEvent):
    tail = "closed"


@dataclass(frozen=True)
class Project:
    """A draw of homes: each once, and none after the project is closed."""

    name: str
    left: frozenset[int] = frozenset()
    open: bool = False
    newest: int = 0


def evolve(project: Project, recorded: Recorded[ProjectEvent]) -> Project:
    project = replace(project, newest=recorded.sequence)
    match recorded.event:
        case ProjectOpened(homes=homes):
            return replace(project, open=True, left=frozenset(range(1, homes + 1)))
        case HomeDrawn(home=home) if home in project.left and project.open:
            return replace(project, left=project.left - {home})
        case ProjectClosed() if project.open:
            return replace(project, open=False)
    raise NotAllowed(type(recorded.event).__name__)


KINDS: tuple[type[ProjectEvent], ...] = (ProjectOpened, HomeDrawn, ProjectClosed)
PROJECTS = Aggregate(Registry("project.{project}", KINDS), Project, evolve)


def opened(homes: int = 3) -> ProjectOpened:
    return ProjectOpened(project="south", at=datetime.now(UTC), homes=homes)


def drawn(home: int) -> HomeDrawn:
    return HomeDrawn(project="south", at=datetime.now(UTC), home=home)


@pytest.fixture
def projects(journal: Journal) -> Journal:
    """A journal of a log that keeps projects, too."""
    return journal


async def test_a_write_returns_the_state_and_the_sequence_that_the_log_has(projects: Journal) -> None:
    await projects.once(a_notice(an_application_number()))
    known = await projects.history.read(PROJECTS, "south")
    assert known == Versioned("south", Project("south"), 0)
    known = await projects.append(PROJECTS, known, opened(), drawn(2))
    await projects.once(a_notice(an_application_number()))
    known = await projects.append(PROJECTS, known, drawn(1))
    assert known == Versioned("south", Project("south", frozenset({3}), True, newest=5), 5)
    assert known == await projects.history.read(PROJECTS, "south", at_least=5)
    assert [(it.subject, it.headers["ce-type"]) for it in await whole_log(projects) if "project" in it.subject] == [
        ("project.south.opened", "ProjectOpened"),
        ("project.south.drawn.2", "HomeDrawn"),
        ("project.south.drawn.1", "HomeDrawn"),
    ]


async def test_what_is_returned_is_true_however_writers_of_other_streams_come_between(projects: Journal) -> None:
    """Sequences are shared by all streams: none is the one before and as many as were written."""
    numbers = [an_application_number() for _ in range(20)]

    async def reminds(number: str) -> None:
        case = a_known_case(number)
        for n in range(1, 13, 3):
            case = await projects.decide(case, *(a_decision(number, n + more) for more in range(3)))
        stored = await projects.history.of(number)
        assert (case.sequence, len(stored)) == (stored[-1].sequence, 12)

    async def draws() -> Versioned[Project]:
        known = await projects.append(PROJECTS, Versioned("south", Project("south")), opened(40))
        for home in range(1, 40, 2):
            known = await projects.append(PROJECTS, known, drawn(home), drawn(home + 1))
        return known

    known, *_ = await asyncio.gather(draws(), *(reminds(number) for number in numbers))
    assert known == await projects.history.read(PROJECTS, "south")
    assert known.state.left == frozenset()


async def test_of_two_that_rest_on_the_same_state_one_is_refused_whatever_it_would_write(projects: Journal) -> None:
    known = await projects.append(PROJECTS, Versioned("south", Project("south")), opened())
    closed = ProjectClosed(project="south", at=datetime.now(UTC))
    outcomes = await asyncio.gather(
        *(projects.append(PROJECTS, known, event) for event in (drawn(1), drawn(2), closed)), return_exceptions=True
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "Conflict", "Versioned"]
    with pytest.raises(Conflict):
        await projects.append(PROJECTS, known, drawn(3))


async def test_an_event_of_another_aggregate_is_unreadable(projects: Journal) -> None:
    await projects.once(a_notice(an_application_number()))
    [stored] = await whole_log(projects)
    with pytest.raises(Unreadable, match="sequence 1 "):
        PROJECTS.recorded(stored)


async def test_an_event_that_may_not_follow_is_told_although_it_is_written(projects: Journal) -> None:
    known = await projects.append(PROJECTS, Versioned("south", Project("south")), opened(1))
    with pytest.raises(NotAllowed, match="HomeDrawn"):
        await projects.append(PROJECTS, known, drawn(2))
    assert len(await whole_log(projects)) == 2
