"""Of two draws at once each would take the other's families and homes: a second one waits for the first to be over."""

from datetime import timedelta

import pytest
from allocation.decide.order import undecided
from allocation.draw.rules import Pool, Rules

from chassis.errors import CommandRefused
from contracts.case.states import State
from contracts.draws.draw import Stage
from contracts.projects.events import ChoosingOpened
from contracts.projects.project import SaleProject
from tests.allocation.announced import a_priced_project
from tests.allocation.ceremonies import AT, PARTIES
from tests.allocation.drawn import case_in, hold, paid_families
from tests.allocation.stage import Stage as Town
from tests.allocation.stage import allocation
from tests.support.real_bus import RealBus

SAID = {"project": "P-1", "at": AT, "n": 1, "serial": "1", "where": "the hall", "slots": (), "by": "unit 1"}
CHOSEN = SaleProject("P-1", choosing=ChoosingOpened.model_validate(SAID), choosing_over=True)


@pytest.mark.parametrize(("stage", "why"), [
    *((stage, "is under way") for stage in Stage if stage not in (Stage.NONE, Stage.PUBLISHED, Stage.VOID)),
    (Stage.PUBLISHED, "have still to choose"),
    (Stage.VOID, None),
    (Stage.NONE, None),
])  # fmt: skip
def test_something_new_begins_once_every_draw_is_void_or_its_families_have_chosen(
    stage: Stage, why: str | None
) -> None:
    found = undecided(SaleProject("P-1"), {"1": Stage.VOID, "2": stage})
    assert (why or "") in (found or "")
    assert bool(found) == bool(why)
    assert undecided(CHOSEN, {"1": Stage.PUBLISHED}) is None


def rules(serial: str) -> Rules:
    return Rules("P-1", serial, 20, "", "", PARTIES, (Pool("two-rooms", 2, 2),))


async def announce(stage: Town, serial: str) -> None:
    held_at = (stage.clock.now() + timedelta(days=7)).isoformat()
    said = {"rules": rules(serial).to_bytes().decode(), "held_at": held_at, "place": "the hall", "by": "unit 1"}
    await stage.do("draw-announce", project="P-1", serial=serial, **said)


async def test_no_second_draw_takes_the_families_of_the_first_and_no_project_ends_over_them(real_bus: RealBus) -> None:
    async with allocation(real_bus) as stage:
        await a_priced_project(stage, homes=2)
        numbers = await paid_families(stage, 2)
        await announce(stage, "1")
        stage.turn(31)
        for verb, request in (("close-project", {"goes_to": "the next"}), ("draw-announce", None)):
            with pytest.raises(CommandRefused, match="1 is under way"):
                await (stage.do(verb, project="P-1", by="unit 1", **request) if request else announce(stage, "2"))
        await announce(stage, "1")
        await hold(stage, rules("1"))
        for number in numbers:
            await case_in(stage, number, State.DRAWN)
        for verb, request in (("close-project", {"goes_to": "the next"}), ("draw-announce", None)):
            with pytest.raises(CommandRefused, match="have still to choose"):
                await (stage.do(verb, project="P-1", by="unit 1", **request) if request else announce(stage, "2"))
        assert {(await stage.journal.load(number)).state for number in numbers} == {State.DRAWN}
        begins = (stage.clock.now() + timedelta(hours=1)).isoformat()
        await stage.do("open-choosing", project="P-1", begins=begins, where="the hall", by="unit 1")
        for number in numbers:
            await case_in(stage, number, State.CALLED_TO_CHOOSE)
            await stage.do("decline-choice", application=number, reason="too small", by="unit 1")
        await stage.do("close-choosing", project="P-1", by="unit 1")
        await announce(stage, "2")
        assert await stage.audited() == []
