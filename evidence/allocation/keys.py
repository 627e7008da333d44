"""A6: no keys with a balance due, or while a rental home may still be kept (Art. 20, G20). Pure."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from contracts.case.answers import Counted
from contracts.case.case import Case
from contracts.events import Event, HandedOver, RentalShown
from contracts.events.values import Condition
from contracts.local_time import SHANGHAI
from procedures.hainan_2025.departments.housing import HOUSING
from procedures.registry import PROCEDURES

RENTAL = "G20"


def keys_too_early(case: Case, event: Event) -> Iterator[str]:
    """`case` is the case before the event."""
    if not isinstance(event, HandedOver):
        return
    contract, settled = case.allocation.contract, case.allocation.settled
    paid = settled.amount if settled is not None else 0
    if contract is None:
        yield "A6 keys without a contract"
    elif paid != contract.balance:
        yield f"A6 keys with {contract.balance - paid} due of a balance of {contract.balance}"
    if event.housing is None and case.allocation.rental is not None:
        yield from _by_paper(case, case.allocation.rental, event)
    elif any(condition.rule == RENTAL for condition in _conditions(case, event)):
        yield f"A6 keys while {RENTAL} is open: a rental home is to be left, or to be checked"


def _by_paper(case: Case, shown: RentalShown, event: HandedOver) -> Iterator[str]:
    """Where the bureau's clerk answers: by the newest paper that an officer showed."""
    days = PROCEDURES.of(case).on(event.at).contract_check_days
    if not shown.left:
        yield f"A6 keys while {RENTAL} is open: by the bureau's paper of {shown.dated} a rental home is not left"
    elif event.at.astimezone(SHANGHAI).date() > shown.dated + timedelta(days=days):
        yield f"A6 keys while {RENTAL} is open: the bureau's paper of {shown.dated} is older than {days} days"


def _conditions(case: Case, event: HandedOver) -> tuple[Condition, ...]:
    """By what the bureau said before the keys, on their day; where nothing is kept of it, by the determination."""
    made, said = case.determination, event.housing
    if made is None or said is None or said.asked_at <= made.at:
        return made.conditions if made is not None else ()
    answer = Counted(case.sequence, said.answer, said.asked_at, reading=said.reading)
    answers = {**case.answers, (HOUSING.name, case.round): answer}
    that_day = made.model_copy(update={"as_of": event.at.astimezone(SHANGHAI).date(), "reading": said.reading})
    return PROCEDURES.of(case).determine_again(replace(case, answers=answers), that_day).conditions
