"""From the choice to the keys on a real bus: fresh answers before the contract, the price, a rental home left."""

from typing import Any

import pytest

from chassis.commands import Command, serve_commands, stop_commands
from chassis.errors import CommandRefused
from contracts.case.states import State
from contracts.homes.home import Stands
from contracts.model import Shown
from evidence.streams import HOMES
from tests.allocation.drawn import a_drawn_project, case_in, open_choosing
from tests.allocation.stage import Stage, allocation
from tests.support.departments import OnTheBus, an_answer
from tests.support.real_bus import RealBus

RENTED = {"register": "tenancy", "kind": "public_rental", "since": "2020-01-01"}


class Reverify(Shown):
    application: str
    reason: str
    by: str


async def a_chosen_home(stage: Stage) -> str:
    found = await a_drawn_project(stage)
    await open_choosing(stage, found)
    await stage.do("choose", application=found["drawn 1"], home="P-1-0001", by="unit 1")
    return found["drawn 1"]


async def test_a_contract_its_price_and_the_keys_once_the_rental_home_is_left(real_bus: RealBus) -> None:
    rows: list[dict[str, Any]] = [RENTED]
    await OnTheBus("housing", lambda question: an_answer(question, "found" if rows else "none", *rows)).start(real_bus)
    async with allocation(real_bus) as stage:
        number = await a_chosen_home(stage)
        signed = await stage.do("sign-contract", application=number, number="HT-2026-1", by="unit 1")
        assert (signed["asked_again"], signed["balance_due"], signed["deposit"]) == (False, "201382.00", "0.00")
        kept = {"amount": "1.00", "reference": "B1", "paid_on": "2026-12-20", "by": "unit 1"}
        assert (await stage.do("pay", application=number, **kept))["fate"] == "kept: another amount"
        first = await stage.do("hand-over", application=number, by="unit 1")
        assert first["missing"] == ["balance", "rental"]
        balance = {"amount": "201382.00", "reference": "B2", "paid_on": "2026-12-21", "by": "unit 1"}
        assert (await stage.do("pay", application=number, **balance))["fate"] == "paid"
        second = await stage.do("hand-over", application=number, by="unit 1")
        assert (second["missing"], second["rental"]) == (
            ["rental"],
            "a public or affordable rental home is still rented",
        )
        rows.clear()
        done = await stage.do("hand-over", application=number, by="unit 1")
        assert done["missing"] == []
        case = await case_in(stage, number, State.HANDED_OVER)
        assert case.allocation.keys is not None
        assert case.allocation.keys.housing is not None
        home = (await stage.journal.history.read(HOMES, "P-1-0001")).state
        assert (home.stands, home.application) == (Stands.LIVED_IN, number)
        with pytest.raises(CommandRefused, match="after the contract; this case is handed_over"):
            await stage.do("hand-over", application=number, by="unit 1")
        assert await stage.audited() == []


async def test_a_bureau_that_is_silent_hands_nothing_over_and_writes_nothing(real_bus: RealBus) -> None:
    async with allocation(real_bus) as stage:
        number = await a_chosen_home(stage)
        await stage.do("sign-contract", application=number, number="HT-2026-1", by="unit 1")
        with pytest.raises(CommandRefused, match="Unreachable") as refused:
            await stage.do("hand-over", application=number, by="unit 1")
        assert refused.value.status == 503
        assert (await stage.journal.load(number)).allocation.refused is None


async def test_answers_that_are_too_old_are_asked_anew_before_a_contract(real_bus: RealBus) -> None:
    asked: list[Reverify] = []

    async def reverify(request: Reverify) -> dict[str, Any]:
        asked.append(request)
        return {}

    async with allocation(real_bus) as stage:
        number = await a_chosen_home(stage)
        served = await serve_commands(stage.nc, "determination", (Command("reverify", Reverify, reverify),))
        stage.turn(31)
        said = await stage.do("sign-contract", application=number, number="HT-2026-1", by="unit 1")
        assert (said["asked_again"], said["why"]) == (True, "answers older than 30 days")
        assert [(one.application, one.reason, one.by) for one in asked] == [
            (number, "answers older than 30 days", "unit 1")
        ]
        assert (await stage.journal.load(number)).allocation.contract is None
        await stop_commands([served])
