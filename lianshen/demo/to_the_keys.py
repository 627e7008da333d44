"""The second half of the demo: a small project, from the pool to the keys and after, with an open draw (Art. 25–34).

Everything goes over the commands that people use; the rehearsal's clock is turned on where the law has families wait.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from chassis.commands import call
from chassis.errors import CommandRefused
from contracts.case.case import Case
from contracts.case.states import State
from lianshen.demo.bought_back import BoughtBack
from lianshen.demo.one_draw import POOL, OneDraw
from lianshen.demo.rehearsal import BUREAU

LATER = 366
"""Days until a home is sold back; the keys of the simulated departments count for two years."""


@dataclass
class Row:
    """What a family has at the end."""

    name: str
    state: str
    place: str
    ticket: str
    home: str


class ToTheKeys(OneDraw):
    """The whole way of some families."""

    async def play(self, pool: Iterable[str]) -> list[Row]:
        """Raises CommandRefused where a step is refused: the demo says so."""
        families = list(pool)
        await self.announce()
        await self.deposits(families)
        await self.draw(families)
        await self._choosing(families)
        await self._bought_back(families)
        return [await self._row(number) for number in families]

    async def _choosing(self, families: list[str]) -> None:
        drawn = await self.open_choosing(families)
        absent = next(number for number in drawn if "rental" not in self.names[number])
        for number in drawn:
            if number != absent:
                await self.chooses(number)
        await self._does_not_come(absent)
        await self._next_is_called(families)
        for number in await self.those_in(families, {State.HOME_CHOSEN}):
            await self.moves_in(number)

    async def open_choosing(self, families: list[str]) -> list[str]:
        """Whoever is drawn, in its slot."""
        begins = self.now() + timedelta(minutes=1)
        opened: dict[str, Any] = {
            "project": self.project,
            "serial": self.serial,
            "begins": begins.isoformat(),
            "minutes": 15,
        }
        await self.do("open-choosing", **opened, where="the bureau's hall")
        drawn = await self.those_in(families, {State.DRAWN, State.CALLED_TO_CHOOSE})
        await self.until_in(drawn, {State.CALLED_TO_CHOOSE})
        await self.turn(1)
        return drawn

    async def _does_not_come(self, absent: str) -> None:
        await self.do("miss-choice", application=absent)
        self.say(f"{self.names[absent]}: did not come; it is heard for five working days")
        await self.turn(14)
        reason = "it gave no reason in the time in which it was heard"
        await self.do("cancel-qualification", BUREAU, application=absent, reason=reason)
        self.say(f"{self.names[absent]}: an officer cancelled its qualification, with a ban of a year")

    async def _next_is_called(self, families: list[str]) -> None:
        slot = (self.now() + timedelta(minutes=1)).isoformat()
        called = {"project": self.project, "pool": POOL, "slot_from": slot, "reason": "a drawn family did not come"}
        await self.do("call-next", **called)
        await self.turn(1)
        for number in await self.those_in(families, {State.CALLED_TO_CHOOSE}):
            self.say(f"{self.names[number]}: the first substitute is called")
            await self.chooses(number)

    async def _bought_back(self, families: list[str]) -> None:
        """A year later, so that a home is worth less."""
        await self.turn(LATER)
        leaves = (await self.those_in(families, {State.HANDED_OVER}))[0]
        await BoughtBack(self.nc, leaves, self.names[leaves], self.say).play()

    async def chooses(self, number: str) -> None:
        free = await self._free()
        await self.do("choose", application=number, home=free[0])
        self.say(f"{self.names[number]}: chose {free[0]}")

    async def moves_in(self, number: str) -> None:
        n = self.names[number].partition("-")[0]
        try:
            await self._signs(number, f"HT-{n}")
        except CommandRefused as problem:
            self.say(f"{self.names[number]}: no contract yet: {problem.detail}")
            return
        contract = (await self.history.load(number)).allocation.contract
        assert contract is not None
        payment = {"application": number, "amount": str(contract.balance), "reference": f"DEMO-P{n}"}
        await self.do("pay", **payment, paid_on=str(self.today()))
        await self.do("hand-over", application=number)
        case = await self.history.load(number)
        waits = "has its keys" if case.state is State.HANDED_OVER else "gets its keys once the rental home is left"
        self.say(f"{self.names[number]}: signed, paid, and {waits}")

    async def _signs(self, number: str, contract: str) -> None:
        signed = await self.do("sign-contract", application=number, number=contract)
        if signed["asked_again"]:
            self.say(f"{self.names[number]}: answers are too old for a contract; all departments are asked again")
            await self.until_in([number], {State.HOME_CHOSEN})
            await self._signs(number, contract)

    async def _free(self) -> list[str]:
        found = await call(self.nc, "allocation", "show-choosing", {"project": self.project})
        return list(found["pools"][POOL]["free"])

    async def _row(self, number: str) -> Row:
        case: Case = await self.history.load(number)
        known = case.allocation
        place = f"{known.result.fate.replace('_', ' ')} {known.result.place}" if known.result else ""
        ticket = (known.result.ticket or "")[:12] if known.result else ""
        return Row(self.names[number], str(case.state), place, ticket, known.home or "")
