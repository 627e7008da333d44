"""What owner, officer and project unit say about a buy-back (Art. 27, 28)."""

from typing import Any

from after_care.decide.buy_back import accept, ask, decide, must_wait_for_conditions, pay, show
from after_care.decide.registration import owner_of, read, show_all
from after_care.desk import Desk
from chassis.commands import Command, allowed, call
from chassis.errors import CommandRefused
from contracts.events.after_care import BY_INSPECTION, Condition
from contracts.events.allocation import BankReference, Document
from contracts.events.values import BanAnswer, Officer, Reason
from contracts.model import Frozen
from contracts.money import Yuan
from contracts.numbers import ApplicationNumber
from evidence.bank_references import USED, claim_of, same_before
from procedures.hainan_2025.departments.real_estate import REAL_ESTATE

VERIFY_PROPERTY, ABOUT_HOME = "verify-property", "ask-about-home"
"""The service that asks real-estate registration, and its command."""


class OfTheOwner(Frozen):
    """The owner asks for a buy-back, or takes an offer; whoever is at the counter says it for them."""

    application: ApplicationNumber
    by: Officer


class ShowCondition(Frozen):
    """Whether one condition is met, and what shows it: a paper's number and date, or the record of an inspection."""

    application: ApplicationNumber
    condition: Condition
    met: bool
    document: Document
    by: Officer


class AskRegistration(Frozen):
    """Real-estate registration is asked what burdens the home: mortgage, lease, right of residence, dispute."""

    application: ApplicationNumber
    by: Officer


class DecideBuyBack(Frozen):
    """Refused with every condition that is not met, offered at its price if all are; never while one is unknown."""

    application: ApplicationNumber
    reason: Reason
    by: Officer


class PayBuyBack(Frozen):
    """The offered price was paid, under the bank's reference; the home is back in stock."""

    application: ApplicationNumber
    amount: Yuan
    reference: BankReference
    by: Officer


class BuyBackCommands:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def table(self) -> tuple[Command[Any], ...]:
        return (
            Command("ask-buy-back", OfTheOwner, self.ask),
            Command("show-condition", ShowCondition, self.show),
            Command("inspect", ShowCondition, self.inspect),
            Command("ask-registration", AskRegistration, self.ask_registration),
            Command("decide-buy-back", DecideBuyBack, self.decide),
            Command("accept-buy-back", OfTheOwner, self.accept),
            Command("pay-buy-back", PayBuyBack, self.pay),
        )

    async def ask(self, asked: OfTheOwner) -> dict[str, Any]:
        home = (await self.desk.home_of(asked.application)).state
        return await self.desk.decide(asked.application, lambda case: ask(case, home, asked.by, self.desk.now()))

    async def show(self, asked: ShowCondition) -> dict[str, Any]:
        """What an officer reads from a paper."""
        return await self._shown(asked, asked.condition not in BY_INSPECTION, "the project unit inspects it")

    async def inspect(self, asked: ShowCondition) -> dict[str, Any]:
        """What the project unit sees in the home, or in its books."""
        return await self._shown(asked, asked.condition in BY_INSPECTION, "an officer reads it from a paper")

    async def _shown(self, asked: ShowCondition, theirs: bool, whose: str) -> dict[str, Any]:
        if not theirs:
            raise CommandRefused(409, "another one shows this", f"{asked.condition.replace('_', ' ')}: {whose}")
        said = (asked.condition, asked.met, asked.document, asked.by)
        return await self.desk.decide(asked.application, lambda case: show(case, *said, self.desk.now()))

    async def ask_registration(self, asked: AskRegistration) -> dict[str, Any]:
        """What it says clearly is shown; what it does not say waits for a paper, as where it is not asked at all."""
        desk = self.desk
        home = (await desk.home_of(asked.application)).state
        case = await desk.journal.load(asked.application)
        with allowed():
            must_wait_for_conditions(case)
        n = min(case.allocation.counts["BuyBackAsked"], 99)
        about = {"application": asked.application, "department": REAL_ESTATE.name, "home": home.code, "n": n}
        answered = await call(desk.context.nc, VERIFY_PROPERTY, ABOUT_HOME, about)
        said = BanAnswer.model_validate(answered["said"])
        known = read(said.answer, owner_of(case), home.code)
        after = await desk.decide_all(
            asked.application, lambda case: show_all(case, known, said, asked.by, desk.now())
        )
        return {**after, "unknown": [condition for condition, met in known.items() if met is None]}

    async def decide(self, asked: DecideBuyBack) -> dict[str, Any]:
        desk = self.desk
        return await desk.decide(
            asked.application, lambda case: decide(case, asked.reason, asked.by, desk.law_of(case), desk.now())
        )

    async def accept(self, asked: OfTheOwner) -> dict[str, Any]:
        return await self.desk.decide(asked.application, lambda case: accept(case, asked.by, self.desk.now()))

    async def pay(self, asked: PayBuyBack) -> dict[str, Any]:
        claim = claim_of(asked.reference, asked.application, asked.amount)
        if await same_before(self.desk.journal.history, claim):
            raise CommandRefused(409, USED, "for exactly this payment: nothing was changed")
        said = (asked.amount, asked.reference, asked.by)
        return await self.desk.decide_with_home(
            asked.application, lambda case, home: pay(case, home, *said, self.desk.now()), (claim,)
        )
