"""Read this first: the life of one eligible application, event by event, on the real system."""

import asyncio
from pathlib import Path

from contracts.case.states import State
from contracts.events import (
    ApplicationAccepted,
    ApplicationSubmitted,
    DepartmentAnswered,
    DeterminationMade,
    Event,
    NoticeSent,
    PoolConfirmed,
    PublicityClosed,
    PublicityOpened,
)
from tests.support.running_system import Running, Start
from tests.support.worlds import one_family

SIX = {"household-registry", "civil-affairs", "social-security", "tax", "real-estate", "housing"}
TOLD = {"accepted", "publicity-opened-1", "pool-confirmed"}


async def test_an_eligible_family_from_the_kiosk_to_the_confirmed_pool(start: Start, tmp_path: Path) -> None:
    world, form = one_family(tmp_path / "world")
    running = await start(world)

    receipt = (await running.post(form, "the-familys-own-key")).json()["receipt"]
    number = receipt["application_number"]
    events = await everything_until_the_family_was_told(running, number)

    story = [event for event in events if not isinstance(event, NoticeSent)]
    assert [type(event) for event in story] == [
        ApplicationSubmitted,
        ApplicationAccepted,
        *[DepartmentAnswered] * 6,
        DeterminationMade,
        PublicityOpened,
        PublicityClosed,
        PoolConfirmed,
    ]
    assert {event.department for event in story if isinstance(event, DepartmentAnswered)} == SIX
    determination = next(event for event in story if isinstance(event, DeterminationMade))
    assert determination.outcome == "eligible"
    assert [(finding.rule, finding.article) for finding in determination.findings] == [
        ("R17a", "17"),
        ("R17b", "17"),
        ("R17c", "17"),
        ("R18a", "18(1), 21"),
        ("R18b", "18(1)"),
        ("R18c", "18(2), 19"),
        ("R32", "32"),
        ("G20", "20"),
    ]
    assert {event.cause for event in events if isinstance(event, NoticeSent)} == TOLD

    case = await running.case(number)
    assert case.state is State.POOL_CONFIRMED
    assert len(determination.used) == 6
    notices = list((running.system.data_dir.path / "notices").glob("*.txt"))
    assert len(notices) == len(TOLD)


async def everything_until_the_family_was_told(running: Running, number: str) -> list[Event]:
    """The case's events in the order of the log, once the last notice is out."""
    for _ in range(300):
        events = [item.event for item in await running.history.of(number)]
        if {event.cause for event in events if isinstance(event, NoticeSent)} == TOLD:
            return events
        await asyncio.sleep(0.1)
    raise AssertionError(f"not told of everything within 30 s: {[type(event).__name__ for event in events]}")
