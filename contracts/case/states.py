"""Where a case can stand, and what each state means for the family."""

from enum import StrEnum


class State(StrEnum):
    """Where a case stands; the same word for GET, results, follow and console."""

    SUBMITTED = "submitted"
    SUPPLEMENT_WANTED = "supplement_wanted"
    REFUSED = "refused"
    VERIFYING = "verifying"
    REVIEW = "review"
    INELIGIBLE_PROPOSED = "ineligible_proposed"
    INELIGIBLE = "ineligible"
    IN_PUBLICITY = "in_publicity"
    OBJECTED = "objected"
    POOL_CONFIRMED = "pool_confirmed"
    DISQUALIFIED = "disqualified"
    WITHDRAWN = "withdrawn"
    DEPOSIT_ASKED = "deposit_asked"
    DEPOSIT_PAID = "deposit_paid"
    IN_DRAW = "in_draw"
    DRAWN = "drawn"
    SUBSTITUTE = "substitute"
    CALLED_TO_CHOOSE = "called_to_choose"
    CHOICE_MISSED = "choice_missed"
    CANCELLED = "cancelled"
    HOME_CHOSEN = "home_chosen"
    CONTRACT_SIGNED = "contract_signed"
    PRICE_SETTLED = "price_settled"
    HANDED_OVER = "handed_over"
    EXIT_PROPOSED = "exit_proposed"
    EXITED = "exited"
    BOUGHT_BACK = "bought_back"


CLOSED = frozenset(
    {
        *(State.REFUSED, State.INELIGIBLE, State.DISQUALIFIED, State.WITHDRAWN),
        *(State.CANCELLED, State.EXITED, State.BOUGHT_BACK),
    }
)
"""Over: a claim of such a case binds nobody, and the family's next application takes it over."""
AT_REST = CLOSED | {State.POOL_CONFIRMED, State.HANDED_OVER}
WITHDRAWABLE = frozenset(State) - CLOSED - {State.HANDED_OVER}
"""Withdrawal is possible any time before hand-over (Art. 24, 31(5))."""
AFTER_POOL = frozenset(
    {
        *(State.POOL_CONFIRMED, State.DEPOSIT_ASKED, State.DEPOSIT_PAID, State.IN_DRAW, State.DRAWN),
        *(State.SUBSTITUTE, State.CALLED_TO_CHOOSE, State.CHOICE_MISSED, State.HOME_CHOSEN),
        *(State.CONTRACT_SIGNED, State.PRICE_SETTLED, State.HANDED_OVER, State.EXIT_PROPOSED),
    }
)
"""Confirmed in the pool, and not over."""
RESUMED: frozenset[State] = frozenset({State.POOL_CONFIRMED, State.HOME_CHOSEN})
"""Where departments are asked again before the next step; found eligible, the case goes on (Art. 26(6))."""
