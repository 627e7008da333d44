"""What project unit and bank say about deposits: one payment, a bank's file, and a family's word for the next draw."""

from typing import Annotated, Any

from pydantic import Field

from allocation.asking_again import ask_again
from allocation.decide.bank_file import PaymentLine, read_bank_file
from allocation.decide.contracts import settle_price
from allocation.decide.deposits import ask, may_register, take
from allocation.decide.freshness import older_than_months
from allocation.desk import Desk
from allocation.references import USED, claim_of, same_before
from allocation.views import money_of
from chassis.commands import Command, allowed, retrying
from chassis.errors import CommandRefused
from chassis.log.journal import change_of
from contracts.case.case import Case
from contracts.events import PaymentKept
from contracts.events.values import Officer, SubjectToken
from contracts.model import Frozen
from contracts.numbers import ApplicationNumber


class Pay(PaymentLine):
    """One payment of a family with the bank's reference: its deposit, or the balance of its price."""

    by: Officer


class TakeBankFile(Frozen):
    """A bank's list of payments, as CSV; each line has its fate, and the same file twice changes nothing."""

    file: Annotated[str, Field(max_length=400_000)]
    by: Officer


class Register(Frozen):
    """A family in the pool takes part in the next project; nothing is published anew."""

    application: ApplicationNumber
    project: SubjectToken
    by: Officer


class ShowDeposit(Frozen):
    """Asks for what a family was asked, paid, and got back."""

    application: ApplicationNumber


class DepositCommands:
    """The commands of one deployment's deposits."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def table(self) -> tuple[Command[Any], ...]:
        return (
            Command("pay", Pay, self.pay),
            Command("take-bank-file", TakeBankFile, self.take_bank_file),
            Command("register", Register, self.register),
            Command("show-deposit", ShowDeposit, self.show),
        )

    async def pay(self, request: Pay) -> dict[str, Any]:
        case, fate = await self._take(request, request.by)
        if fate == "known before":
            raise CommandRefused(409, USED, "for exactly this payment: nothing was changed")
        return {"fate": fate, **money_of(case)}

    async def take_bank_file(self, request: TakeBankFile) -> dict[str, Any]:
        """Line by line, so that one that is refused stops no other."""
        try:
            lines = list(read_bank_file(request.file))
        except ValueError as wrong:
            raise CommandRefused(422, "this is no list of payments", str(wrong)) from None
        fates: list[dict[str, Any]] = []
        for number, line in lines:
            if isinstance(line, str):
                fates.append({"line": number, "fate": f"refused: {line}"})
                continue
            try:
                _, fate = await self._take(line, request.by)
            except CommandRefused as refused:
                fate = f"refused: {refused.title}: {refused.detail}"
            fates.append({"line": number, "application": line.application, "reference": line.reference, "fate": fate})
        return {"lines": fates}

    async def _take(self, line: PaymentLine, by: str) -> tuple[Case, str]:
        claim = claim_of(line.reference, line.application, line.amount)

        async def attempt() -> tuple[Case, str]:
            case = await self.desk.case(line.application)
            if await same_before(self.desk, claim):
                return case, "known before"
            asked = case.allocation.asked
            project = (await self.desk.project(asked.project)).state if asked else None
            with allowed():
                now = self.desk.now()
                event = settle_price(case, line.payment, now, by) or take(
                    case, project.says if project else None, line.payment, now, by
                )
            [after] = await self.desk.journal.append_together(change_of(case, event), claims=(claim,))
            return after.state, f"kept: {event.why}" if isinstance(event, PaymentKept) else "paid"

        return await retrying(attempt)

    async def register(self, request: Register) -> dict[str, Any]:
        """Asks the departments anew first, if the determination is too old."""
        project = (await self.desk.project(request.project)).state

        async def attempt() -> dict[str, Any]:
            case = await self.desk.case(request.application)
            with allowed():
                may_register(case, project, self.desk.today())
            law = self.desk.law_of(case)
            if older_than_months(case, law.determination_valid_months, self.desk.today()):
                return await ask_again(self.desk, case, "too old for another project", request.by)
            with allowed():
                event = ask(case, project.says, self.desk.calendar, law, self.desk.now())
            if event is None:
                raise CommandRefused(409, "not possible in this state", "the project asks no deposit")
            [after] = await self.desk.journal.append_together(change_of(case, event))
            return {"asked_again": False, **money_of(after.state)}

        return await retrying(attempt)

    async def show(self, request: ShowDeposit) -> dict[str, Any]:
        return money_of(await self.desk.case(request.application))
