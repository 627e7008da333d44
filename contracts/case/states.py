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


CLOSED = frozenset({State.REFUSED, State.INELIGIBLE, State.DISQUALIFIED, State.WITHDRAWN})
"""Over: a claim of such a case binds nobody, and the family's next application takes it over."""
AT_REST = CLOSED | {State.POOL_CONFIRMED}
WITHDRAWABLE = frozenset(State) - CLOSED
"""Withdrawal is possible any time before hand-over (Art. 24)."""
