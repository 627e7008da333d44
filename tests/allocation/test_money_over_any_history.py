"""Money over any history: what came in is given back, kept, set off or still held, to the cent, whatever happens."""

import random
from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

from allocation.decide.contracts import give_back_price, settle_price, sign
from allocation.decide.deposits import Payment, ask, settle, take

from contracts.case.case import Case
from contracts.case.fold import allows
from contracts.case.states import State
from contracts.events import (
    ApplicationWithdrawn,
    CalledToChoose,
    ChoiceDeclined,
    ChoiceExcused,
    ChoiceMissed,
    ContractSigned,
    DepositAsked,
    DepositLapsed,
    DepositPaid,
    DepositSettled,
    DrawResult,
    EnteredInDraw,
    Event,
    ExitConfirmed,
    ExitDropped,
    ExitProposed,
    HomeChosen,
    PaymentKept,
    PriceGivenBack,
    PriceSettled,
    QualificationCancelled,
    ReturnedToPool,
    StruckFromDraw,
)
from contracts.homes.events import HomeData
from contracts.homes.home import HomeFile, Stands
from contracts.projects.events import Announcement
from procedures.hainan_2025.policy import POLICY
from procedures.working_days import Calendar
from tests.allocation.announced import an_announcement
from tests.allocation.families import DRAW_NUMBER, NOW, TICKET, after, in_the_pool
from tests.allocation.test_projects_decide import approved

HISTORIES = 10_000
CALENDAR, LAW = Calendar(), POLICY.on(date(2026, 11, 28))
SAYS = Announcement.model_validate(an_announcement(date(2026, 11, 28)))
POOL, PROJECT = in_the_pool(), approved()
DATA = HomeData(code="P-1-0001", building="1", floor=1, area="75.30", pool="two-rooms")  # type: ignore[arg-type]
HOME = HomeFile("P-1-0001", Stands.TAKEN, "P-1", DATA, POOL.application)
OFFICER, UNIT = {"reason": "as the law says", "by": "officer"}, {"by": "unit"}
STEPS: tuple[tuple[type[Event], dict[str, Any]], ...] = (
    (DepositLapsed, {}),
    (
        EnteredInDraw,
        {"project": "P-1", "serial": "1", "number": DRAW_NUMBER, "pool": "two-rooms", "group": "none",
         "entrants": TICKET},
    ),
    *((DrawResult, {"fate": fate, "place": 1, "ticket": TICKET}) for fate in ("drawn", "substitute", "not_drawn")),
    (CalledToChoose, {"slot_from": NOW, "slot_until": NOW, "homes_left": 1, **UNIT}),
    (ChoiceDeclined, OFFICER),
    (ChoiceMissed, {"heard_until": "2026-12-10", **UNIT}),
    (ChoiceExcused, OFFICER),
    (QualificationCancelled, {"ban_from": "2026-12-11", "ban_until": "2027-12-11", **OFFICER}),
    (ReturnedToPool, {"why": "no home left", **UNIT}),
    (StruckFromDraw, OFFICER),
    (HomeChosen, {"home": "P-1-0001", "price": "221382.00", "contract_by": "2028-11-28", **UNIT}),
    (ExitProposed, {"ground": "31(1)", "heard_until": "2028-12-05", **OFFICER}),
    (ExitDropped, OFFICER),
    (ExitConfirmed, {"ground": "31(1)", **OFFICER}),
)  # fmt: skip
OVER = {"withdrawn", "disqualified", "cancelled", "exited", "pool_confirmed"}


def possible(case: Case, chance: random.Random) -> list[tuple[Event, ...]]:
    """All that somebody may do now, payments of any amount among it."""
    found: list[tuple[Event, ...]] = []
    if allows(case, DepositAsked):
        event = ask(case, SAYS, CALENDAR, LAW, NOW)
        found += [(event,)] if event else []
    for amount in (Decimal("20000.00"), Decimal("201382.00"), Decimal(chance.randrange(1, 10**8)) / 100):
        payment = Payment(amount, f"R{chance.random()}", date(2026, 12, 1))
        found.append((settle_price(case, payment, NOW, "unit") or take(case, SAYS, payment, NOW, "unit"),))
    if allows(case, ContractSigned):
        found.append(sign(case, HOME, PROJECT, "HT-1", NOW, "unit"))
    if allows(case, ApplicationWithdrawn) and chance.random() < 0.2:
        who = {"application": case.application, "at": NOW, "reason": "moved", "by": "the family"}
        found.append((ApplicationWithdrawn.model_validate(who),))
    for kind, fields in STEPS:
        if allows(case, kind):
            n = case.allocation.next(kind)  # type: ignore[arg-type]
            found.append((kind.model_validate({"application": case.application, "at": NOW, "n": n, **fields}),))
    return found


def a_history(chance: random.Random) -> tuple[Case, list[Event]]:
    """What becomes of one family, each step followed by what settles its deposit by itself."""
    case, events = POOL, []
    for _ in range(chance.randrange(1, 25)):
        step = chance.choice(possible(case, chance))
        case = after(case, *step)
        settled = (*settle(case, LAW, NOW), *give_back_price(case, LAW, NOW))
        case = after(case, *settled)
        events += [*step, *settled]
        if not case.is_open:
            break
    return case, events


def of(kind: type[Event], events: list[Event]) -> Decimal:
    return sum((event.amount for event in events if isinstance(event, kind)), Decimal(0))  # type: ignore[union-attr]


def test_every_deposit_is_given_back_kept_set_off_or_still_held_to_the_cent() -> None:
    chance, states = random.Random(20261128), Counter[str]()
    for _ in range(HISTORIES):
        case, events = a_history(chance)
        states[str(case.state)] += 1
        assert of(DepositPaid, events) == of(DepositSettled, events) + case.allocation.deposit
        assert case.allocation.deposit in (0, Decimal("20000.00"))
        assert settle(case, LAW, NOW) == ()
        if str(case.state) in OVER:
            assert case.allocation.deposit == 0, case.state
        if case.allocation.contract is not None:
            contract = case.allocation.contract
            assert contract.deposit + contract.balance == contract.price == PROJECT.price_of(contract.home, NOW.date())
            paid = [event for event in events if isinstance(event, PriceSettled)]
            assert [event.amount for event in paid] in ([], [contract.balance])
            left = case.state in (State.WITHDRAWN, State.EXITED)
            assert of(PriceGivenBack, events) == (contract.deposit + of(PriceSettled, events) if left else 0)
        kept = [event for event in events if isinstance(event, PaymentKept)]
        assert case.allocation.kept == tuple(kept)
    assert OVER | {"price_settled", "deposit_paid", "choice_missed"} <= set(states), states
    assert State.HANDED_OVER not in states
