"""What project unit and bank say about deposits: one payment, a bank's file, and a family's word for the next draw."""

from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import Field

from allocation.asking_again import ask_again
from allocation.decide.bank_file import PaymentLine, read_bank_file
from allocation.decide.contracts import settle_price
from allocation.decide.deposits import ask, may_register, need_past, take
from allocation.decide.freshness import older_than_months
from allocation.desk import Desk
from allocation.views import money_of
from chassis.commands import Command, allowed, call, retrying
from chassis.errors import CommandRefused
from chassis.log.journal import change_of
from contracts.case.case import Case, Recorded
from contracts.case.fold import evolve
from contracts.events import DepositAsked, DepositPaid, Event, PaymentKept, PriceSettled
from contracts.events.values import Officer, SubjectToken
from contracts.model import Frozen
from contracts.numbers import ApplicationNumber
from evidence.bank_references import ANOTHER, USED, claim_of, same_before

HOLD = "intake.hold"


class Pay(PaymentLine):
    """One payment of a family with the bank's reference: its deposit, or the balance of its price."""

    by: Officer


class TakeBankFile(Frozen):
    """A bank's list of payments, as CSV; each line has its fate, and the same file twice changes nothing."""

    file: Annotated[str, Field(max_length=400_000)]
    dry: bool = False
    """Only says what would become of each line."""
    by: Officer


class Register(Frozen):
    """A family in the pool takes part in the next project; nothing is published anew."""

    application: ApplicationNumber
    project: SubjectToken
    by: Officer


class ShowDeposit(Frozen):
    """Asks for what a family was asked, paid, and got back."""

    application: ApplicationNumber


@dataclass
class Before:
    """What the lines before one would have changed."""

    cases: dict[str, Case] = field(default_factory=dict)
    references: dict[str, str] = field(default_factory=dict)


def _fate(event: Event) -> str:
    return f"kept: {event.why}" if isinstance(event, PaymentKept) else "paid"


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
        before = Before()
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
                if request.dry:
                    fate = await self._would_take(line, request.by, before)
                else:
                    _, fate = await self._take(line, request.by)
            except CommandRefused as refused:
                fate = f"refused: {refused.title}: {refused.detail}"
            fates.append({"line": number, "application": line.application, "reference": line.reference, "fate": fate})
        return {"lines": fates}

    async def _take(self, line: PaymentLine, by: str) -> tuple[Case, str]:
        claim = claim_of(line.reference, line.application, line.amount)

        async def attempt() -> tuple[Case, str]:
            case = await self.desk.case(line.application)
            if await same_before(self.desk.journal.history, claim):
                return case, "known before"
            event = await self._event(case, line, by)
            [after] = await self.desk.journal.append_together(change_of(case, event), claims=(claim,))
            return after.state, _fate(event)

        return await retrying(attempt)

    async def _would_take(self, line: PaymentLine, by: str, before: Before) -> str:
        """The same without a word in the log; the lines before it count."""
        claim = claim_of(line.reference, line.application, line.amount)
        if (holder := before.references.get(claim.subject)) is not None and holder != claim.holder:
            raise CommandRefused(409, USED, ANOTHER)
        if holder is not None or await same_before(self.desk.journal.history, claim):
            return "known before"
        case = before.cases.get(line.application) or await self.desk.case(line.application)
        event = await self._event(case, line, by)
        before.cases[line.application] = evolve(case, Recorded(case.sequence + 1, event, "", event.at))
        before.references[claim.subject] = claim.holder
        return _fate(event)

    async def _event(self, case: Case, line: PaymentLine, by: str) -> PriceSettled | DepositPaid | PaymentKept:
        asked = case.allocation.asked
        project = (await self.desk.project(asked.project)).state if asked else None
        with allowed():
            now = self.desk.now()
            need_past(line.payment, now)
            return settle_price(case, line.payment, now, by) or take(
                case, project.says if project else None, line.payment, now, by
            )

    async def register(self, request: Register) -> dict[str, Any]:
        """Asks the departments anew first, if the determination is too old."""
        project = (await self.desk.project(request.project)).state

        async def attempt() -> dict[str, Any]:
            case = await self.desk.case(request.application)
            law, before = self.desk.law_of(case), await self._asked_by(case)
            with allowed():
                may_register(case, project, law, self.desk.today(), before)
            children = await self._held(case, request.project)
            if older_than_months(case, law.determination_valid_months, self.desk.today()):
                return await ask_again(self.desk, case, "too old for another project", request.by, children)
            if children:
                return await ask_again(self.desk, case, "a child is named elsewhere", request.by, children)
            with allowed():
                event = ask(case, project.says, self.desk.calendar, law, self.desk.now())
            assert event is not None, "a project without a deposit is refused above"
            [after] = await self.desk.journal.append_together(change_of(case, event))
            return {"asked_again": False, **money_of(after.state)}

        return await retrying(attempt)

    async def _asked_by(self, case: Case) -> frozenset[str]:
        """The projects that asked the family for a deposit before, whatever came of it."""
        asked = await self.desk.journal.history.of(case.application, "deposit-asked.*")
        return frozenset(item.event.project for item in asked if isinstance(item.event, DepositAsked))

    async def _held(self, case: Case, project: str) -> tuple[str, ...]:
        """Has intake hold the family's one place in this project, too (Art. 26(1)); gives the children whom an earlier
        case there names, and of whom no officer knows yet. Raises CommandRefused where the family applied there."""
        service, _, verb = HOLD.partition(".")
        held = await call(self.desk.context.nc, service, verb, {"application": case.application, "project": project})
        return tuple(one for one in held["children_elsewhere"] if one not in case.children_elsewhere)

    async def show(self, request: ShowDeposit) -> dict[str, Any]:
        return money_of(await self.desk.case(request.application))
