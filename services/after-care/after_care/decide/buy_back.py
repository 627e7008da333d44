"""A home is bought back (Art. 27, 28): ten conditions, each shown by somebody, then a price. Pure."""

from datetime import datetime
from decimal import Decimal

from after_care.decide.depreciation import reckon
from contracts.case.case import Case, NotAllowed
from contracts.case.fold import allows
from contracts.events import (
    BuyBackAccepted,
    BuyBackAsked,
    BuyBackConditionShown,
    BuyBackOffered,
    BuyBackPaid,
    BuyBackRefused,
    EnforcementHandedOver,
)
from contracts.events.after_care import CONDITIONS, Condition
from contracts.homes.events import HomeBoughtBack
from contracts.homes.home import HomeFile
from contracts.local_time import SHANGHAI
from procedures.policy import InForce


def ask(case: Case, home: HomeFile, by: str, now: datetime) -> BuyBackAsked:
    """Raises NotAllowed unless the family has its keys, and no buy-back is under way."""
    if not allows(case, BuyBackAsked) or home.application != case.application:
        raise NotAllowed("a buy-back is asked for a home that was handed over, once at a time")
    n = case.allocation.next(BuyBackAsked)
    return BuyBackAsked(application=case.application, at=now, n=n, home=home.code, by=by)


def show(case: Case, condition: Condition, met: bool, document: str, by: str, now: datetime) -> BuyBackConditionShown:
    """Raises NotAllowed unless a buy-back waits for its conditions."""
    must_wait_for_conditions(case)
    n = case.allocation.next(BuyBackConditionShown)
    about = {"application": case.application, "at": now, "n": n}
    return BuyBackConditionShown(**about, condition=condition, met=met, document=document, by=by)


def must_wait_for_conditions(case: Case) -> None:
    """Raises NotAllowed."""
    _must(case, BuyBackConditionShown, "no buy-back waits for its conditions")


def unknown(case: Case) -> tuple[Condition, ...]:
    """What nobody has shown yet; never taken for a yes or a no."""
    return tuple(condition for condition in CONDITIONS if condition not in case.allocation.shown)


def unmet(case: Case) -> tuple[Condition, ...]:
    shown = case.allocation.shown
    return tuple(condition for condition in CONDITIONS if condition in shown and not shown[condition].met)


def decide(case: Case, reason: str, by: str, law: InForce, now: datetime) -> BuyBackRefused | BuyBackOffered:
    """Refused with every condition that is not met; offered if all are. Raises NotAllowed while one is unknown."""
    _must(case, BuyBackOffered, "no buy-back waits to be decided")
    if open_ones := unknown(case):
        raise NotAllowed(f"not shown yet: {', '.join(open_ones).replace('_', ' ')}")
    about = {"application": case.application, "at": now, "by": by}
    if missing := unmet(case):
        n = case.allocation.next(BuyBackRefused)
        return BuyBackRefused(**about, n=n, unmet=missing, reason=reason)
    contract, keys = case.allocation.contract, case.allocation.keys
    assert contract is not None
    assert keys is not None
    since, today = (at.astimezone(SHANGHAI).date() for at in (keys.at, now))
    lines, price = reckon(contract.price, law.depreciation_yearly, since, today)
    n = case.allocation.next(BuyBackOffered)
    return BuyBackOffered(**about, n=n, lines=lines, price=price)


def accept(case: Case, by: str, now: datetime) -> BuyBackAccepted:
    _must(case, BuyBackAccepted, "nothing is offered")
    n = case.allocation.next(BuyBackAccepted)
    return BuyBackAccepted(application=case.application, at=now, n=n, by=by)


def pay(
    case: Case, home: HomeFile, amount: Decimal, reference: str, by: str, now: datetime
) -> tuple[BuyBackPaid, HomeBoughtBack]:  # fmt: skip
    """The case and its home, together. Raises NotAllowed for another amount than was offered."""
    _must(case, BuyBackPaid, "no offer was accepted")
    offer = case.allocation.offer
    assert offer is not None
    if amount != offer.price:
        raise NotAllowed(f"{offer.price} yuan were offered; another amount is a new offer")
    about = {"application": case.application, "at": now, "by": by}
    paid = BuyBackPaid(**about, n=case.allocation.next(BuyBackPaid), amount=amount, reference=reference)
    back = HomeBoughtBack(**about, home=home.code, n=home.next(HomeBoughtBack), price=amount)
    return paid, back


def hand_to_court(case: Case, file_number: str, by: str, now: datetime) -> EnforcementHandedOver:
    """A record, and nothing more."""
    _must(case, EnforcementHandedOver, "an exit after the keys is confirmed first")
    n = case.allocation.next(EnforcementHandedOver)
    return EnforcementHandedOver(application=case.application, at=now, n=n, file_number=file_number, by=by)


def _must(case: Case, kind: type, why: str) -> None:
    if not allows(case, kind):
        raise NotAllowed(f"the case is in state {case.state}: {why}")
