"""Deposits on a real bus: asked by themselves, a reference used once, and a home free again with its deposit."""

import asyncio
from datetime import date
from decimal import Decimal

import pytest
from allocation.draw.rules import Pool, Rules

from chassis.errors import CommandRefused
from contracts.case.states import State
from contracts.events import ApplicationWithdrawn, HomeChosen
from contracts.homes.events import HomeTaken
from contracts.homes.home import Stands
from evidence.streams import HOMES
from tests.allocation.announced import a_priced_project
from tests.allocation.ceremonies import PARTIES
from tests.allocation.drawn import case_in, hold, paid_families
from tests.allocation.families import CALLED, DRAWN, a_confirmed_family, of_a_case
from tests.allocation.stage import allocation
from tests.bus.wire import whole_log
from tests.support.real_bus import RealBus

PAID = {"amount": "20000.00", "paid_on": "2026-12-01", "by": "unit 1"}


async def test_whoever_is_confirmed_in_the_pool_is_asked_and_pays_once(real_bus: RealBus) -> None:
    async with allocation(real_bus) as stage:
        await a_priced_project(stage)
        numbers = [await a_confirmed_family(stage.journal) for _ in range(3)]
        elsewhere = await a_confirmed_family(stage.journal, "P-9")
        for number in numbers:
            await case_in(stage, number, State.DEPOSIT_ASKED)
        assert (await stage.journal.load(elsewhere)).state is State.POOL_CONFIRMED
        first = await stage.do("pay", application=numbers[0], reference="R1", **PAID)
        assert (first["fate"], first["deposit"]) == ("paid", "20000.00")
        with pytest.raises(CommandRefused, match="nothing was changed"):
            await stage.do("pay", application=numbers[0], reference="R1", **PAID)
        with pytest.raises(CommandRefused, match="another payment"):
            await stage.do("pay", application=numbers[1], reference="R1", **PAID)
        file = "application,amount,reference,paid_on\n" + "".join(
            f"{number},{amount},{reference},2026-12-01\n"
            for number, amount, reference in (
                (numbers[0], "20000.00", "R1"),
                (numbers[1], "19000.00", "R2"),
                (numbers[1], "20000.00", "R3"),
                (numbers[2], "20000.00", "R3"),
                ("7ZZZZ-ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ-Z", "20000.00", "R4"),
            )
        )
        said = (await stage.do("take-bank-file", file=file, by="unit 1"))["lines"]
        assert [line["fate"].split(":")[:2] for line in said] == [
            ["known before"],
            ["kept", " another amount"],
            ["paid"],
            ["refused", " this bank reference was used before"],
            ["refused", " application"],
        ]
        before = len(await whole_log(stage.journal))
        again = (await stage.do("take-bank-file", file=file, by="unit 1"))["lines"]
        assert [line["fate"] for line in again[:3]] == ["known before"] * 3
        assert len(await whole_log(stage.journal)) == before
        assert (await stage.do("show-deposit", application=numbers[1]))["kept"][0]["amount"] == "19000.00"


async def test_one_reference_for_two_families_at_once_pays_for_one(real_bus: RealBus) -> None:
    async with allocation(real_bus) as stage:
        await a_priced_project(stage)
        numbers = [await a_confirmed_family(stage.journal) for _ in range(2)]
        for number in numbers:
            await case_in(stage, number, State.DEPOSIT_ASKED)
        said = await asyncio.gather(
            *(stage.do("pay", application=number, reference="R1", **PAID) for number in numbers),
            return_exceptions=True,
        )
        assert sorted(type(one).__name__ for one in said) == ["CommandRefused", "dict"]


async def test_a_family_that_withdraws_frees_its_home_and_gets_its_deposit_back(real_bus: RealBus) -> None:
    async with allocation(real_bus) as stage:
        await a_priced_project(stage)
        number = await a_confirmed_family(stage.journal, "P-9", then=(*DRAWN, CALLED))
        home = await stage.journal.history.read(HOMES, "P-1-0001")
        now = stage.clock.now()
        price = Decimal("221382.00")
        taken = HomeTaken(home=home.id, n=1, at=now, application=number, price=price, by="unit 1")
        await stage.journal.append(HOMES, home, taken)
        chosen = {"n": 1, "home": home.id, "price": price, "contract_by": date(2028, 11, 28), "by": "unit 1"}
        left = {"reason": "moved", "by": "the family"}
        await stage.journal.once(*of_a_case(number, (HomeChosen, chosen), (ApplicationWithdrawn, left)))
        async with asyncio.timeout(15):
            while (case := await stage.journal.load(number)).allocation.deposit:
                await asyncio.sleep(0.05)
        assert (case.state, case.allocation.home) == (State.WITHDRAWN, "P-1-0001")
        freed = (await stage.journal.history.read(HOMES, home.id)).state
        assert (freed.stands, freed.application) == (Stands.FREE, None)


async def test_a_family_in_the_pool_takes_part_in_the_next_project(real_bus: RealBus) -> None:
    async with allocation(real_bus) as stage:
        await a_priced_project(stage, "P-2")
        number = await a_confirmed_family(stage.journal, "P-9")
        done = await stage.do("register", application=number, project="P-2", by="unit 1")
        assert (done["asked_again"], done["asked"]["project"]) == (False, "P-2")
        with pytest.raises(CommandRefused, match="deposit_asked"):
            await stage.do("register", application=number, project="P-2", by="unit 1")


async def test_who_had_not_paid_when_the_list_was_frozen_is_in_the_pool_and_not_in_the_draw(real_bus: RealBus) -> None:
    async with allocation(real_bus) as stage:
        await a_priced_project(stage)
        late = await a_confirmed_family(stage.journal)
        await case_in(stage, late, State.DEPOSIT_ASKED)
        paid = await paid_families(stage, 3)
        await hold(stage, Rules("P-1", "1", 20, "", "", PARTIES, (Pool("two-rooms", 2, 1),)))
        case = await case_in(stage, late, State.POOL_CONFIRMED)
        assert (case.allocation.entry, case.allocation.counts["DepositLapsed"]) == (None, 1)
        said = await stage.do("pay", application=late, reference="R9", **PAID)
        assert said["fate"] == "kept: nothing was asked"
        for number in paid:
            await case_in(stage, number, State.DRAWN, State.SUBSTITUTE)


async def test_when_a_project_is_closed_nobody_waits_in_it_any_more(real_bus: RealBus) -> None:
    async with allocation(real_bus) as stage:
        await a_priced_project(stage)
        asked = await a_confirmed_family(stage.journal)
        [paid] = await paid_families(stage, 1)
        await case_in(stage, asked, State.DEPOSIT_ASKED)
        stage.turn(31)
        await stage.do("close-project", project="P-1", goes_to="the next project", by="unit 1")
        for number in (asked, paid):
            await case_in(stage, number, State.POOL_CONFIRMED)
        async with asyncio.timeout(10):
            while (await stage.journal.load(paid)).allocation.deposit:
                await asyncio.sleep(0.05)
