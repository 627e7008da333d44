"""One event of every kind from the pool to the keys and after, and the situations that they make of a case."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from contracts import events
from contracts.case.states import State
from contracts.events import Event
from contracts.events.after_care import Line
from tests.contracts.one_case import AT, FACT, LATER, NUMBER, Row

S = State
ABOUT: dict[str, Any] = {"application": NUMBER, "at": LATER, "n": 1}
UNIT = {"by": "project unit 4"}
OFFICER = {"by": "officer 17"}
HOME = "GW-3-1202"
TICKET = "5f" * 32
DEPOSIT = Decimal("20000.00")
PRICE = Decimal("312480.50")
BALANCE = PRICE - DEPOSIT
SLOT = AT + timedelta(days=40)

DEPOSIT_ASKED = events.DepositAsked(**ABOUT, project="HN-2026-01", amount=DEPOSIT, pay_by=date(2026, 12, 14))
DEPOSIT_LAPSED = events.DepositLapsed(**ABOUT)
DEPOSIT_PAID = events.DepositPaid(
    **ABOUT,
    **UNIT,
    pool="two-rooms",
    amount=DEPOSIT,
    reference="CCB-20261208-0417",
    paid_on=date(2026, 12, 8),
)
PAYMENT_KEPT = events.PaymentKept(
    **ABOUT, **UNIT, amount=Decimal("2000.00"), reference="CCB-20261208-0418", why="another amount"
)
DEPOSIT_SETTLED = events.DepositSettled(**ABOUT, **UNIT, how="given_back", amount=DEPOSIT, why="not drawn")
ENTERED = events.EnteredInDraw(
    **ABOUT,
    project="HN-2026-01",
    serial="1",
    number="4KQ7M-2ZC0A-B1C2D-3E4F5-6G7H8-J",
    pool="two-rooms",
    group="none",
    entrants="ab" * 32,
)
SCHEDULED = events.DrawScheduled(
    **ABOUT,
    project="HN-2026-01",
    serial="1",
    held_at=AT + timedelta(days=30),
    place="the hall of the district",
    rules="cd" * 32,
    checker="ef" * 32,
)
VOIDED = events.DrawVoided(**ABOUT, project="HN-2026-01", serial="1", reason="an envelope does not fit its commitment")
RESULT = events.DrawResult(**ABOUT, fate="drawn", place=3, ticket=TICKET)
CALLED = events.CalledToChoose(**ABOUT, **UNIT, slot_from=SLOT, slot_until=SLOT + timedelta(minutes=20), homes_left=12)
SLOT_NEAR = events.SlotNear(**ABOUT, slot_from=SLOT, slot_until=SLOT + timedelta(minutes=20))
CHOSEN = events.HomeChosen(**ABOUT, **UNIT, home=HOME, price=PRICE, contract_by=date(2029, 1, 2))
DECLINED = events.ChoiceDeclined(**ABOUT, **UNIT, reason="all that are left are on the sixth floor")
RETURNED = events.ReturnedToPool(**ABOUT, **UNIT, why="no home left")
MISSED = events.ChoiceMissed(**ABOUT, **UNIT, heard_until=date(2027, 1, 11))
EXCUSED = events.ChoiceExcused(**ABOUT, **OFFICER, reason="was in hospital, the paper is here")
CANCELLED = events.QualificationCancelled(
    **ABOUT, **OFFICER, reason="did not come, gave no reason", ban_from=date(2027, 1, 12), ban_until=date(2028, 1, 12)
)
STRUCK = events.StruckFromDraw(**ABOUT, **OFFICER, reason="a home in Wuda was kept back")
SIGNED = events.ContractSigned(
    **ABOUT,
    **UNIT,
    number="HN-2027-0003",
    home=HOME,
    price=PRICE,
    approval=1,
    deposit=DEPOSIT,
    balance=BALANCE,
)
SETTLED = events.PriceSettled(**ABOUT, **UNIT, amount=BALANCE, reference="CCB-20270301-0009")
PRICE_BACK = events.PriceGivenBack(
    **ABOUT, by="by the policy in force", amount=PRICE, kept=Decimal("0.00"), why="exit"
)
RENTAL_SHOWN = events.RentalShown(**ABOUT, **OFFICER, left=True, document="receipt 2027-0031", dated=date(2027, 1, 2))
NO_KEYS = events.HandOverRefused(**ABOUT, **UNIT, missing=("rental",))
KEYS = events.HandedOver(**ABOUT, **UNIT, home=HOME)
LIMIT_NEAR = events.LimitNear(**ABOUT, days=90, ends=date(2029, 1, 2))
EXIT_PROPOSED = events.ExitProposed(
    **ABOUT, **OFFICER, ground="31(1)", reason="no contract in two years", heard_until=date(2029, 1, 16)
)
EXIT_DROPPED = events.ExitDropped(**ABOUT, **OFFICER, reason="the contract is signed after all")
EXIT_CONFIRMED = events.ExitConfirmed(**ABOUT, **OFFICER, ground="31(1)", reason="heard, and nothing was brought")
BUY_BACK_ASKED = events.BuyBackAsked(**ABOUT, **UNIT, home=HOME)
CONDITION_SHOWN = events.BuyBackConditionShown(
    **ABOUT, **UNIT, condition="mortgage", met=True, document="extract 2028-0044 of 2028-05-05"
)
BUY_BACK_REFUSED = events.BuyBackRefused(**ABOUT, **UNIT, unmet=("mortgage",), reason="the bank still has a mortgage")
STRAIGHT_LINE = "straight-line, 2.00 % a year, 24 whole months from 2026-12-20 to 2028-12-20"
BUY_BACK_OFFERED = events.BuyBackOffered(
    **ABOUT,
    **UNIT,
    lines=(
        Line(what="original price", amount=PRICE),
        Line(what="depreciation", amount=Decimal("12480.50"), how=STRAIGHT_LINE),
    ),
    price=Decimal("300000.00"),
)
BUY_BACK_ACCEPTED = events.BuyBackAccepted(**ABOUT, **UNIT)
BUY_BACK_PAID = events.BuyBackPaid(**ABOUT, **UNIT, amount=Decimal("300000.00"))
TO_THE_COURT = events.EnforcementHandedOver(**ABOUT, **OFFICER, file_number="(2029) 内0303 执 12 号")
OWNERS_CHANGED = events.OwnersChanged(
    **ABOUT, **OFFICER, home=HOME, cause="divorce", document="(2028) 内0303 民初 7 号"
)

SET_OFF = DEPOSIT_SETTLED.model_copy(update={"how": "set_off", "why": "contract"})
NOT_DRAWN = RESULT.model_copy(update={"fate": "not_drawn", "place": 41})
SUBSTITUTE = RESULT.model_copy(update={"fate": "substitute", "place": 2})


def again(event: Event) -> Event:
    """The same once more, as the second of its kind."""
    return event.model_copy(update={"n": 2})


PAID: tuple[Event, ...] = (DEPOSIT_ASKED, DEPOSIT_PAID)
IN_DRAW = (*PAID, ENTERED)
CALL = (*IN_DRAW, RESULT, CALLED)
HOME_CHOSEN = (*CALL, CHOSEN)
CONTRACT = (*HOME_CHOSEN, SIGNED, SET_OFF)
WITH_KEYS = (*CONTRACT, SETTLED, KEYS)
EXITED_WITH_KEYS = (*WITH_KEYS, EXIT_PROPOSED, EXIT_CONFIRMED)
OFFER = (*WITH_KEYS, BUY_BACK_ASKED, BUY_BACK_OFFERED)

SINCE_POOL: dict[str, tuple[State, tuple[Event, ...]]] = {
    "deposit asked": (S.DEPOSIT_ASKED, (DEPOSIT_ASKED,)),
    "deposit lapsed": (S.POOL_CONFIRMED, (DEPOSIT_ASKED, DEPOSIT_LAPSED)),
    "deposit paid": (S.DEPOSIT_PAID, PAID),
    "in draw": (S.IN_DRAW, IN_DRAW),
    "in a second draw after a void one": (S.IN_DRAW, (*IN_DRAW, again(ENTERED))),
    "in a draw that is void": (S.IN_DRAW, (*IN_DRAW, VOIDED)),
    "not drawn": (S.POOL_CONFIRMED, (*IN_DRAW, NOT_DRAWN)),
    "not drawn and given its deposit back": (S.POOL_CONFIRMED, (*IN_DRAW, NOT_DRAWN, DEPOSIT_SETTLED)),
    "asked for a second project": (S.DEPOSIT_ASKED, (*IN_DRAW, NOT_DRAWN, DEPOSIT_SETTLED, again(DEPOSIT_ASKED))),
    "drawn": (S.DRAWN, (*IN_DRAW, RESULT)),
    "substitute": (S.SUBSTITUTE, (*IN_DRAW, SUBSTITUTE)),
    "called to choose": (S.CALLED_TO_CHOOSE, CALL),
    "substitute called to choose": (S.CALLED_TO_CHOOSE, (*IN_DRAW, SUBSTITUTE, CALLED)),
    "declined": (S.POOL_CONFIRMED, (*CALL, DECLINED)),
    "returned to the pool": (S.POOL_CONFIRMED, (*IN_DRAW, SUBSTITUTE, RETURNED)),
    "choice missed": (S.CHOICE_MISSED, (*CALL, MISSED)),
    "excused": (S.DRAWN, (*CALL, MISSED, EXCUSED)),
    "substitute excused": (S.SUBSTITUTE, (*IN_DRAW, SUBSTITUTE, CALLED, MISSED, EXCUSED)),
    "cancelled": (S.CANCELLED, (*CALL, MISSED, CANCELLED)),
    "struck": (S.DISQUALIFIED, (*IN_DRAW, RESULT, STRUCK)),
    "home chosen": (S.HOME_CHOSEN, HOME_CHOSEN),
    "contract signed": (S.CONTRACT_SIGNED, CONTRACT),
    "price settled": (S.PRICE_SETTLED, (*CONTRACT, SETTLED)),
    "keys refused": (S.PRICE_SETTLED, (*CONTRACT, SETTLED, NO_KEYS)),
    "handed over": (S.HANDED_OVER, WITH_KEYS),
    "exit proposed": (S.EXIT_PROPOSED, (*HOME_CHOSEN, EXIT_PROPOSED)),
    "exit dropped": (S.HOME_CHOSEN, (*HOME_CHOSEN, EXIT_PROPOSED, EXIT_DROPPED)),
    "exited": (S.EXITED, (*HOME_CHOSEN, EXIT_PROPOSED, EXIT_CONFIRMED)),
    "exited with a contract": (S.EXITED, (*CONTRACT, SETTLED, EXIT_PROPOSED, EXIT_CONFIRMED)),
    "exit proposed with keys": (S.EXIT_PROPOSED, (*WITH_KEYS, EXIT_PROPOSED)),
    "exit dropped with keys": (S.HANDED_OVER, (*WITH_KEYS, EXIT_PROPOSED, EXIT_DROPPED)),
    "exited with keys": (S.EXITED, EXITED_WITH_KEYS),
    "buy-back asked": (S.HANDED_OVER, (*WITH_KEYS, BUY_BACK_ASKED)),
    "buy-back shown": (S.HANDED_OVER, (*WITH_KEYS, BUY_BACK_ASKED, CONDITION_SHOWN)),
    "buy-back refused": (S.HANDED_OVER, (*WITH_KEYS, BUY_BACK_ASKED, BUY_BACK_REFUSED)),
    "buy-back offered": (S.HANDED_OVER, OFFER),
    "buy-back accepted": (S.HANDED_OVER, (*OFFER, BUY_BACK_ACCEPTED)),
    "bought back": (S.BOUGHT_BACK, (*OFFER, BUY_BACK_ACCEPTED, BUY_BACK_PAID)),
    "bought back after its exit": (
        S.BOUGHT_BACK,
        (*EXITED_WITH_KEYS, BUY_BACK_ASKED, BUY_BACK_OFFERED, BUY_BACK_ACCEPTED, BUY_BACK_PAID),
    ),
}
"""Each: its state, and how a case comes to it after it was confirmed in the pool (Art. 15, 20, 25-34)."""

POOL = {"pool confirmed", "deposit lapsed", "not drawn", "not drawn and given its deposit back", "declined"} | {
    "returned to the pool"
}
DRAWING = {"in draw", "in a second draw after a void one", "in a draw that is void"}
WAITS_FOR_CALL = {"drawn", "substitute", "excused", "substitute excused"}
CALLED_NOW = {"called to choose", "substitute called to choose"}
HAS_CHOSEN = {"home chosen", "exit dropped"}
PAID_UP = {"price settled", "keys refused"}
LIVES_THERE = {"handed over", "exit dropped with keys"}
BEING_SHOWN = {"buy-back asked", "buy-back shown"}
BUYING_BACK = BEING_SHOWN | {"buy-back refused", "buy-back offered", "buy-back accepted"}
CHECKED_AGAIN = {"asked again in the pool", "asked again with a home"}
UNTIL_CHOSEN = POOL | {"deposit asked", "asked for a second project", "deposit paid", "choice missed"} | DRAWING
UNTIL_KEYS = UNTIL_CHOSEN | WAITS_FOR_CALL | CALLED_NOW | HAS_CHOSEN | PAID_UP | {"contract signed", "exit proposed"}
OPEN = UNTIL_KEYS | LIVES_THERE | BUYING_BACK | {"exit proposed with keys"}
"""Confirmed in the pool, and not over."""
HOLDS_DEPOSIT = (
    (
        DRAWING
        | WAITS_FOR_CALL
        | CALLED_NOW
        | HAS_CHOSEN
        | {"deposit paid", "not drawn", "declined", "returned to the pool"}
    )
    | {"choice missed", "cancelled", "struck", "exit proposed", "exited", "asked again with a home"}
    | {"found ineligible with a home"}
)
ENTERED_AND_UNSIGNED = (DRAWING | WAITS_FOR_CALL | CALLED_NOW | HAS_CHOSEN | POOL | {"choice missed"}) - {
    *("pool confirmed", "deposit lapsed")
}
OWNS = LIVES_THERE | BUYING_BACK

ROWS = (
    Row(DEPOSIT_ASKED, "deposit-asked.1", "case.*.deposit-asked.*", POOL),
    Row(
        DEPOSIT_LAPSED,
        "deposit-lapsed.1",
        "case.*.deposit-lapsed.*",
        {"deposit asked", "asked for a second project"},
    ),
    Row(DEPOSIT_PAID, "deposit-paid.1", "case.*.deposit-paid.*", {"deposit asked", "asked for a second project"}),
    Row(PAYMENT_KEPT, "payment-kept.1", "case.*.payment-kept.*", FACT),
    Row(DEPOSIT_SETTLED, "deposit-settled.1", "case.*.deposit-settled.*", HOLDS_DEPOSIT),
    Row(ENTERED, "entered-in-draw.1", "case.*.entered-in-draw.*", {"deposit paid"} | DRAWING),
    Row(SCHEDULED, "draw-scheduled.1", "case.*.draw-scheduled.*", DRAWING),
    Row(VOIDED, "draw-voided.1", "case.*.draw-voided.*", DRAWING),
    Row(RESULT, "draw-result.1", "case.*.draw-result.*", DRAWING),
    Row(CALLED, "called-to-choose.1", "case.*.called-to-choose.*", WAITS_FOR_CALL),
    Row(SLOT_NEAR, "slot-near.1", "case.*.slot-near.*", CALLED_NOW),
    Row(CHOSEN, "home-chosen.1", "case.*.home-chosen.*", CALLED_NOW),
    Row(DECLINED, "choice-declined.1", "case.*.choice-declined.*", CALLED_NOW),
    Row(
        RETURNED,
        "returned-to-pool.1",
        "case.*.returned-to-pool.*",
        {"deposit paid"} | DRAWING | WAITS_FOR_CALL | CALLED_NOW,
    ),
    Row(MISSED, "choice-missed.1", "case.*.choice-missed.*", CALLED_NOW),
    Row(EXCUSED, "choice-excused.1", "case.*.choice-excused.*", {"choice missed"}),
    Row(CANCELLED, "qualification-cancelled.1", "case.*.qualification-cancelled.*", {"choice missed"}),
    Row(STRUCK, "struck-from-draw.1", "case.*.struck-from-draw.*", ENTERED_AND_UNSIGNED),
    Row(SIGNED, "contract-signed.1", "case.*.contract-signed.*", HAS_CHOSEN),
    Row(SETTLED, "price-settled.1", "case.*.price-settled.*", {"contract signed"}),
    Row(PRICE_BACK, "price-given-back.1", "case.*.price-given-back.*", {"exited with a contract"}),
    Row(RENTAL_SHOWN, "rental-shown.1", "case.*.rental-shown.*", {"contract signed"} | PAID_UP),
    Row(NO_KEYS, "hand-over-refused.1", "case.*.hand-over-refused.*", {"contract signed"} | PAID_UP),
    Row(KEYS, "handed-over.1", "case.*.handed-over.*", PAID_UP),
    Row(
        LIMIT_NEAR,
        "limit-near.1.90",
        "case.*.limit-near.*.*",
        {"contract signed", "asked again with a home"} | HAS_CHOSEN,
    ),
    Row(
        EXIT_PROPOSED,
        "exit-proposed.1",
        "case.*.exit-proposed.*",
        {"contract signed"} | HAS_CHOSEN | PAID_UP | OWNS,
    ),
    Row(EXIT_DROPPED, "exit-dropped.1", "case.*.exit-dropped.*", {"exit proposed", "exit proposed with keys"}),
    Row(EXIT_CONFIRMED, "exit-confirmed.1", "case.*.exit-confirmed.*", {"exit proposed", "exit proposed with keys"}),
    Row(
        BUY_BACK_ASKED,
        "buy-back-asked.1",
        "case.*.buy-back-asked.*",
        LIVES_THERE | {"exited with keys", "buy-back refused"},
    ),
    Row(CONDITION_SHOWN, "buy-back-condition-shown.1", "case.*.buy-back-condition-shown.*", BEING_SHOWN),
    Row(BUY_BACK_REFUSED, "buy-back-refused.1", "case.*.buy-back-refused.*", BEING_SHOWN),
    Row(BUY_BACK_OFFERED, "buy-back-offered.1", "case.*.buy-back-offered.*", BEING_SHOWN),
    Row(BUY_BACK_ACCEPTED, "buy-back-accepted.1", "case.*.buy-back-accepted.*", {"buy-back offered"}),
    Row(BUY_BACK_PAID, "buy-back-paid.1", "case.*.buy-back-paid.*", {"buy-back accepted"}),
    Row(
        TO_THE_COURT,
        "enforcement-handed-over.1",
        "case.*.enforcement-handed-over.*",
        {"exited with keys"},
    ),
    Row(
        OWNERS_CHANGED,
        "owners-changed.1",
        "case.*.owners-changed.*",
        OWNS | {"exit proposed with keys", "exited with keys"},
    ),
)
"""Written by hand from the articles, like the table of the events before the pool."""
