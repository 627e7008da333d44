"""A project whose draw is published, over the commands of allocation, from its announcement on."""

import asyncio
from datetime import timedelta
from typing import Any

from allocation.draw.hashes import commitment
from allocation.draw.rules import Pool, Rules

from contracts.case.case import Case
from contracts.case.states import State
from tests.allocation.announced import a_priced_project
from tests.allocation.ceremonies import FIGURES, PARTIES, SECRETS
from tests.allocation.families import a_confirmed_family
from tests.allocation.stage import Stage

DRAW = {"project": "P-1", "serial": "1"}


async def case_in(stage: Stage, number: str, *states: State) -> Case:
    """The case as soon as it stands in one of these."""
    async with asyncio.timeout(20):
        while (case := await stage.journal.load(number)).state not in states:
            await asyncio.sleep(0.05)
    return case


async def paid_families(stage: Stage, count: int) -> list[str]:
    numbers = [await a_confirmed_family(stage.journal) for _ in range(count)]
    for n, number in enumerate(numbers):
        await case_in(stage, number, State.DEPOSIT_ASKED)
        payment = {"amount": "20000.00", "reference": f"R{n}", "paid_on": "2026-11-20"}
        await stage.do("pay", application=number, by="unit 1", **payment)
    return numbers


async def a_drawn_project(stage: Stage, families: int = 5, homes: int = 2, substitutes: int = 2) -> dict[str, str]:
    """Who was drawn, who is a substitute, by "drawn 1", "substitute 1" and so on; the others are in the pool again."""
    await a_priced_project(stage, homes=homes)
    numbers = await paid_families(stage, families)
    await hold(stage, Rules("P-1", "1", 20, "", "", PARTIES, (Pool("two-rooms", homes, substitutes),)))
    found = {}
    for number in numbers:
        case = await case_in(stage, number, State.DRAWN, State.SUBSTITUTE, State.POOL_CONFIRMED)
        assert case.allocation.result is not None
        found[f"{case.allocation.result.fate} {case.allocation.result.place}"] = number
    return found


async def hold(stage: Stage, rules: Rules) -> None:
    async def do(verb: str, by: str = "unit 1", **asked: Any) -> None:
        await stage.do(f"draw-{verb}", by=by, **DRAW, **asked)

    held_at = (stage.clock.now() + timedelta(days=7)).isoformat()
    await do("announce", rules=rules.to_bytes().decode(), held_at=held_at, place="the hall")
    await do("freeze")
    for party in PARTIES:
        await do("commit", party, party=party, commitment=commitment("P-1", "1", party, SECRETS[party]))
    await do("manifest", "notary 1")
    stage.turn(8)
    for clerk in ("clerk 1", "clerk 2"):
        await do("dice", clerk, dice=FIGURES)
    for party in PARTIES:
        await do("open", "notary 1", party=party, secret=SECRETS[party])
    await do("verify", "notary 1")
    await do("publish")


async def open_choosing(stage: Stage, found: dict[str, str]) -> None:
    """Every drawn family is called when this returns, and its slot has begun."""
    await call_the_drawn(stage, found)
    stage.turn(2 / 24)


async def call_the_drawn(stage: Stage, found: dict[str, str]) -> None:
    """The first slot begins an hour later."""
    begins = (stage.clock.now() + timedelta(hours=1)).isoformat()
    await stage.do("open-choosing", project="P-1", begins=begins, where="the hall", by="unit 1")
    for name, number in found.items():
        if name.startswith("drawn"):
            await case_in(stage, number, State.CALLED_TO_CHOOSE)
