"""A family's way from the pool to the keys, and after: which event may follow where, and what it makes of it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal, assert_never

from contracts import events
from contracts.case.states import State
from contracts.events import Event, Later, OnceHoused, UntilKeys
from contracts.events.after_care import AfterCare

S = State
BuyBack = Literal["asked", "refused", "offered", "accepted", "paid"]
IN_OR_AFTER_DRAW: frozenset[State | None] = frozenset(
    {
        *(S.POOL_CONFIRMED, S.IN_DRAW, S.DRAWN, S.SUBSTITUTE),
        *(S.CALLED_TO_CHOOSE, S.CHOICE_MISSED, S.HOME_CHOSEN),
    }
)
"""An entry may be struck until its contract is signed; after that there is only the exit (Art. 31)."""
BEFORE_THE_KEYS: frozenset[State | None] = frozenset({S.HOME_CHOSEN, S.CONTRACT_SIGNED, S.PRICE_SETTLED})
WITH_A_HOME: frozenset[State | None] = BEFORE_THE_KEYS - {S.PRICE_SETTLED} | {
    *(S.VERIFYING, S.REVIEW, S.INELIGIBLE_PROPOSED)
}
"""The two years run on while the departments are asked again before the contract."""
WITH_THE_KEYS: frozenset[State | None] = frozenset({S.HANDED_OVER, S.EXIT_PROPOSED, S.EXITED})


@dataclass(frozen=True)
class Allocation:
    """What is known of a family since it was confirmed in the pool; each field is the newest event of its kind."""

    asked: events.DepositAsked | None = None
    paid: events.DepositPaid | None = None
    deposit: Decimal = Decimal("0.00")
    """What is held of it now."""
    kept: tuple[events.PaymentKept, ...] = ()
    entry: events.EnteredInDraw | None = None
    voided: events.DrawVoided | None = None
    result: events.DrawResult | None = None
    call: events.CalledToChoose | None = None
    choice: events.HomeChosen | None = None
    missed: events.ChoiceMissed | None = None
    returned: events.ReturnedToPool | None = None
    cancelled: events.QualificationCancelled | None = None
    contract: events.ContractSigned | None = None
    settled: events.PriceSettled | None = None
    given_back: events.PriceGivenBack | None = None
    """What became of the price, where the family left before the keys."""
    rental: events.RentalShown | None = None
    refused: events.HandOverRefused | None = None
    keys: events.HandedOver | None = None
    exit: events.ExitProposed | None = None
    exited: events.ExitConfirmed | None = None
    before_exit: State | None = None
    """Where the case stood before its exit was proposed."""
    buy_back: BuyBack | None = None
    offer: events.BuyBackOffered | None = None
    owners: events.OwnersChanged | None = None
    shown: Mapping[str, events.BuyBackConditionShown] = field(default_factory=dict)
    """Of each condition of the buy-back under way, what was shown last."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """How many events of each kind there were."""

    def next(self, kind: type[Later]) -> int:
        """The number of the next event of a kind."""
        return self.counts.get(kind.__name__, 0) + 1

    @property
    def home(self) -> str | None:
        """The home that the family chose, signed for or lives in."""
        return self.choice.home if self.choice else None


NOTHING_YET = Allocation()

FOLLOWS: dict[type[Event], frozenset[State | None]] = {
    events.DepositAsked: frozenset({S.POOL_CONFIRMED}),
    events.DepositLapsed: frozenset({S.DEPOSIT_ASKED}),
    events.DepositPaid: frozenset({S.DEPOSIT_ASKED}),
    events.PaymentKept: frozenset(State),
    events.DepositSettled: frozenset(State),
    events.EnteredInDraw: frozenset({S.DEPOSIT_PAID, S.IN_DRAW}),
    events.DrawScheduled: frozenset({S.IN_DRAW}),
    events.DrawVoided: frozenset({S.IN_DRAW}),
    events.DrawResult: frozenset({S.IN_DRAW}),
    events.CalledToChoose: frozenset({S.DRAWN, S.SUBSTITUTE}),
    events.SlotNear: frozenset({S.CALLED_TO_CHOOSE}),
    events.HomeChosen: frozenset({S.CALLED_TO_CHOOSE}),
    events.ChoiceDeclined: frozenset({S.CALLED_TO_CHOOSE}),
    events.ReturnedToPool: frozenset({S.DEPOSIT_PAID, S.IN_DRAW, S.DRAWN, S.SUBSTITUTE, S.CALLED_TO_CHOOSE}),
    events.ChoiceMissed: frozenset({S.CALLED_TO_CHOOSE}),
    events.ChoiceExcused: frozenset({S.CHOICE_MISSED}),
    events.QualificationCancelled: frozenset({S.CHOICE_MISSED}),
    events.StruckFromDraw: IN_OR_AFTER_DRAW,
    events.ContractSigned: frozenset({S.HOME_CHOSEN}),
    events.PriceSettled: frozenset({S.CONTRACT_SIGNED}),
    events.PriceGivenBack: frozenset({S.WITHDRAWN, S.EXITED}),
    events.RentalShown: frozenset({S.CONTRACT_SIGNED, S.PRICE_SETTLED}),
    events.HandOverRefused: frozenset({S.CONTRACT_SIGNED, S.PRICE_SETTLED}),
    events.HandedOver: frozenset({S.PRICE_SETTLED}),
    events.LimitNear: WITH_A_HOME,
    events.ExitProposed: BEFORE_THE_KEYS | {S.HANDED_OVER},
    events.ExitDropped: frozenset({S.EXIT_PROPOSED}),
    events.ExitConfirmed: frozenset({S.EXIT_PROPOSED}),
    events.BuyBackAsked: frozenset({S.HANDED_OVER, S.EXITED}),
    events.BuyBackConditionShown: frozenset({S.HANDED_OVER, S.EXITED}),
    events.BuyBackRefused: frozenset({S.HANDED_OVER, S.EXITED}),
    events.BuyBackOffered: frozenset({S.HANDED_OVER, S.EXITED}),
    events.BuyBackAccepted: frozenset({S.HANDED_OVER, S.EXITED}),
    events.BuyBackPaid: frozenset({S.HANDED_OVER, S.EXITED}),
    events.EnforcementHandedOver: frozenset({S.EXITED}),
    events.OwnersChanged: WITH_THE_KEYS,
}
"""From which states each may follow."""
BUY_BACK: dict[type[Event], tuple[BuyBack | None, ...]] = {
    events.BuyBackAsked: (None, "refused"),
    events.BuyBackConditionShown: ("asked",),
    events.BuyBackRefused: ("asked",),
    events.BuyBackOffered: ("asked",),
    events.BuyBackAccepted: ("offered",),
    events.BuyBackPaid: ("accepted",),
}
"""The step of a buy-back that each follows."""
BECOMES: dict[type[Later], State] = {
    events.DepositAsked: S.DEPOSIT_ASKED,
    events.DepositLapsed: S.POOL_CONFIRMED,
    events.DepositPaid: S.DEPOSIT_PAID,
    events.EnteredInDraw: S.IN_DRAW,
    events.CalledToChoose: S.CALLED_TO_CHOOSE,
    events.HomeChosen: S.HOME_CHOSEN,
    events.ChoiceDeclined: S.POOL_CONFIRMED,
    events.ReturnedToPool: S.POOL_CONFIRMED,
    events.ChoiceMissed: S.CHOICE_MISSED,
    events.QualificationCancelled: S.CANCELLED,
    events.StruckFromDraw: S.DISQUALIFIED,
    events.ContractSigned: S.CONTRACT_SIGNED,
    events.PriceSettled: S.PRICE_SETTLED,
    events.HandedOver: S.HANDED_OVER,
    events.ExitProposed: S.EXIT_PROPOSED,
    events.ExitConfirmed: S.EXITED,
    events.BuyBackPaid: S.BOUGHT_BACK,
}
"""Where the case stands after it, whatever it says."""
PLACED = {"drawn": S.DRAWN, "substitute": S.SUBSTITUTE, "not_drawn": S.POOL_CONFIRMED}
"""Whoever is not drawn is back in the pool, confirmed as before."""


def allows_later(state: State | None, known: Allocation, kind: type[Event]) -> bool:
    """Whether an event of this kind may follow now."""
    if state not in FOLLOWS.get(kind, frozenset()):
        return False
    if kind in BUY_BACK:
        return known.keys is not None and known.buy_back in BUY_BACK[kind]
    if kind is events.DepositSettled:
        return known.deposit > 0
    if kind is events.LimitNear:
        return known.choice is not None
    if kind is events.PriceGivenBack:
        return known.contract is not None and known.keys is None and known.given_back is None
    if kind is events.StruckFromDraw:
        return known.entry is not None
    if kind in (events.EnforcementHandedOver, events.OwnersChanged):
        return known.keys is not None
    return True


def state_after(state: State, known: Allocation, event: Later) -> State:
    """Where the case stands after one more event."""
    if isinstance(event, events.DrawResult):
        return PLACED[event.fate]
    if isinstance(event, events.ChoiceExcused):
        return S.SUBSTITUTE if known.result is not None and known.result.fate == "substitute" else S.DRAWN
    if isinstance(event, events.ExitDropped):
        return known.before_exit or state
    return BECOMES.get(type(event), state)


def later(state: State, known: Allocation, event: Later) -> Allocation:
    """What is known after one more event; one branch a kind, so that a kind without one is named by mypy."""
    name = type(event).__name__
    known = replace(known, counts={**known.counts, name: known.counts.get(name, 0) + 1})
    if isinstance(event, AfterCare):
        return _once_housed(state, known, event)
    return _until_keys(known, event)


def _until_keys(known: Allocation, event: UntilKeys) -> Allocation:
    match event:
        case events.DepositAsked():
            # Another project begins: what was drawn and chosen before is over.
            return Allocation(asked=event, kept=known.kept, deposit=known.deposit, counts=known.counts)
        case events.DepositPaid():
            return replace(known, paid=event, deposit=known.deposit + event.amount)
        case events.PaymentKept():
            return replace(known, kept=(*known.kept, event))
        case events.DepositSettled():
            return replace(known, deposit=known.deposit - event.amount)
        case events.EnteredInDraw():
            return replace(known, entry=event, voided=None)
        case events.DrawVoided():
            return replace(known, voided=event)
        case events.DrawResult():
            return replace(known, result=event)
        case events.CalledToChoose():
            return replace(known, call=event)
        case events.HomeChosen():
            return replace(known, choice=event)
        case events.ChoiceMissed():
            return replace(known, missed=event)
        case events.ReturnedToPool():
            return replace(known, returned=event)
        case events.QualificationCancelled():
            return replace(known, cancelled=event)
        case events.ContractSigned():
            return replace(known, contract=event)
        case events.PriceSettled():
            return replace(known, settled=event)
        case events.PriceGivenBack():
            return replace(known, given_back=event)
        case events.RentalShown():
            return replace(known, rental=event)
        case events.HandOverRefused():
            return replace(known, refused=event)
        case events.HandedOver():
            return replace(known, keys=event)
        case (
            events.DepositLapsed()
            | events.ChoiceDeclined()
            | events.ChoiceExcused()
            | events.StruckFromDraw()
            | events.LimitNear()
            | events.DrawScheduled()
            | events.SlotNear()
        ):
            return known
    assert_never(event)


def _once_housed(state: State, known: Allocation, event: OnceHoused) -> Allocation:
    match event:
        case events.ExitProposed():
            return replace(known, exit=event, before_exit=state)
        case events.ExitConfirmed():
            return replace(known, exited=event)
        case events.ExitDropped():
            return replace(known, exit=None, before_exit=None)
        case events.BuyBackAsked():
            return replace(known, buy_back="asked", shown={}, offer=None)
        case events.BuyBackConditionShown():
            return replace(known, shown={**known.shown, event.condition: event})
        case events.BuyBackRefused():
            return replace(known, buy_back="refused")
        case events.BuyBackOffered():
            return replace(known, buy_back="offered", offer=event)
        case events.BuyBackAccepted():
            return replace(known, buy_back="accepted")
        case events.BuyBackPaid():
            return replace(known, buy_back="paid")
        case events.OwnersChanged():
            return replace(known, owners=event)
        case events.EnforcementHandedOver():
            return known
    assert_never(event)
