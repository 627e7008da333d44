"""Read this first: the life of one eligible application, event by event, from the kiosk to the keys."""

import asyncio
from pathlib import Path

from notify.spool.shelf import kept_in

from contracts.case.states import State
from contracts.events import (
    ApplicationAccepted,
    ApplicationSubmitted,
    CalledToChoose,
    ContractSigned,
    DepartmentAnswered,
    DepositAsked,
    DepositPaid,
    DepositSettled,
    DeterminationMade,
    DrawResult,
    DrawScheduled,
    EnteredInDraw,
    Event,
    HandedOver,
    HomeChosen,
    NoticeSent,
    PoolConfirmed,
    PriceSettled,
    PublicityClosed,
    PublicityOpened,
)
from evidence.audit import audit
from lianshen.demo.one_draw import POOL, PROJECT
from lianshen.demo.to_the_keys import ToTheKeys
from tests.support.running_system import Running, Start
from tests.support.waiting import until
from tests.support.worlds import one_family

SIX = {"household-registry", "civil-affairs", "social-security", "tax", "real-estate", "housing"}
TOLD = {
    *("accepted", "publicity-opened-1", "pool-confirmed"),
    *("deposit-asked-1", "deposit-paid-1", "entered-in-draw-1", "draw-scheduled-1", "draw-result-1"),
    *("called-to-choose-1", "home-chosen-1"),
    *("contract-signed-1", "price-settled-1", "handed-over-1"),
}


async def test_an_eligible_family_from_the_kiosk_to_its_keys(start: Start, tmp_path: Path) -> None:
    world, form = one_family(tmp_path / "world")
    running = await start(world, LIANSHEN_DRILL_CLOCK_AHEAD_DAYS="0")
    unit = ToTheKeys(running.nc, running.history, {}, print)
    await unit.announce()
    await until_the_kiosk_offers(running, PROJECT)

    receipt = (await running.post({**form, "project": PROJECT}, "the-familys-own-key")).json()["receipt"]
    number = receipt["application_number"]
    unit.names[number] = "family-1"
    await from_the_deposit_to_the_keys(unit, number)
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
        DepositAsked,
        DepositPaid,
        EnteredInDraw,
        DrawScheduled,
        DrawResult,
        CalledToChoose,
        HomeChosen,
        ContractSigned,
        DepositSettled,
        PriceSettled,
        HandedOver,
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
    assert case.state is State.HANDED_OVER
    assert len(determination.used) == 6
    letters = [kept.letter for kept in kept_in(running.system.data_dir.path / "notices")]
    assert len({letter.notice_id for letter in letters}) == len(letters) == len(TOLD)
    assert {letter.application for letter in letters} == {number}
    assert await audit(running.nc) == []


async def until_the_kiosk_offers(running: Running, project: str) -> None:
    async def offered() -> bool:
        return project in (await running.kiosk.get("/v1/projects")).text

    await until(offered)


async def from_the_deposit_to_the_keys(unit: ToTheKeys, number: str) -> None:
    """What the project unit, the parties of the draw and the family do; the rehearsal's clock is turned between."""
    await unit.until_in([number], {State.DEPOSIT_ASKED})
    payment = {"application": number, "amount": "20000.00", "reference": "B-1", "paid_on": str(unit.today())}
    await unit.do("pay", **payment, pool=POOL)
    await unit.draw([number])
    assert await unit.open_choosing([number]) == [number]
    await unit.chooses(number)
    await unit.moves_in(number)


async def everything_until_the_family_was_told(running: Running, number: str) -> list[Event]:
    """The case's events in the order of the log, once the last notice is out."""
    for _ in range(300):
        events = [item.event for item in await running.history.of(number)]
        told = {event.cause for event in events if isinstance(event, NoticeSent)}
        if told >= TOLD:
            return events
        await asyncio.sleep(0.1)
    raise AssertionError(f"not told within 30 s: {sorted(TOLD - told)}; told: {sorted(told)}")
