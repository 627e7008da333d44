"""One story for every notice between the pool and the keys, and after, and the articles it cites."""

from contracts.case.case import Recorded
from contracts.events import Event
from tests.contracts import examples_after_pool as after
from tests.notify.stories import confirmed
from tests.notify.told import NUMBER, Told


def since(*events: Event) -> Told:
    """A family in the pool, to which this happened; the last one is told."""
    told = confirmed()
    for event in events:
        event = event.model_copy(update={"application": NUMBER})
        sequence = 10 * (len(told.history) + 1)
        told = Told((*told.history, Recorded(sequence, event, f"id-{sequence}", event.at)))
    return told


KEPT = after.DEPOSIT_SETTLED.model_copy(update={"how": "kept", "why": "cancelled"})
NOTICES_AFTER_POOL: dict[str, tuple[Told, tuple[str, ...]]] = {
    "deposit-asked": (since(after.DEPOSIT_ASKED), ("26(4)",)),
    "deposit-lapsed": (since(after.DEPOSIT_ASKED, after.DEPOSIT_LAPSED), ("26(4)",)),
    "deposit-paid": (since(*after.PAID), ("26(4)",)),
    "payment-kept": (since(after.PAYMENT_KEPT), ("26(4)",)),
    "deposit-given-back": (since(*after.IN_DRAW, after.NOT_DRAWN, after.DEPOSIT_SETTLED), ("26(4)",)),
    "deposit-kept": (since(*after.CALL, after.MISSED, after.CANCELLED, KEPT), ("26(4)",)),
    "entered-in-draw": (since(*after.IN_DRAW), ("26(5)",)),
    "draw-scheduled": (since(*after.IN_DRAW, after.SCHEDULED), ("26(5)",)),
    "draw-voided": (since(*after.IN_DRAW, after.VOIDED), ("26(5)",)),
    "draw-result": (since(*after.IN_DRAW, after.RESULT), ("26(5)",)),
    "called-to-choose": (since(*after.CALL), ("26(5)", "32")),
    "slot-near": (since(*after.CALL, after.SLOT_NEAR), ("26(5)", "32")),
    "home-chosen": (since(*after.HOME_CHOSEN), ("26(5)", "26(6)", "31(1)")),
    "choice-declined": (since(*after.CALL, after.DECLINED), ("26(5)",)),
    "returned-to-pool": (since(*after.IN_DRAW, after.SUBSTITUTE, after.RETURNED), ("26(5)",)),
    "choice-missed": (since(*after.CALL, after.MISSED), ("32",)),
    "choice-excused": (since(*after.CALL, after.MISSED, after.EXCUSED), ("32",)),
    "cancelled": (since(*after.CALL, after.MISSED, after.CANCELLED), ("32",)),
    "struck-from-draw": (since(*after.IN_DRAW, after.RESULT, after.STRUCK), ("26(4)",)),
    "contract-signed": (since(*after.HOME_CHOSEN, after.SIGNED), ("26(6)",)),
    "price-settled": (since(*after.CONTRACT, after.SETTLED), ("26(6)",)),
    "price-given-back": (
        since(*after.CONTRACT, after.SETTLED, after.EXIT_PROPOSED, after.EXIT_CONFIRMED, after.PRICE_BACK),
        ("24", "31"),
    ),
    "hand-over-refused": (since(*after.CONTRACT, after.SETTLED, after.NO_KEYS), ("20", "26(6)")),
    "handed-over": (since(*after.WITH_KEYS), ("26(6)", "27")),
    "limit-near": (since(*after.CONTRACT, after.LIMIT_NEAR), ("31(1)",)),
    "exit-proposed": (since(*after.CONTRACT, after.EXIT_PROPOSED), ("31",)),
    "exit-dropped": (since(*after.CONTRACT, after.EXIT_PROPOSED, after.EXIT_DROPPED), ("31",)),
    "exit-confirmed": (since(*after.EXITED_WITH_KEYS), ("31",)),
    "buy-back-refused": (since(*after.WITH_KEYS, after.BUY_BACK_ASKED, after.BUY_BACK_REFUSED), ("28",)),
    "buy-back-offered": (since(*after.OFFER), ("28",)),
    "buy-back-paid": (since(*after.OFFER, after.BUY_BACK_ACCEPTED, after.BUY_BACK_PAID), ("28",)),
    "enforcement": (since(*after.EXITED_WITH_KEYS, after.TO_THE_COURT), ("28",)),
    "owners-changed": (since(*after.WITH_KEYS, after.OWNERS_CHANGED), ("29", "30")),
}
