"""Whatever families and unit do in two projects, in any order and at once: no money is lost, and nobody is stuck."""

import asyncio
import os
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from allocation.draw.hashes import commitment
from allocation.draw.rules import Pool, Rules

from chassis.commands import decide_and_append
from chassis.errors import CommandRefused
from contracts.case.case import Case
from contracts.case.fold import allows
from contracts.case.states import CLOSED, State
from contracts.events import ApplicationWithdrawn, DepositPaid, DepositSettled
from tests.allocation.announced import a_priced_project
from tests.allocation.ceremonies import FIGURES, PARTIES, SECRETS
from tests.allocation.families import a_confirmed_family
from tests.allocation.stage import Stage, allocation
from tests.support.real_bus import RealBus

SEEDS = range(int(os.environ.get("SEEDS", "1")))
"""`make test-nightly` plays more."""
PROJECTS = ("P-1", "P-2")
AT_ONCE, ROUNDS = 4, 20
WITH_A_HOME = {State.HOME_CHOSEN, State.CONTRACT_SIGNED}
RESTS = {State.POOL_CONFIRMED, *WITH_A_HOME, *CLOSED}


@dataclass
class Play:
    """One town, and what may happen in it."""

    stage: Stage
    chance: random.Random
    families: list[str]
    serials: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PROJECTS, 1))

    async def do(self, verb: str, **asked: Any) -> bool:
        """Whether it was done: a refusal is an answer like another one."""
        with suppress(CommandRefused):
            await self.stage.do(verb, by="unit 1", **asked)
            return True
        return False

    @property
    def somebody(self) -> str:
        return self.chance.choice(self.families)

    @property
    def project(self) -> str:
        return self.chance.choice(PROJECTS)

    async def pays(self) -> None:
        """With a bank's reference that may be another one's."""
        reference, amount = f"R{self.chance.randrange(40)}", self.chance.choice(["20000.00"] * 5 + ["1.00"])
        await self.do("pay", application=self.somebody, amount=amount, reference=reference, paid_on="2026-11-20")

    async def withdraws(self) -> None:
        def word(case: Case) -> tuple[ApplicationWithdrawn, ...]:
            said = ApplicationWithdrawn(application=case.application, at=self.stage.clock.now(), reason="r", by="f")
            return (said,) if allows(case, ApplicationWithdrawn) else ()

        if self.chance.random() < 0.3:
            await decide_and_append(self.stage.journal, self.somebody, word)

    async def registers(self) -> None:
        await self.do("register", application=self.somebody, project=self.project)

    async def draws(self) -> None:
        """A whole ceremony, or a part of one."""
        project = self.project
        serial, whole = str(self.serials[project]), self.chance.random() < 0.8
        draw = {"project": project, "serial": serial}
        rules = Rules(project, serial, 20, "", "", PARTIES, (Pool("two-rooms", 2, 1),)).to_bytes().decode()
        held_at = (self.stage.clock.now() + timedelta(days=7)).isoformat()
        await self.do("draw-announce", **draw, rules=rules, held_at=held_at, place="the hall")
        await self.do("draw-freeze", **draw)
        if not whole:
            # A draw that stands is not void for the asking: its own serial goes on.
            if await self.do("draw-void", **draw, ground="before the envelopes", reason="a storm"):
                self.serials[project] = int(serial) + 1
            return
        for party in PARTIES:
            said = commitment(project, serial, party, SECRETS[party])
            await self.do("draw-commit", **draw, party=party, commitment=said)
        await self.do("draw-manifest", **draw)
        self.stage.turn(4)
        for clerk in ("clerk 1", "clerk 2"):
            with suppress(CommandRefused):
                await self.stage.do("draw-dice", **draw, dice=FIGURES, by=clerk)
        for party in PARTIES:
            await self.do("draw-open", **draw, party=party, secret=SECRETS[party])
        await self.do("draw-verify", **draw)
        await self.do("draw-publish", **draw)

    async def admits(self) -> None:
        project = self.project
        serial = str(self.serials[project])
        await self.do("draw-admit", project=project, serial=serial, application=self.somebody, reason="left out")

    async def opens(self) -> None:
        project, begins = self.project, (self.stage.clock.now() + timedelta(hours=1)).isoformat()
        serial = str(self.serials[project])
        await self.do("open-choosing", project=project, serial=serial, begins=begins, where="the hall")
        self.stage.turn(0.1)

    async def calls(self) -> None:
        soon = (self.stage.clock.now() + timedelta(minutes=1)).isoformat()
        await self.do("call-next", project=self.project, pool="two-rooms", slot_from=soon, reason="next")
        self.stage.turn(0.1)

    async def chooses(self) -> None:
        home = f"{self.project}-000{self.chance.randrange(1, 3)}"
        await self.do("choose", application=self.somebody, home=home)

    async def signs(self) -> None:
        number = self.somebody
        await self.do("sign-contract", application=number, number=f"C-{self.chance.randrange(10**6)}")

    async def declines(self) -> None:
        await self.do("decline-choice", application=self.somebody, reason="too small")

    async def closes(self) -> None:
        await self.do("close-choosing", project=self.project)

    @property
    def acts(self) -> tuple[Callable[[], Awaitable[None]], ...]:
        often = (self.pays,) * 4 + (self.chooses,) * 4 + (self.registers, self.calls, self.admits, self.signs)
        return (*often, self.withdraws, self.draws, self.opens, self.declines, self.closes)

    async def end(self, project: str) -> None:
        """The unit brings it to its end: whoever is called takes none, and the project is closed."""
        draw = {"project": project, "serial": str(self.serials[project])}
        await self.do("draw-void", **draw, ground="before the envelopes", reason="the end")
        self.stage.turn(0.2)
        begins = (self.stage.clock.now() + timedelta(hours=1)).isoformat()
        await self.do("open-choosing", **draw, begins=begins, where="the hall")
        for number in self.families:
            await self.do("decline-choice", application=number, reason="the end")
        soon = (self.stage.clock.now() + timedelta(minutes=1)).isoformat()
        await self.do("call-next", project=project, pool="two-rooms", slot_from=soon, reason="next")
        await self.do("close-choosing", project=project)
        await self.do("close-project", project=project, goes_to="the next one")

    async def cases(self) -> list[Case]:
        return [await self.stage.journal.load(number) for number in self.families]


def fault_of(case: Case, held: Decimal) -> str | None:
    """What must not be once everything is over; `held` by adding up what was paid and settled."""
    known = case.allocation
    if held != known.deposit or held < 0:
        return f"{held} of the deposit is held, and the case says {known.deposit}"
    if case.state not in RESTS:
        return f"stuck: {case.state}"
    return f"{held} is held of a case that is {case.state}" if held and case.state is not State.HOME_CHOSEN else None


@pytest.mark.parametrize("seed", SEEDS)
async def test_no_order_of_acts_loses_money_or_leaves_a_family_stuck(real_bus: RealBus, seed: int) -> None:
    async with allocation(real_bus) as stage:
        for project in PROJECTS:
            await a_priced_project(stage, project, homes=2)
        families = [await a_confirmed_family(stage.journal, PROJECTS[n % 3 == 2]) for n in range(8)]
        play = Play(stage, random.Random(seed), families)
        for _ in range(ROUNDS):
            chosen = play.chance.choices(play.acts, k=AT_ONCE)
            await asyncio.gather(*(act() for act in chosen))
        stage.turn(40)
        async with asyncio.timeout(120):
            while faults := await left_over(play):
                for project in PROJECTS:
                    await play.end(project)
                await asyncio.sleep(0.2)
        assert faults == {}
        assert await stage.audited() == []


async def left_over(play: Play) -> dict[str, str]:
    found = {}
    for number in play.families:
        history = await play.stage.journal.history.of(number)
        paid = sum((it.event.amount for it in history if isinstance(it.event, DepositPaid)), Decimal("0.00"))
        settled = sum((it.event.amount for it in history if isinstance(it.event, DepositSettled)), Decimal("0.00"))
        case = await play.stage.journal.load(number)
        if fault := fault_of(case, paid - settled):
            found[number] = fault
    return found
