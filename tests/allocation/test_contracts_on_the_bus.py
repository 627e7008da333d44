"""From the choice to the keys on a real bus: fresh answers before the contract, the price, a rental home left."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allocation.decide.contracts import sign

from chassis.commands import Command, serve_commands, stop_commands
from chassis.errors import CommandRefused
from chassis.log.journal import change_of
from contracts.case.states import State
from contracts.homes.home import Stands
from contracts.local_time import SHANGHAI
from contracts.model import Shown
from evidence.streams import HOMES, PROJECTS
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
    return (await chosen_homes(stage, 1))[0]


async def chosen_homes(stage: Stage, count: int) -> list[str]:
    found = await a_drawn_project(stage)
    await open_choosing(stage, found)
    numbers = [found[f"drawn {n + 1}"] for n in range(count)]
    for n, number in enumerate(numbers, 1):
        await stage.do("choose", application=number, home=f"P-1-000{n}", by="unit 1")
    return numbers


async def test_a_contract_its_price_and_the_keys_once_the_rental_home_is_left(real_bus: RealBus) -> None:
    rows: list[dict[str, Any]] = [RENTED]
    await OnTheBus("housing", lambda question: an_answer(question, "found" if rows else "none", *rows)).start(real_bus)
    async with allocation(real_bus) as stage:
        number = await a_chosen_home(stage)
        signed = await stage.do("sign-contract", application=number, number="HT-2026-1", by="unit 1")
        assert (signed["asked_again"], signed["balance_due"], signed["deposit"]) == (False, "201382.00", "0.00")
        kept = {"amount": "1.00", "reference": "B1", "paid_on": "2026-11-20", "by": "unit 1"}
        assert (await stage.do("pay", application=number, **kept))["fate"] == "kept: another amount"
        first = await stage.do("hand-over", application=number, by="unit 1")
        assert first["missing"] == ["balance", "rental"]
        balance = {"amount": "201382.00", "reference": "B2", "paid_on": "2026-11-21", "by": "unit 1"}
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


async def test_where_the_bureaus_clerk_answers_its_paper_opens_the_door(real_bus: RealBus, tmp_path: Path) -> None:
    attached = tmp_path / "departments.toml"
    attached.write_text('[housing]\nby = "clerk"\n', encoding="utf-8")
    async with allocation(real_bus, departments_file=attached) as stage:
        of = {"application": await a_chosen_home(stage), "by": "unit 1"}
        await stage.do("sign-contract", **of, number="HT-2026-1")
        await stage.do("pay", **of, amount="201382.00", reference="B2", paid_on="2026-11-21")
        without = await stage.do("hand-over", **of)
        assert without["missing"] == ["rental"]
        assert "`lianshen contract show-rental`" in without["rental"]
        today = stage.clock.now().astimezone(SHANGHAI).date()
        for left, days, missing in ((False, 0, ["rental"]), (True, 31, ["rental"]), (True, 30, [])):
            paper = {"left": left, "document": "receipt 7", "dated": (today - timedelta(days=days)).isoformat()}
            await stage.do("show-rental", application=of["application"], by="officer 1", **paper)
            assert (await stage.do("hand-over", **of))["missing"] == missing
        keys = (await case_in(stage, of["application"], State.HANDED_OVER)).allocation.keys
        assert keys is not None
        assert keys.housing is None
        assert await stage.audited() == []


async def test_a_bureau_that_is_silent_hands_nothing_over_and_writes_nothing(real_bus: RealBus) -> None:
    async with allocation(real_bus) as stage:
        number = await a_chosen_home(stage)
        await stage.do("sign-contract", application=number, number="HT-2026-1", by="unit 1")
        with pytest.raises(CommandRefused, match="Unreachable") as refused:
            await stage.do("hand-over", application=number, by="unit 1")
        assert refused.value.status == 503
        assert (await stage.journal.load(number)).allocation.refused is None


async def test_a_number_is_one_contracts_whoever_signs_first_and_the_same_contract_twice_is_one(
    real_bus: RealBus,
) -> None:
    async with allocation(real_bus) as stage:
        numbers = await chosen_homes(stage, 2)

        async def signs(number: str, contract: str) -> dict[str, Any] | CommandRefused:
            try:
                return await stage.do("sign-contract", application=number, number=contract, by="unit 1")
            except CommandRefused as refused:
                return refused

        both = await asyncio.gather(*(signs(number, "HT-1") for number in numbers))
        first = next(n for n, said in enumerate(both) if not isinstance(said, CommandRefused))
        refused, other = both[1 - first], numbers[1 - first]
        assert isinstance(refused, CommandRefused)
        assert refused.detail == f"it is of the contract for home P-1-000{first + 1}"
        assert await signs(numbers[first], "HT-1") == both[first]
        assert (await stage.journal.load(numbers[first])).allocation.counts["ContractSigned"] == 1
        assert not isinstance(await signs(other, "HT-2"), CommandRefused)
        assert await stage.audited() == []


async def test_the_number_of_a_contract_from_before_numbers_were_held_is_taken_too(real_bus: RealBus) -> None:
    async with allocation(real_bus) as stage:
        number, other = await chosen_homes(stage, 2)
        case, home = await stage.journal.load(number), (await stage.journal.history.read(HOMES, "P-1-0001")).state
        project = (await stage.journal.history.read(PROJECTS, "P-1")).state
        await stage.journal.append_together(
            change_of(case, *sign(case, home, project, "HT-1", stage.clock.now(), "unit 1"))
        )
        with pytest.raises(CommandRefused, match="it is of the contract for home P-1-0001"):
            await stage.do("sign-contract", application=other, number="HT-1", by="unit 1")


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
