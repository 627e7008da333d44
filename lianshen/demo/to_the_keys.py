"""The second half of the demo: a small project, from the pool to the keys, with a draw in the open (Art. 25–34).

Everything goes over the commands that people use; the rehearsal's clock is turned on where the law has families wait.
"""

import asyncio
import json
import secrets
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from allocation.draw.hashes import commitment
from allocation.draw.rules import Pool, Rules
from nats.aio.client import Client

from chassis.commands import call
from chassis.errors import CommandRefused
from chassis.log.history import History
from contracts.case.case import Case
from contracts.case.states import State
from contracts.events.values import TYPED
from contracts.local_time import SHANGHAI

PROJECT = "HN-2026-02"
SERIAL = "1"
POOL = "two-rooms"
TENANTS = "tenants"
"""A home is reserved for whoever leaves a rental, so that the demo shows what a hand-over waits for."""
HOMES, SUBSTITUTES = 4, 2
PARTIES = ("housing-bureau", "project-unit", "notary", "discipline-inspection", "families")
TURNING = ("intake", "verify-household", "verify-property", "determination", "publicity", "allocation", "after-care")
TURNING_TOO = ("notify", "archive")
UNIT, BUREAU, NOTARY = f"project unit{TYPED}", f"bureau{TYPED}", f"notary{TYPED}"
Say = Callable[[str], None]


@dataclass
class Row:
    """What a family has at the end."""

    name: str
    state: str
    place: str
    ticket: str
    home: str


@dataclass
class ToTheKeys:
    """One walk; `names` are those of the files, by application."""

    nc: Client
    history: History
    names: dict[str, str]
    say: Say
    ahead: float = 0.0
    secrets_: dict[str, str] = field(default_factory=lambda: {party: secrets.token_hex(32) for party in PARTIES})

    async def play(self, pool: Iterable[str]) -> list[Row]:
        """Raises CommandRefused where a step is refused: the demo says so."""
        families = list(pool)
        await self._project()
        await self._deposits(families)
        await self._draw(families)
        await self._choosing(families)
        return [await self._row(number) for number in families]

    async def _do(self, verb: str, by: str = UNIT, **asked: Any) -> dict[str, Any]:
        return await call(self.nc, "allocation", verb, {**asked, "by": by})

    async def _project(self) -> None:
        self.say(f"{PROJECT}: announced with {HOMES} homes, priced and approved")
        await self._do("announce", says=announcement(self._today()))
        per_m2 = {"land": "300.00", "construction": "2200.00", "other": "180.00", "profit": "120.00"}
        priced = await self._do("determine-price", project=PROJECT, per_m2=per_m2)
        day = str(self._today())
        document = {"document": "海南政办发（演示）1号", "document_date": day, "published_on": day}
        await self._do("approve-price", BUREAU, project=PROJECT, determination=priced.get("n", 1), **document)

    async def _deposits(self, families: list[str]) -> None:
        await self._until(lambda: self._takes_applications())
        for number in families:
            await self._do("register", application=number, project=PROJECT)
        await self._all(families, {State.DEPOSIT_ASKED})
        lines = ["application,amount,reference,paid_on,pool,group"]
        for n, number in enumerate(families, 1):
            group = TENANTS if "rental" in self.names[number] else "none"
            lines.append(f"{number},20000.00,DEMO-{n:04d},{self._today()},{POOL},{group}")
        await self._do("take-bank-file", file="\n".join(lines) + "\n")
        await self._all(families, {State.DEPOSIT_PAID})
        self.say(f"{PROJECT}: {len(families)} families paid their deposit, by the bank's file")

    async def _draw(self, families: list[str]) -> None:
        pools = (Pool(POOL, HOMES, SUBSTITUTES, ((TENANTS, 1),)),)
        rules = Rules(PROJECT, SERIAL, 20, "", "", PARTIES, pools).to_bytes().decode()
        held_at = (self._now() + timedelta(days=8)).isoformat()
        draw = {"project": PROJECT, "serial": SERIAL}
        await self._do("draw-announce", **draw, rules=rules, held_at=held_at, place="the bureau's hall")
        frozen = await self._do("draw-freeze", **draw)
        self.say(f"draw {frozen['draw']}: rules posted, the list of {frozen['entrants']} is frozen")
        for party, secret in self.secrets_.items():
            hashed = commitment(PROJECT, SERIAL, party, secret)
            await self._do("draw-commit", f"{party}{TYPED}", **draw, party=party, commitment=hashed)
        await self._do("draw-manifest", NOTARY, **draw)
        await self._turn(8)
        figures = "".join(str(secrets.randbelow(10)) for _ in range(20))
        await self._do("draw-dice", f"clerk 1{TYPED}", **draw, dice=figures)
        await self._do("draw-dice", f"clerk 2{TYPED}", **draw, dice=figures)
        self.say(f"draw: the dice say {figures}, typed twice; now the envelopes")
        for party, secret in self.secrets_.items():
            held = await self._do("draw-open", NOTARY, **draw, party=party, secret=secret)
        await self._do("draw-verify", NOTARY, **draw)
        self.say("draw: verified by a second implementation")
        await self._do("draw-publish", **draw)
        self.say(f"draw: published; the seed is {held['seed']}")
        await self._all(families, {State.DRAWN, State.SUBSTITUTE, State.POOL_CONFIRMED})

    async def _choosing(self, families: list[str]) -> None:
        begins = self._now() + timedelta(minutes=1)
        opened: dict[str, Any] = {"project": PROJECT, "serial": SERIAL, "begins": begins.isoformat(), "minutes": 15}
        await self._do("open-choosing", **opened, where="the bureau's hall")
        drawn = await self._in(families, {State.DRAWN, State.CALLED_TO_CHOOSE})
        await self._all(drawn, {State.CALLED_TO_CHOOSE})
        await self._turn(1)
        absent = next(number for number in drawn if "rental" not in self.names[number])
        for number in drawn:
            if number != absent:
                await self._chooses(number)
        await self._do("miss-choice", application=absent)
        self.say(f"{self.names[absent]}: did not come; it is heard for five working days")
        await self._turn(14)
        reason = "it gave no reason in the time in which it was heard"
        await self._do("cancel-qualification", BUREAU, application=absent, reason=reason)
        self.say(f"{self.names[absent]}: an officer cancelled its qualification, with a ban of a year")
        slot = (self._now() + timedelta(minutes=1)).isoformat()
        called = {"project": PROJECT, "pool": POOL, "slot_from": slot, "reason": "a drawn family did not come"}
        await self._do("call-next", **called)
        await self._turn(1)
        for number in await self._in(families, {State.CALLED_TO_CHOOSE}):
            self.say(f"{self.names[number]}: the first substitute is called")
            await self._chooses(number)
        for number in await self._in(families, {State.HOME_CHOSEN}):
            await self._moves_in(number)

    async def _chooses(self, number: str) -> None:
        free = await self._free()
        await self._do("choose", application=number, home=free[0])
        self.say(f"{self.names[number]}: chose {free[0]}")

    async def _moves_in(self, number: str) -> None:
        n = self.names[number].partition("-")[0]
        try:
            await self._do("sign-contract", application=number, number=f"HT-{n}")
        except CommandRefused as problem:
            self.say(f"{self.names[number]}: no contract yet: {problem.detail}")
            return
        contract = (await self.history.load(number)).allocation.contract
        assert contract is not None
        payment = {"application": number, "amount": str(contract.balance), "reference": f"DEMO-P{n}"}
        await self._do("pay", **payment, paid_on=str(self._today()))
        await self._do("hand-over", application=number)
        case = await self.history.load(number)
        waits = "has its keys" if case.state is State.HANDED_OVER else "gets its keys once the rental home is left"
        self.say(f"{self.names[number]}: signed, paid, and {waits}")

    async def _free(self) -> list[str]:
        found = await call(self.nc, "allocation", "show-choosing", {"project": PROJECT})
        return list(found["pools"][POOL]["free"])

    async def _takes_applications(self) -> bool:
        found = await call(self.nc, "allocation", "list-projects", {})
        return any(one["project"] == PROJECT and one["takes_applications"] for one in found["projects"])

    async def _in(self, families: list[str], states: set[State]) -> list[str]:
        return [number for number in families if (await self.history.load(number)).state in states]

    async def _all(self, families: list[str], states: set[State]) -> None:
        async def there() -> bool:
            return len(await self._in(families, states)) == len(families)

        await self._until(there)

    async def _until(self, look: Callable[[], Awaitable[bool]], within: float = 20.0) -> None:
        ends = time.monotonic() + within
        while not await look():
            if time.monotonic() > ends:
                raise CommandRefused(503, "the demo waits in vain", "what should follow by itself did not come")
            await asyncio.sleep(0.1)

    async def _turn(self, days: float) -> None:
        """Every process goes on to a later day."""
        self.ahead += days
        self.say(f"DRILL: the clock is turned on by {days:g} days")
        for service in (*TURNING, *TURNING_TOO):
            await call(self.nc, service, "turn-clock", {"ahead_days": self.ahead})

    def _now(self) -> datetime:
        return datetime.now(UTC) + timedelta(days=self.ahead)

    def _today(self) -> date:
        return self._now().astimezone(SHANGHAI).date()

    async def _row(self, number: str) -> Row:
        case: Case = await self.history.load(number)
        known = case.allocation
        place = f"{known.result.fate.replace('_', ' ')} {known.result.place}" if known.result else ""
        ticket = known.result.ticket[:12] if known.result else ""
        return Row(self.names[number], str(case.state), place, ticket, known.home or "")


def announcement(today: date) -> dict[str, Any]:
    """A project of four small homes."""
    homes = [
        {"code": f"DEMO-{n}", "building": "1", "floor": n, "area": f"{74 + n}.50", "pool": POOL}
        for n in range(1, HOMES + 1)
    ]
    found = {
        "project": PROJECT,
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
