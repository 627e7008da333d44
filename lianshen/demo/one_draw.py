"""A small project and its draw in the open, step by step, as its project unit and parties do it (Art. 25, 26)."""

import json
import secrets
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from allocation.draw.hashes import commitment
from allocation.draw.rules import Pool, Rules

from chassis.commands import call
from contracts.case.states import State
from contracts.events.values import TYPED
from lianshen.demo.rehearsal import BUREAU, NOTARY, UNIT, Rehearsal

PROJECT = "HN-2026-02"
POOL = "two-rooms"
TENANTS = "tenants"
"""A home is reserved for whoever leaves a rental, so that the demo shows what a hand-over waits for."""
HOMES, SUBSTITUTES = 4, 2
PARTIES = ("housing-bureau", "project-unit", "notary", "discipline-inspection", "families")


@dataclass
class OneDraw(Rehearsal):
    """Of one project, from its announcement to the published result."""

    project: str = PROJECT
    serial: str = "1"
    homes: int = HOMES
    parties: tuple[str, ...] = PARTIES
    secrets_: dict[str, str] = field(default_factory=lambda: defaultdict(lambda: secrets.token_hex(32)))
    """What each party wrote down, by its name."""

    async def announce(self) -> None:
        """Priced, approved, and open for applications when this returns."""
        self.say(f"{self.project}: announced with {self.homes} homes, priced and approved")
        await self.do("announce", says=announcement(self.today(), self.project, self.homes))
        per_m2 = {"land": "300.00", "construction": "2200.00", "other": "180.00", "profit": "120.00"}
        priced = await self.do("determine-price", project=self.project, per_m2=per_m2)
        day = str(self.today())
        document = {"document": "海南政办发（演示）1号", "document_date": day, "published_on": day}
        determination = priced.get("n", 1)
        await self.do("approve-price", BUREAU, project=self.project, determination=determination, **document)
        await self.until(self._takes_applications)

    async def deposits(self, families: list[str]) -> None:
        for number in families:
            await self.do("register", application=number, project=self.project)
        await self.until_in(families, {State.DEPOSIT_ASKED})
        lines = ["application,amount,reference,paid_on,pool,group"]
        for n, number in enumerate(families, 1):
            group = TENANTS if "rental" in self.names[number] else "none"
            lines.append(f"{number},20000.00,{self.project}-{n:04d},{self.today()},{POOL},{group}")
        await self.do("take-bank-file", file="\n".join(lines) + "\n")
        await self.until_in(families, {State.DEPOSIT_PAID})
        self.say(f"{self.project}: {len(families)} families paid their deposit, by the bank's file")

    async def draw(self, families: list[str]) -> None:
        """Every step of the ceremony; each family has its place when this returns."""
        await self.freeze()
        await self.commit()
        await self.throw()
        await self.open_envelopes(self.parties)
        await self.verify_and_publish()
        await self.until_in(families, {State.DRAWN, State.SUBSTITUTE, State.POOL_CONFIRMED})

    async def step(self, verb: str, by: str = UNIT, **said: Any) -> dict[str, Any]:
        """One step of this draw's ceremony."""
        return await self.do(f"draw-{verb}", by, project=self.project, serial=self.serial, **said)

    async def freeze(self) -> None:
        pools = (Pool(POOL, self.homes, SUBSTITUTES, ((TENANTS, 1),)),)
        rules = Rules(self.project, self.serial, 20, "", "", self.parties, pools).to_bytes().decode()
        held_at = (self.now() + timedelta(days=8)).isoformat()
        await self.step("announce", rules=rules, held_at=held_at, place="the bureau's hall")
        frozen = await self.step("freeze")
        self.say(f"draw {frozen['draw']}: rules posted, the list of {frozen['entrants']} is frozen")

    async def commit(self) -> None:
        for party in self.parties:
            hashed = commitment(self.project, self.serial, party, self.secrets_[party])
            await self.step("commit", f"{party}{TYPED}", party=party, commitment=hashed)
        await self.step("manifest", NOTARY)

    async def throw(self) -> None:
        """A week later."""
        await self.turn(8)
        figures = "".join(str(secrets.randbelow(10)) for _ in range(20))
        for clerk in (f"clerk 1{TYPED}", f"clerk 2{TYPED}"):
            await self.step("dice", clerk, dice=figures)
        self.say(f"draw: the dice say {figures}, typed twice; now the envelopes")

    async def open_envelopes(self, parties: Iterable[str], second: bool = False) -> dict[str, Any]:
        """How far the draw is after the last of them."""
        opened: dict[str, Any] = {}
        for party in parties:
            opened = await self.step("open", NOTARY, party=party, secret=self.secrets_[party], second=second)
        return opened

    async def verify_and_publish(self) -> None:
        await self.step("verify", NOTARY)
        self.say("draw: verified by a second implementation")
        published = await self.step("publish")
        self.say(f"draw: published; the seed is {published['seed']}")

    async def _takes_applications(self) -> bool:
        found = await call(self.nc, "allocation", "list-projects", {})
        return any(one["project"] == self.project and one["takes_applications"] for one in found["projects"])


def announcement(today: date, project: str, count: int) -> dict[str, Any]:
    """A project of a few small homes."""
    homes = [
        {"code": f"{project}-{n}", "building": "1", "floor": n, "area": f"{74 + n}.50", "pool": POOL}
        for n in range(1, count + 1)
    ]
    found = {
        "project": project,
        "title": "海南区2026年第二批配售型保障性住房（演示数据）",
        "place": "公乌素镇（演示）",
        "way": "offline",
        "stock": "new",
        "registration_opens": str(today),
        "registration_closes": str(today + timedelta(days=30)),
        "method": "An open draw; rules and checker are posted before the list is frozen.",
        "deposit": {"amount": "20000.00", "working_days": 10},
        "pools": [{"name": POOL, "substitutes": SUBSTITUTES, "reserved": [{"group": TENANTS, "homes": 1}]}],
        "homes": homes,
    }
    return dict(json.loads(json.dumps(found)))
