"""How far a case comes, and in which stage it is, in the words that the figures count by. Pure."""

from enum import StrEnum

from contracts.case.standing import Standing
from contracts.case.states import State


class Step(StrEnum):
    """How far a case comes, in the order of the story; the funnel counts each once a case."""

    SUBMITTED = "submitted"
    SUPPLEMENT = "supplement"
    REFUSED = "refused"
    ACCEPTED = "accepted"
    ELIGIBLE = "eligible"
    REVIEW = "review"
    INELIGIBLE = "ineligible"
    CONFIRMED_ELIGIBLE = "confirmed_eligible"
    CONFIRMED_INELIGIBLE = "confirmed_ineligible"
    LISTED = "listed"
    POOL = "pool"
    DISQUALIFIED = "disqualified"
    WITHDRAWN = "withdrawn"


STEPS = {
    "ApplicationSubmitted": Step.SUBMITTED,
    "SupplementRequested": Step.SUPPLEMENT,
    "ApplicationRefused": Step.REFUSED,
    "ApplicationAccepted": Step.ACCEPTED,
    "PublicityOpened": Step.LISTED,
    "PoolConfirmed": Step.POOL,
    "ApplicationWithdrawn": Step.WITHDRAWN,
}
DETERMINED = {State.VERIFYING: Step.ELIGIBLE, State.REVIEW: Step.REVIEW, State.INELIGIBLE_PROPOSED: Step.INELIGIBLE}
ENTRY = "entry"
"""The stage between an eligible outcome and its public entry; every other stage is a state."""
STAGES = (
    *(State.SUBMITTED, State.SUPPLEMENT_WANTED, State.VERIFYING, State.REVIEW, State.INELIGIBLE_PROPOSED),
    *(ENTRY, State.IN_PUBLICITY, State.OBJECTED),
)
"""In the order of the story."""


def step_of(kind: str, after: Standing) -> Step | None:
    """Which step of the funnel an event is."""
    match kind:
        case "DeterminationMade":
            return DETERMINED[after.state]
        case "DeterminationConfirmed":
            return Step.CONFIRMED_INELIGIBLE if after.state is State.INELIGIBLE else Step.CONFIRMED_ELIGIBLE
        case "ObjectionDecided" if after.state is State.DISQUALIFIED:
            return Step.DISQUALIFIED
    return STEPS.get(kind)


def stage_of(case: Standing) -> str:
    """A state, or between an eligible outcome and its public entry."""
    return ENTRY if case.state is State.VERIFYING and case.determined else str(case.state)
