"""A4: every deposit is set off, given back, kept or still held, to the cent; a bank's reference stands once. Pure."""

import hashlib
from collections.abc import Iterator
from decimal import Decimal

from contracts.case.case import Case
from contracts.case.states import CLOSED
from contracts.events import (
    ContractSigned,
    DepositPaid,
    DepositSettled,
    Event,
    PaymentKept,
    PriceGivenBack,
    PriceSettled,
)


class Payments:
    """The references seen so far, as short hashes: there may be millions."""

    def __init__(self) -> None:
        self._references: set[bytes] = set()

    def of_case(self, case: Case, event: Event) -> Iterator[str]:
        if isinstance(event, DepositPaid | PaymentKept | PriceSettled):
            yield from self._reference(event.reference)
        match event:
            case DepositPaid():
                asked = case.allocation.asked
                if asked is not None and event.amount != asked.amount:
                    yield f"A4 a deposit of {event.amount} was taken; {asked.amount} was asked"
            case DepositSettled():
                yield from _settled(case, event)
            case ContractSigned():
                yield from _sum(case, event)
            case PriceGivenBack():
                if event.amount + event.kept != (came_in := _for_the_home(case)):
                    yield f"A4 {event.amount} go back and {event.kept} are kept; {came_in} came in for the home"

    def _reference(self, reference: str) -> Iterator[str]:
        short = hashlib.sha256(reference.encode()).digest()[:12]
        if short in self._references:
            yield "A4 a payment under a bank reference that was used before"
        self._references.add(short)

    def at_rest(self, case: Case) -> Iterator[str]:
        known = case.allocation
        if known.deposit > 0 and (case.state in CLOSED or known.contract is not None):
            yield f"A4 {known.deposit} of the deposit is still held, and the case is {case.state}"
        left = case.state in CLOSED and known.keys is None and known.given_back is None
        if left and (came_in := _for_the_home(case)):
            yield f"A4 {came_in} of the price is still held, and the case is {case.state}"


def _for_the_home(case: Case) -> Decimal:
    """What came in by the contract: the deposit that was set off, and the balance."""
    known = case.allocation
    set_off = known.contract.deposit if known.contract is not None else Decimal(0)
    return set_off + (known.settled.amount if known.settled is not None else Decimal(0))


def _settled(case: Case, event: DepositSettled) -> Iterator[str]:
    known = case.allocation
    if event.amount > known.deposit:
        yield f"A4 {event.amount} of the deposit was settled; {known.deposit} was held"
    if event.how == "set_off" and (known.contract is None or event.amount != known.contract.deposit):
        yield f"A4 {event.amount} of the deposit was set off, and no contract says so"


def _sum(case: Case, event: ContractSigned) -> Iterator[str]:
    if event.deposit > case.allocation.deposit:
        yield f"A4 the contract sets off {event.deposit}; {case.allocation.deposit} was held"
    if event.deposit + event.balance != event.price:
        yield f"A4 deposit {event.deposit} and balance {event.balance} do not add up to the price {event.price}"
