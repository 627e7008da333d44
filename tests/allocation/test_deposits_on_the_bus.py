"""Deposits on a real bus: asked by themselves, a reference used once, and a home free again with its deposit."""

import asyncio
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from allocation.draw.rules import Pool, Rules
from determination.commands import Reverify
from intake.claims import Claims

from chassis.commands import Command, serve_commands, stop_commands
from chassis.errors import CommandRefused
from contracts.application import ApplicationForm
from contracts.case.states import State
from contracts.events import ApplicationWithdrawn, HomeChosen
from contracts.homes.events import HomeTaken
from contracts.homes.home import Stands
from evidence.streams import HOMES
from tests.allocation.announced import a_priced_project
from tests.allocation.ceremonies import PARTIES
from tests.allocation.drawn import case_in, hold, paid_families
from tests.allocation.families import CALLED, DRAWN, a_confirmed_family, of_a_case
from tests.allocation.stage import Stage, allocation, intake_of
from tests.bus.wire import whole_log
from tests.support.families import a_form, accepted, an_application_number, submitted
from tests.support.real_bus import RealBus

PAID = {"amount": "20000.00", "paid_on": "2026-11-20", "by": "unit 1"}


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
            f"{number},{amount},{reference},2026-11-20\n"
            for number, amount, reference in (
                (numbers[0], "20000.00", "R1"),
                (numbers[1], "19000.00", "R2"),
                (numbers[1], "20000.00", "R3"),
                (numbers[2], "20000.00", "R3"),
                ("7ZZZZ-ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ-Z", "20000.00", "R4"),
            )
        )
        file += f"{numbers[2]},20000.00,R5,2062-11-20\n"
        written = len(await whole_log(stage.journal))
        would = (await stage.do("take-bank-file", file=file, dry=True, by="unit 1"))["lines"]
        since = [it.headers["ce-type"] for it in (await whole_log(stage.journal))[written:]]
        assert not [kind for kind in since if kind in ("DepositPaid", "PaymentKept")], (
            "what else moves meanwhile is no payment"
        )
        said = (await stage.do("take-bank-file", file=file, by="unit 1"))["lines"]
        assert would == said
        assert [line["fate"].split(":")[:2] for line in said] == [
            ["known before"],
            ["kept", " another amount"],
            ["paid"],
            ["refused", " this bank reference was used before"],
            ["refused", " application"],
            ["refused", " not possible in this state"],
        ]
        assert "still to come" in said[-1]["fate"]
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


async def an_open_case(stage: Stage, claims: Claims, form: ApplicationForm) -> str:
    """As intake takes one in, with its claims."""
    number = an_application_number()
    held, _ = await claims.read(form, number)
    await stage.journal.open([submitted(number, form), accepted(number, form)], held)
    return number


async def test_taking_part_in_another_project_holds_the_familys_one_place_there(real_bus: RealBus) -> None:
    async with allocation(real_bus) as stage:
        await a_priced_project(stage, "P-2")
        claims = intake_of(real_bus, stage.journal).claims
        number, another = [await a_confirmed_family(stage.journal, "P-9") for _ in range(2)]
        forms = [(await stage.journal.load(it)).form for it in (number, another)]
        there, applied = [form.model_copy(update={"project": "P-2"}) for form in forms if form is not None]
        await stage.do("register", application=number, project="P-2", by="unit 1")
        spouse = there.spouse
        assert spouse is not None
        alone = a_form(project="P-2", members=()).model_copy(
            update={"applicant": there.applicant.model_copy(update={"id_number": spouse.id_number})}
        )
        for form in (there, alone):
            assert (await claims.read(form, an_application_number()))[1].adults, "the family stands there already"
        await an_open_case(stage, claims, applied)
        with pytest.raises(CommandRefused, match="has applied again"):
            await stage.do("register", application=another, project="P-2", by="unit 1")
        assert (await stage.journal.load(another)).state is State.POOL_CONFIRMED


async def test_a_child_whom_an_earlier_case_of_the_project_names_is_looked_at_by_an_officer_first(
    real_bus: RealBus,
) -> None:
    asked: list[Reverify] = []

    async def reverify(request: Reverify) -> dict[str, Any]:
        asked.append(request)
        return {}

    async with allocation(real_bus) as stage:
        await a_priced_project(stage, "P-2")
        claims = intake_of(real_bus, stage.journal).claims
        number = await a_confirmed_family(stage.journal, "P-9")
        form = (await stage.journal.load(number)).form
        assert form is not None
        [child] = [member for member in form.members if member.relation == "child"]
        other = a_form(project="P-2")
        await an_open_case(stage, claims, other.model_copy(update={"members": (*other.members, child)}))
        served = await serve_commands(stage.nc, "determination", [Command("reverify", Reverify, reverify)])
        try:
            said = await stage.do("register", application=number, project="P-2", by="unit 1")
        finally:
            await stop_commands([served])
        assert (said["asked_again"], said["why"]) == (True, "a child is named elsewhere")
        assert [request.children_elsewhere for request in asked] == [(child.id_number,)]
        assert (await stage.journal.load(number)).state is State.POOL_CONFIRMED


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


async def test_a_void_draw_has_whoever_lapsed_by_its_freeze_asked_again_and_nobody_twice(real_bus: RealBus) -> None:
    async with allocation(real_bus) as stage:
        await a_priced_project(stage)
        late = await a_confirmed_family(stage.journal)
        await case_in(stage, late, State.DEPOSIT_ASKED)
        [paid] = await paid_families(stage, 1)
        rules = Rules("P-1", "1", 20, "", "", PARTIES, (Pool("two-rooms", 2, 1),)).to_bytes().decode()
        held_at = (stage.clock.now() + timedelta(days=7)).isoformat()
        of = {"project": "P-1", "serial": "1", "by": "unit 1"}
        await stage.do("draw-announce", **of, rules=rules, held_at=held_at, place="the hall")
        await stage.do("draw-freeze", **of)
        await case_in(stage, late, State.POOL_CONFIRMED)
        for _ in range(2):
            await stage.do("draw-void", **of, ground="before the envelopes", reason="no power")
        case = await case_in(stage, late, State.DEPOSIT_ASKED)
        assert case.allocation.counts["DepositAsked"] == 2
        assert (await stage.do("pay", application=late, reference="R9", **PAID))["fate"] == "paid"
        assert (await stage.journal.load(paid)).allocation.counts["DepositAsked"] == 1
        assert await stage.audited() == []


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
