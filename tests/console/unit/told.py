"""A family between the pool and the keys, as the log has it: events in order, and what they are stored as."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from chassis.log.stored import Stored
from contracts.events import (
    EVENTS,
    ChoiceDeclined,
    ContractSigned,
    DepositSettled,
    Event,
    HandOverRefused,
    HomeChosen,
    PaymentKept,
    PriceSettled,
    ReverificationOpened,
)
from tests.allocation.families import CALLED, DRAWN, of_a_case, until_the_pool
from tests.support.families import a_form, an_application_number

NAME = "金丝雀"
SLOT = CALLED[1]["slot_from"]
OVER = SLOT + timedelta(hours=1)
CHOSEN = (HomeChosen, {"n": 1, "home": "P-1-0001", "price": "221382.00", "contract_by": "2028-11-28", "by": "unit 1"})
SIGNED = (
    ContractSigned,
    {"n": 1, "number": "HT-1", "home": "P-1-0001", "price": "221382.00", "approval": 1, "deposit": "20000.00",
     "balance": "201382.00", "by": "unit 1"},
)  # fmt: skip
SETTLED = (PriceSettled, {"n": 1, "amount": "201382.00", "reference": "R2", "by": "unit 1"})
REFUSED = (HandOverRefused, {"n": 1, "missing": ["balance", "rental"], "by": "unit 1"})
AGAIN = (
    ReverificationOpened,
    {"round": 2, "persons": [], "asked": ["tax"], "answer_by": OVER, "reason": "too old", "by": "unit 1"},
)
KEPT = (PaymentKept, {"n": 1, "amount": "1.00", "reference": "R7", "why": "another amount", "by": "unit 1"})
BACK = (ChoiceDeclined, {"n": 1, "reason": "太远", "by": "unit 1"})
GIVEN_BACK = (DepositSettled, {"n": 1, "how": "given_back", "amount": "20000.00", "why": "declined", "by": "policy"})
STEPS = {
    "in the pool": (),
    "asked": DRAWN[:1],
    "drawn": DRAWN,
    "called": (*DRAWN, CALLED),
    "chosen": (*DRAWN, CALLED, CHOSEN),
    "asked again": (*DRAWN, CALLED, CHOSEN, AGAIN),
    "declined": (*DRAWN, CALLED, BACK, GIVEN_BACK),
    "kept": (*DRAWN[:1], KEPT),
    "signed": (*DRAWN, CALLED, CHOSEN, SIGNED),
    "refused": (*DRAWN, CALLED, CHOSEN, SIGNED, REFUSED),
    "settled": (*DRAWN, CALLED, CHOSEN, SIGNED, SETTLED),
}


def a_family(step: str) -> tuple[str, tuple[Stored, ...]]:
    number = an_application_number()
    form = a_form(project="P-1")
    form = form.model_copy(update={"applicant": form.applicant.model_copy(update={"name": NAME})})
    return number, stored((*until_the_pool(number, form), *of_a_case(number, *STEPS[step])))


def stored(events: Sequence[Event]) -> tuple[Stored, ...]:
    return tuple(_stored(n, event) for n, event in enumerate(events, 1))


def _stored(n: int, event: Any) -> Stored:
    headers = {"ce-type": type(event).__name__, "ce-id": f"e{n}"}
    return Stored(EVENTS.subject_of(event), n, event.at, headers, EVENTS.write(event))
