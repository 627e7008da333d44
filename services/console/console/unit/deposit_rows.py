"""Every deposit that a project asked: missing, paid, lapsed, and what became of it, by whom and when. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from contracts.case.case import Recorded
from contracts.events import (
    ApplicationWithdrawn,
    DepositAsked,
    DepositLapsed,
    DepositPaid,
    DepositSettled,
    Event,
    PaymentKept,
)

KINDS: tuple[type[Event], ...] = (
    *(DepositAsked, DepositLapsed, DepositPaid, DepositSettled, PaymentKept),
    ApplicationWithdrawn,
)
"""What a list of deposits is made of."""
STATUSES = ("missing", "held", "given_back", "kept", "set_off", "lapsed", "withdrawn")


@dataclass(frozen=True)
class Deposit:
    """One that was asked of a family, and all that followed."""

    asked: DepositAsked
    paid: DepositPaid | None = None
    settled: tuple[DepositSettled, ...] = ()
    aside: tuple[PaymentKept, ...] = ()
    """Payments that are kept and used for nothing."""
    ended: str = ""
    """`lapsed` or `withdrawn`, of one that was never paid."""
    ended_at: datetime | None = None

    @property
    def status(self) -> str:
        """One of STATUSES."""
        if self.paid is None:
            return self.ended or "missing"
        return self.settled[-1].how if self.settled else "held"

    @property
    def held(self) -> Decimal:
        paid = self.paid.amount if self.paid else Decimal("0.00")
        return paid - sum((one.amount for one in self.settled), Decimal("0.00"))

    def is_late(self, today: date) -> bool:
        return self.status == "missing" and today > self.asked.pay_by


@dataclass(frozen=True)
class Sums:
    """Of one status: how many, and how much money that is."""

    status: str
    count: int
    amount: Decimal


def deposits_of(project: str, history: Iterable[Recorded[Event]]) -> tuple[Deposit, ...]:
    """In the order in which they were asked; what follows belongs to the newest one that its family was asked."""
    found: dict[tuple[str, int], Deposit] = {}
    newest: dict[str, tuple[str, int]] = {}
    for event in (item.event for item in sorted(history, key=lambda item: item.sequence)):
        if isinstance(event, DepositAsked):
            newest[event.application] = event.application, event.n
            found[event.application, event.n] = Deposit(event)
        elif key := newest.get(event.application):
            found[key] = _after(found[key], event)
    return tuple(one for one in found.values() if one.asked.project == project)


def _after(deposit: Deposit, event: Event) -> Deposit:
    match event:
        case DepositPaid():
            return replace(deposit, paid=event)
        case DepositSettled():
            return replace(deposit, settled=(*deposit.settled, event))
        case PaymentKept():
            return replace(deposit, aside=(*deposit.aside, event))
        case DepositLapsed() if deposit.paid is None:
            return replace(deposit, ended="lapsed", ended_at=event.at)
        case ApplicationWithdrawn() if deposit.paid is None and not deposit.ended:
            return replace(deposit, ended="withdrawn", ended_at=event.at)
    return deposit


def sums_of(deposits: Iterable[Deposit]) -> tuple[Sums, ...]:
    """What was asked of those who did not pay, what is held of those who did, and what else became of it."""
    known = tuple(deposits)
    return tuple(
        Sums(status, sum(one.status == status for one in known), _amount(known, status))
        for status in STATUSES
        if any(one.status == status for one in known)
    )


def _amount(deposits: Iterable[Deposit], status: str) -> Decimal:
    """Of a deposit that was settled in parts each part stands under its own word."""
    if status in ("missing", "lapsed", "withdrawn"):
        return sum((one.asked.amount for one in deposits if one.status == status), Decimal("0.00"))
    if status == "held":
        return sum((one.held for one in deposits), Decimal("0.00"))
    settled = (part.amount for one in deposits for part in one.settled if part.how == status)
    return sum(settled, Decimal("0.00"))
