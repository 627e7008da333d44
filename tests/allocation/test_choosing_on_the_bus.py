"""Choosing on a real bus: two families at once, one that does not come, and substitutes in their order."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest
from allocation.ceremony import commands
from allocation.draw.rules import Pool, Rules

from chassis.errors import CommandRefused
from chassis.process.keys import read_key
from contracts.bans import person_under
from contracts.case.states import State
from contracts.local_time import SHANGHAI
from evidence.streams import BANS
from procedures.corresponding_date import after_years
from tests.allocation.announced import a_priced_project
from tests.allocation.ceremonies import PARTIES
from tests.allocation.drawn import DRAW, a_drawn_project, case_in, hold, open_choosing, paid_families
from tests.allocation.on_the_bus import without
from tests.allocation.stage import allocation
from tests.support.real_bus import RealBus


async def test_two_families_choose_one_home_at_once_and_the_other_is_told_what_is_left(real_bus: RealBus) -> None:
    async with allocation(real_bus) as stage:
        found = await a_drawn_project(stage)
        back = await case_in(stage, found["not_drawn 1"], State.POOL_CONFIRMED)
        await open_choosing(stage, found)
        pair = [found["drawn 1"], found["drawn 2"]]
        said = await asyncio.gather(
            *(stage.do("choose", application=number, home="P-1-0001", by="unit 1") for number in pair),
            return_exceptions=True,
        )
        refused = next(one for one in said if isinstance(one, CommandRefused))
        [chosen] = [one for one in said if isinstance(one, dict)]
        assert refused.detail == "home P-1-0001 is taken; left: P-1-0002"
        assert (chosen["home"], chosen["price"]) == ("P-1-0001", "221382.00")
        [other] = [number for number in pair if number != chosen["application"]]
        await stage.do("decline-choice", application=other, reason="too small", by="unit 1")
        async with asyncio.timeout(10):
            while (await stage.journal.load(other)).allocation.deposit:
                await asyncio.sleep(0.05)
        assert (await stage.journal.load(other)).state is State.POOL_CONFIRMED
        async with asyncio.timeout(10):
            while (await stage.journal.load(back.application)).allocation.deposit:
                await asyncio.sleep(0.05)
        assert await stage.audited() == []


async def test_who_does_not_come_is_heard_and_cancelled_with_a_ban_and_the_next_substitute_is_called(
    real_bus: RealBus,
) -> None:
    async with allocation(real_bus) as stage:
        found = await a_drawn_project(stage)
        await open_choosing(stage, found)
        missing, next_one = found["drawn 1"], {"project": "P-1", "pool": "two-rooms", "reason": "one did not come"}
        await stage.do("choose", application=found["drawn 2"], home="P-1-0002", by="unit 1")
        missed = await stage.do("miss-choice", application=missing, by="unit 1")
        soon = (stage.clock.now() + timedelta(days=15)).isoformat()
        for verb, request, why in (
            ("cancel-qualification", {"application": missing, "reason": "did not come"}, "may still be heard until"),
            ("call-next", {**next_one, "slot_from": soon}, "1 families that were called before may still take one"),
            ("close-choosing", {"project": "P-1"}, "still heard"),
        ):
            with pytest.raises(CommandRefused, match=why):
                await stage.do(verb, by="officer 7", **request)
        assert missed["said"]["heard_until"] > stage.clock.now().date().isoformat()
        stage.turn(14)
        today = stage.clock.now().astimezone(SHANGHAI).date()
        done = await stage.do("cancel-qualification", application=missing, reason="did not come", by="officer 7")
        assert done["ban_until"] == after_years(today, 1).isoformat()
        case = await case_in(stage, missing, State.CANCELLED)
        assert case.form is not None
        person = person_under(read_key(real_bus.data_dir.keys, "ban"), case.form.applicant.id_number)
        bans = (await stage.journal.history.read(BANS, person)).state
        assert bans.binding(today) is not None
        assert bans.binding(after_years(today, 1)) is None
        called = await stage.do("call-next", **next_one, slot_from=soon, by="unit 1")
        assert called["application"] == found["substitute 1"]
        stage.turn(2)
        await stage.do("choose", application=found["substitute 1"], home="P-1-0001", by="unit 1")
        with pytest.raises(CommandRefused, match="0 homes are free"):
            await stage.do("call-next", **next_one, slot_from=soon, by="unit 1")
        shown = (await stage.do("show-choosing", project="P-1"))["pools"]["two-rooms"]
        assert shown["next"] is None
        assert [(one["fate"], one["place"], one["state"], one["home"]) for one in shown["families"]] == [
            ("drawn", 1, "cancelled", None),
            ("drawn", 2, "home_chosen", "P-1-0002"),
            ("substitute", 1, "home_chosen", "P-1-0001"),
            ("substitute", 2, "substitute", None),
        ]
        await stage.do("close-choosing", project="P-1", by="unit 1")
        await case_in(stage, found["substitute 2"], State.POOL_CONFIRMED)
        async with asyncio.timeout(10):
            while (await stage.journal.load(found["substitute 2"])).allocation.deposit:
                await asyncio.sleep(0.05)
        assert await stage.audited() == []


async def test_whoever_was_excused_is_called_before_any_substitute_and_who_is_struck_makes_room(
    real_bus: RealBus,
) -> None:
    async with allocation(real_bus) as stage:
        found = await a_drawn_project(stage)
        await open_choosing(stage, found)
        next_one = {"project": "P-1", "pool": "two-rooms", "reason": "in their order", "by": "unit 1"}
        soon = (stage.clock.now() + timedelta(hours=1)).isoformat()
        await stage.do("miss-choice", application=found["drawn 1"], by="unit 1")
        await stage.do("excuse-choice", application=found["drawn 1"], reason="in hospital", by="officer 7")
        shown = (await stage.do("show-choosing", project="P-1"))["pools"]["two-rooms"]
        called = await stage.do("call-next", **next_one, slot_from=soon)
        assert called["application"] == shown["next"] == found["drawn 1"]
        await stage.do("choose", application=found["drawn 2"], home="P-1-0001", by="unit 1")
        await stage.do("strike", application=found["drawn 2"], reason="an objection was upheld", by="officer 7")
        async with asyncio.timeout(10):
            while (await stage.do("show-choosing", project="P-1"))["pools"]["two-rooms"]["free"] != [
                "P-1-0001",
                "P-1-0002",
            ]:
                await asyncio.sleep(0.05)
        called = await stage.do("call-next", **next_one, slot_from=soon)
        assert called["application"] == found["substitute 1"]
        with pytest.raises(CommandRefused, match="its slot begins at"):
            await stage.do("choose", application=found["substitute 1"], home="P-1-0001", by="unit 1")
        assert await stage.audited() == []


async def test_whoever_is_admitted_while_choosing_ends_is_back_in_the_pool_with_its_deposit(
    real_bus: RealBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with allocation(real_bus) as stage:
        await a_priced_project(stage, homes=2)
        left_out, *listed = await paid_families(stage, 3)
        with monkeypatch.context() as reading:
            reading.setattr(commands, "entrants_of", partial(without, left_out))
            await hold(stage, Rules("P-1", "1", 20, "", "", PARTIES, (Pool("two-rooms", 2, 2),)))
        for number in listed:
            await case_in(stage, number, State.DRAWN)
        await open_choosing(stage, {f"drawn {n}": number for n, number in enumerate(listed)})
        for n, number in enumerate(listed, 1):
            await stage.do("choose", application=number, home=f"P-1-000{n}", by="unit 1")
        await stage.do("close-choosing", project="P-1", by="unit 1")
        admit = {**DRAW, "application": left_out, "reason": "read too early", "by": "officer 7"}
        with pytest.raises(CommandRefused, match="nobody is called any more"):
            await stage.do("draw-admit", **admit)
        with monkeypatch.context() as seconds_before:
            seconds_before.setattr(commands, "is_over", lambda *read: False)
            await stage.do("draw-admit", **admit)
        async with asyncio.timeout(20):
            while (case := await stage.journal.load(left_out)).allocation.deposit or not case.allocation.result:
                await asyncio.sleep(0.05)
        assert case.state is State.POOL_CONFIRMED
        assert case.allocation.returned is not None
        assert await stage.audited() == []
