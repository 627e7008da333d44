"""The deposit of a family: asked, paid or kept aside, and what becomes of it (Art. 26(4)). Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from contracts.case.case import Case, NotAllowed
from contracts.case.fold import allows
from contracts.case.states import State
from contracts.events import DepositAsked, DepositPaid, DepositSettled, PaymentKept
from contracts.local_time import SHANGHAI
from contracts.projects.events import Announcement
from contracts.projects.project import SaleProject
from procedures.policy import InForce
from procedures.working_days import Calendar

WORD = "by the policy in force"
"""Who settles a deposit if nobody decides about it."""
S = State
Why = Literal[
    "not drawn", "no home left", "declined", "cancelled", "withdrawn", "struck", "ineligible", "draw void", "exit"
]
OVER: dict[State, Why] = {
    S.WITHDRAWN: "withdrawn",
    S.DISQUALIFIED: "struck",
    S.CANCELLED: "cancelled",
    S.INELIGIBLE: "ineligible",
    S.EXITED: "exit",
}


def ask(case: Case, says: Announcement, calendar: Calendar, law: InForce, now: datetime) -> DepositAsked | None:
    """None where the project asks no deposit. Raises NotAllowed where none can be asked."""
    if says.deposit is None:
        return None
    if not allows(case, DepositAsked):
        raise NotAllowed(f"a deposit is asked of a family that is confirmed in the pool; this one is {case.state}")
    amount, days = says.deposit.amount, says.deposit.working_days
    pay_by = calendar.due(now.astimezone(SHANGHAI).date(), days or law.deposit_working_days).last_day
    return DepositAsked(
        application=case.application,
        at=now,
        n=case.allocation.next(DepositAsked),
        project=says.project,
        amount=law.deposit_amount if amount is None else amount,
        pay_by=pay_by,
    )


def may_register(case: Case, project: SaleProject, law: InForce, today: date, before: Collection[str] = ()) -> None:
    """For a project after those that the family was in (`before`): one registration, one supply a project (Art. 26).

    Raises NotAllowed.
    """
    if case.state is not S.POOL_CONFIRMED:
        raise NotAllowed(f"whoever is confirmed in the pool may take part; this case is {case.state}")
    if not law.pool_keeps_confirmation:
        raise NotAllowed("for another project the family applies anew, and is published anew (internal limit)")
    if not project.takes_applications(today):
        raise NotAllowed(f"project {project.name} takes no applications today")
    if project.says.deposit is None:
        raise NotAllowed("the project asks no deposit")
    if case.allocation.deposit > 0:
        raise NotAllowed("its deposit for the project before is being settled; try again in a moment")
    if project.name in before:
        raise NotAllowed(f"the family was in project {project.name} already: one registration a project (Art. 26)")


@dataclass(frozen=True)
class Payment:
    """What a bank says came in for an application."""

    amount: Decimal
    reference: str
    paid_on: date
    pool: str | None = None
    group: str = "none"
    interest: bool = False


def need_past(payment: Payment, now: datetime) -> None:
    """Raises NotAllowed: a bank reports what came in, so a later day is a slip, such as another year."""
    today = now.astimezone(SHANGHAI).date()
    if payment.paid_on > today:
        raise NotAllowed(f"paid on {payment.paid_on}: that day is still to come; look at the bank's list again")


def take(case: Case, says: Announcement | None, payment: Payment, now: datetime, by: str) -> DepositPaid | PaymentKept:
    """The deposit, or a payment that is kept and used for nothing. Raises NotAllowed for a pool that is not there."""
    asked = case.allocation.asked
    if case.state is S.CONTRACT_SIGNED:
        return _kept(case, payment, "another amount", now, by)
    if case.state is not S.DEPOSIT_ASKED or asked is None or says is None:
        paid_before = case.allocation.paid is not None
        return _kept(case, payment, "paid before" if paid_before else "nothing was asked", now, by)
    if payment.amount != asked.amount:
        return _kept(case, payment, "another amount", now, by)
    pool = _pool(says, payment)
    return DepositPaid(
        application=case.application,
        at=now,
        n=case.allocation.next(DepositPaid),
        pool=pool,
        group=payment.group,
        interest=payment.interest,
        amount=payment.amount,
        reference=payment.reference,
        paid_on=payment.paid_on,
        by=by,
    )


def _pool(says: Announcement, payment: Payment) -> str:
    named = {pool.name: pool for pool in says.pools}
    pool = payment.pool or (next(iter(named)) if len(named) == 1 else None)
    if pool not in named:
        raise NotAllowed(f"say which pool it draws for: {', '.join(named)}")
    groups = ["none", *(one.group for one in named[pool].reserved)]
    if payment.group not in groups:
        raise NotAllowed(f"pool {pool} reserves homes for {', '.join(groups[1:]) or 'nobody'}, not {payment.group}")
    return pool


def _kept(
    case: Case,
    payment: Payment,
    why: Literal["another amount", "nothing was asked", "paid before"],
    now: datetime,
    by: str,
) -> PaymentKept:
    return PaymentKept(
        application=case.application,
        at=now,
        n=case.allocation.next(PaymentKept),
        amount=payment.amount,
        reference=payment.reference,
        why=why,
        by=by,
    )


def due_for(case: Case) -> Why | None:
    """Why the deposit that is held is to be settled now; None while it still counts."""
    known = case.allocation
    if known.deposit <= 0:
        return None
    if case.state is S.POOL_CONFIRMED:
        if known.returned is not None:
            return "draw void" if known.returned.why == "draw void" else "no home left"
        return "declined" if known.call is not None else "not drawn" if known.result is not None else None
    return OVER.get(case.state) if case.state is not None else None


def settle(case: Case, law: InForce, now: datetime, why: Why | None = None) -> tuple[DepositSettled, ...]:
    """What becomes of all that is held of it, as the policy says. Nothing while it still counts."""
    why = why or due_for(case)
    if why is None or not allows(case, DepositSettled):
        return ()
    how = law.deposit_if(why)
    assert how in ("given_back", "kept")
    settled = DepositSettled.model_validate(
        {
            "application": case.application,
            "at": now,
            "n": case.allocation.next(DepositSettled),
            "how": how,
            "amount": case.allocation.deposit,
            "why": why,
            "by": WORD,
        }
    )
    return (settled,)
