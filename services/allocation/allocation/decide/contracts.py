"""Contract, price and keys: at the price of the choice, the deposit set off, nothing due or rented. Pure."""

from datetime import datetime
from decimal import Decimal
from typing import Literal

from allocation.decide.deposits import OVER, WORD, Payment
from contracts.case.case import Case, NotAllowed
from contracts.case.fold import allows
from contracts.case.states import State
from contracts.events import (
    ContractSigned,
    DepositSettled,
    Event,
    HandedOver,
    HandOverRefused,
    PriceGivenBack,
    PriceSettled,
)
from contracts.events.values import BanAnswer
from contracts.homes.events import KeysGiven
from contracts.homes.home import HomeFile, Stands
from contracts.local_time import SHANGHAI
from contracts.projects.project import SaleProject
from procedures.policy import InForce

Missing = Literal["balance", "rental"]


def sign(case: Case, home: HomeFile, project: SaleProject, number: str, now: datetime, by: str) -> tuple[Event, ...]:
    """The contract, and the deposit that is set off; whatever is held beyond the price is given back.

    The price is the one for which the family chose: a later one changes nothing of it (ADR 0005).
    Raises NotAllowed where there is no home of the family's own, or no approved price (Art. 25).
    """
    if not allows(case, ContractSigned):
        raise NotAllowed(f"a contract is signed for a home that was chosen; this case is {case.state}")
    if home.application != case.application or home.stands is not Stands.TAKEN:
        raise NotAllowed(f"home {home.code} is not this family's")
    choice = case.allocation.choice
    assert choice is not None
    approval = project.approval_of(home.code, choice.price, choice.at.astimezone(SHANGHAI).date())
    if approval is None:
        raise NotAllowed(f"home {home.code} has no approved price that is published (Art. 25)")
    price, held = choice.price, case.allocation.deposit
    set_off = min(held, price)
    signed = ContractSigned(
        application=case.application,
        at=now,
        n=case.allocation.next(ContractSigned),
        number=number,
        home=home.code,
        price=price,
        approval=approval.n,
        deposit=set_off,
        balance=price - set_off,
        by=by,
    )
    n = case.allocation.next(DepositSettled)
    parts = [("set_off", set_off), ("given_back", held - set_off)]
    settled = [
        {"n": n + place, "how": how, "amount": amount} for place, (how, amount) in enumerate(parts) if amount > 0
    ]
    who = {"application": case.application, "at": now, "why": "contract", "by": by}
    return (signed, *(DepositSettled.model_validate({**who, **one}) for one in settled))


def settle_price(case: Case, payment: Payment, now: datetime, by: str) -> PriceSettled | None:
    """The balance, if it is exactly that; None for any other payment."""
    contract = case.allocation.contract
    if contract is None or not allows(case, PriceSettled) or payment.amount != contract.balance:
        return None
    return PriceSettled(
        application=case.application,
        at=now,
        n=case.allocation.next(PriceSettled),
        amount=payment.amount,
        reference=payment.reference,
        by=by,
    )


def give_back_price(case: Case, law: InForce, now: datetime) -> tuple[PriceGivenBack, ...]:
    """Once the family left between contract and keys: the balance goes back, the deposit as the policy has it."""
    known = case.allocation
    if case.state is None or known.contract is None or not allows(case, PriceGivenBack):
        return ()
    why, deposit = OVER[case.state], known.contract.deposit
    kept = deposit if law.deposit_if(why) == "kept" else Decimal("0.00")
    balance = known.settled.amount if known.settled is not None else Decimal("0.00")
    if deposit + balance == 0:
        return ()
    given = {"n": known.next(PriceGivenBack), "amount": deposit - kept + balance, "kept": kept, "why": why}
    return (PriceGivenBack.model_validate({"application": case.application, "at": now, "by": WORD, **given}),)


def balance_due(case: Case) -> Decimal:
    """Of the price; nothing once it came in."""
    known = case.allocation
    return known.contract.balance if known.contract is not None and known.settled is None else Decimal("0.00")


def may_hand_over(case: Case) -> None:
    """Raises NotAllowed before the contract, and after the keys."""
    if not allows(case, HandOverRefused):
        raise NotAllowed(f"keys are handed over after the contract; this case is {case.state}")


def hand_over(
    case: Case, home: HomeFile, renting: str | None, answer: BanAnswer | None, now: datetime, by: str
) -> tuple[HandOverRefused | HandedOver, KeysGiven | None]:
    """The keys, or what is missing. `renting` is why G20 is open, None if it is met; no `answer`: by its paper.

    Raises NotAllowed for a case without a contract.
    """
    may_hand_over(case)
    open_ones: list[tuple[Missing, object]] = [("balance", balance_due(case)), ("rental", renting)]
    missing = tuple(name for name, still in open_ones if still)
    who = {"application": case.application, "at": now, "by": by}
    if missing or case.state is not State.PRICE_SETTLED:
        refused = {"n": case.allocation.next(HandOverRefused), "missing": missing or ("balance",)}
        return HandOverRefused.model_validate({**who, **refused}), None
    given = {"n": case.allocation.next(HandedOver), "home": home.code, "housing": answer}
    keys = {"home": home.code, "n": home.next(KeysGiven)}
    return HandedOver.model_validate({**who, **given}), KeysGiven.model_validate({**who, **keys})
