"""A whole ceremony on a real bus: every family has its line and its place, once, whatever stops in between."""

import json
import os
import time
from collections import Counter
from decimal import Decimal
from functools import partial

import pytest
from allocation.ceremony import commands
from allocation.ceremony.for_families import ForFamilies
from allocation.draw.check import check
from allocation.draw.documents import RESULT
from allocation.draw.hashes import sha256
from publicity.board.draws import DrawsOfTheLog

from chassis.consume.consumer import Delivery
from chassis.errors import CommandRefused, Later
from chassis.log.journal import Journal
from contracts.case.states import State
from contracts.draws.draw import Stage
from contracts.events import DrawResult, EnteredInDraw
from evidence.streams import DRAWS
from tests.allocation.ceremonies import SECRETS
from tests.allocation.on_the_bus import DRAW, RULES, a_hall, paid_families, without
from tests.allocation.stage import audited
from tests.support.families import an_application_number
from tests.support.real_bus import RealBus
from tests.support.waiting import until

ENTRANTS = int(os.environ.get("ENTRANTS", "300"))
"""`make test-nightly` draws among 5,000."""
PLACED = {State.DRAWN, State.SUBSTITUTE, State.POOL_CONFIRMED}


async def states(journal: Journal, numbers: list[str]) -> Counter[State | None]:
    return Counter([(await journal.load(number)).state for number in numbers])


async def all_in_draw(journal: Journal, numbers: list[str]) -> bool:
    return await states(journal, numbers) == {State.IN_DRAW: len(numbers)}


async def all_placed(journal: Journal, numbers: list[str]) -> bool:
    return set(await states(journal, numbers)) <= PLACED


async def all_told(journal: Journal, numbers: list[str]) -> bool:
    """That the draw is void."""
    return all([(await journal.load(number)).allocation.voided for number in numbers])


async def test_a_draw_from_the_rules_to_each_familys_place(real_bus: RealBus, journal: Journal) -> None:
    numbers = await paid_families(journal, 60)
    async with a_hall(real_bus) as (hall, log):
        await hall.announce()
        frozen = await hall.do("freeze")
        assert frozen["entrants"] == 60
        await until(lambda: all_in_draw(log, numbers))
        await hall.commit()
        await hall.throw()
        assert (await hall.open())["stage"] == Stage.HELD
        assert RESULT not in (await hall.show())["files"]
        await hall.do("verify", "notary 1")
        assert (await hall.do("publish"))["stage"] == Stage.PUBLISHED
        await until(lambda: all_placed(log, numbers))
        assert await states(log, numbers) == {State.DRAWN: 22, State.SUBSTITUTE: 7, State.POOL_CONFIRMED: 31}
        files = {name: body.encode() for name, body in (await hall.show())["files"].items()}
        assert check(files).to_bytes() == files[RESULT]
        [posted] = await DrawsOfTheLog(log.history).look()
        hashes = {name: sha256(body) for name, body in files.items()}
        assert (posted.stage, posted.files) == (Stage.PUBLISHED, hashes)
        assert await audited(hall.nc) == []


async def test_a_family_that_the_list_left_out_is_admitted_by_its_ticket_once(
    real_bus: RealBus, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    left_out, *numbers = await paid_families(journal, 9)
    async with a_hall(real_bus) as (hall, log):
        await hall.announce()
        with monkeypatch.context() as reading:
            reading.setattr(commands, "entrants_of", partial(without, left_out))
            assert (await hall.do("freeze"))["entrants"] == 8
        asked = {"by": "officer 7", "application": left_out, "reason": "the list was read too early"}
        with pytest.raises(CommandRefused, match="after the result"):
            await hall.do("admit", **asked)
        for step in (hall.commit, hall.throw, hall.open, lambda: hall.do("verify"), lambda: hall.do("publish")):
            await step()
        await until(lambda: all_placed(log, numbers))
        files = (await hall.show())["files"]
        [late] = await paid_families(journal, 1)
        with pytest.raises(CommandRefused, match="before the list was frozen"):
            await hall.do("admit", **{**asked, "application": late})
        with pytest.raises(CommandRefused, match="does not stand confirmed"):
            await hall.do("admit", **{**asked, "application": an_application_number()})
        [said] = (await hall.do("admit", **asked))["admitted"]
        assert (await hall.do("admit", **asked))["admitted"] == [said]
        await until(lambda: all_placed(log, [left_out]))
        known = (await log.load(left_out)).allocation
        assert known.entry is not None
        assert known.result is not None
        assert (known.entry.admitted, known.entry.number) == (asked["reason"], said["number"])
        assert (known.result.fate, known.result.place) == (said["fate"], said["place"])
        assert (await hall.show())["files"] == files
        assert await audited(hall.nc) == []


async def test_a_draw_that_is_started_again_gives_the_recorded_result_and_writes_nothing(
    real_bus: RealBus, journal: Journal
) -> None:
    await paid_families(journal, 6)
    async with a_hall(real_bus) as (hall, log):
        for step in (hall.announce, lambda: hall.do("freeze"), hall.commit, hall.throw, hall.open):
            await step()
        first = [await hall.do("verify"), await hall.do("publish")][1]
        before = (await log.history.read(DRAWS, "HN-2026-01.1")).sequence
        again = [await hall.do(verb) for verb in ("freeze", "manifest", "verify", "publish")]
        again.append(await hall.do("open", party="notary", secret=SECRETS["notary"]))
        assert {one["result_sha256"] for one in again} == {first["result_sha256"]}
        assert (await log.history.read(DRAWS, "HN-2026-01.1")).sequence == before


async def test_what_is_refused_says_why_and_writes_nothing(real_bus: RealBus, journal: Journal) -> None:
    await paid_families(journal, 3)
    async with a_hall(real_bus) as (hall, log):
        with pytest.raises(CommandRefused, match="freeze the list first"):
            await hall.do("manifest")
        await hall.announce()
        await hall.do("freeze")
        await hall.commit()
        with pytest.raises(CommandRefused, match="at the earliest"):
            await hall.do("dice", dice="1" * 20)
        with pytest.raises(CommandRefused, match="after the dice"):
            await hall.do("open", party="notary", secret=SECRETS["notary"])
        assert (await log.history.read(DRAWS, "HN-2026-01.1")).state.stage is Stage.COMMITTED


async def test_a_void_draw_moves_nobody_and_the_next_serial_draws_the_same_families(
    real_bus: RealBus, journal: Journal
) -> None:
    numbers = await paid_families(journal, 9)
    async with a_hall(real_bus) as (hall, log):
        for step in (hall.announce, lambda: hall.do("freeze"), hall.commit, hall.throw):
            await step()
        await until(lambda: all_in_draw(log, numbers))
        void = {"ground": "envelope missing", "party": "families", "reason": "both envelopes are empty"}
        assert (await hall.do("void", **void))["stage"] == Stage.VOID
        await until(lambda: all_told(log, numbers))
        cases = [await log.load(number) for number in numbers]
        assert {(case.state, case.allocation.deposit) for case in cases} == {(State.IN_DRAW, Decimal("20000.00"))}
        await hall.announce(serial="2")
        assert (await hall.do("freeze", serial="2"))["entrants"] == 9
        assert await audited(hall.nc) == []


async def test_a_result_of_the_notarys_own_software_gives_each_family_its_place_and_no_ticket(
    real_bus: RealBus, journal: Journal
) -> None:
    numbers = await paid_families(journal, 9)
    async with a_hall(real_bus) as (hall, log):
        await hall.announce()
        await hall.do("freeze")
        lists = {}
        for pool in RULES.pools:
            draw = (await log.history.read(DRAWS, "HN-2026-01.1")).state
            named = [entrant.number for entrant in draw.entrants if entrant.pool == pool.name]
            lists[pool.name] = {"drawn": named[: pool.homes], "substitutes": named[pool.homes :], "others": []}
        said = {"software": "Draw-O-Mat 4.2", "file": "a run of it", "result": json.dumps(lists)}
        assert "cannot be made again" in (await hall.do("import", "notary 1", **said))["imported"]
        await until(lambda: all_placed(log, numbers))
        places = [(await log.load(number)).allocation.result for number in numbers]
        assert [place.ticket for place in places if place] == [None] * 9
        assert await audited(hall.nc) == []


class Interrupted(ForFamilies):
    """Stops after a few families, the first time."""

    stopped: bool = False

    async def handle(self, delivery: Delivery) -> None:
        if not Interrupted.stopped:
            Interrupted.stopped = True
            draw = (await self._journal.history.read(DRAWS, f"{DRAW['project']}.1")).state
            for task in list(self._entries(draw))[:7]:
                await task()
            raise Later("killed in the middle", 0.1)
        await super().handle(delivery)


async def test_whatever_stops_in_the_middle_is_carried_on_and_nobody_has_two_lines(
    real_bus: RealBus, journal: Journal
) -> None:
    numbers = await paid_families(journal, 20)
    Interrupted.stopped = False
    async with a_hall(real_bus, Interrupted) as (hall, log):
        await hall.announce()
        await hall.do("freeze")
        await until(lambda: all_in_draw(log, numbers))
        histories = [await log.history.of(number) for number in numbers]
        lines = [sum(isinstance(item.event, EnteredInDraw) for item in history) for history in histories]
        assert Interrupted.stopped
        assert set(lines) == {1}


@pytest.mark.timeout(180 + ENTRANTS / 4)
async def test_many_entrants_are_frozen_drawn_and_placed_within_a_minute(real_bus: RealBus, journal: Journal) -> None:
    numbers = await paid_families(journal, ENTRANTS)
    async with a_hall(real_bus) as (hall, log):
        await hall.announce()
        began = time.monotonic()
        await hall.do("freeze")
        await hall.commit()
        await hall.throw()
        await hall.open()
        await hall.do("verify")
        await hall.do("publish")
        await until(lambda: all_placed(log, numbers), 120)
        took = time.monotonic() - began
        places = [(await log.load(number)).allocation.result for number in numbers[:50]]
        assert all(isinstance(place, DrawResult) for place in places)
        assert took < 60, f"{took:.0f} s"
