"""What the bureau decides of a family after the pool, each as a page offers it (Art. 26(4), 27-32)."""

from collections.abc import Callable
from datetime import datetime
from typing import get_args

from console.bureau.home_offers import condition_of, options
from console.command_line.acts import act_of
from console.offers.fields import Asks
from console.offers.offer import Offer
from contracts import events
from contracts.case.case import Case
from contracts.case.fold import allows
from contracts.events import Event
from contracts.events.after_care import BY_INSPECTION, CONDITIONS, Ground
from contracts.local_time import SHANGHAI

BY_CLOCK = "31(1)"
"""The two years, which the clock proposes."""
Possible = Callable[[Case, datetime], bool]


def _when(kind: type[Event]) -> Possible:
    return lambda case, at: allows(case, kind)


def _is_heard(case: Case, at: datetime) -> bool:
    """Whether the days in which the family is heard are over."""
    known, today = case.allocation, at.astimezone(SHANGHAI).date()
    proposal = known.missed if allows(case, events.QualificationCancelled) else known.exit
    return proposal is not None and today > proposal.heard_until


def _cancels(case: Case, at: datetime) -> bool:
    return allows(case, events.QualificationCancelled) and _is_heard(case, at)


def _confirms(case: Case, at: datetime) -> bool:
    return allows(case, events.ExitConfirmed) and _is_heard(case, at)


def _decides(case: Case, at: datetime) -> bool:
    return allows(case, events.BuyBackOffered) and set(case.allocation.shown) >= set(CONDITIONS)


def _reason(case: Case) -> tuple[Asks, ...]:
    return (Asks("reason", "words"),)


def _exit(case: Case) -> tuple[Asks, ...]:
    grounds = [ground for ground in get_args(Ground) if ground != BY_CLOCK]
    named = {ground: "exit." + ground[3] for ground in grounds}
    return Asks("ground", "choice", options=named), Asks("document", optional=True), Asks("reason", "words")


def _condition(case: Case) -> tuple[Asks, ...]:
    return condition_of(condition for condition in CONDITIONS if condition not in BY_INSPECTION)


def _rental(case: Case) -> tuple[Asks, ...]:
    left = Asks("left", "choice", options={"true": "left.true", "false": "left.false"})
    return left, Asks("document"), Asks("dated", "day")


def _owners(case: Case) -> tuple[Asks, ...]:
    return Asks("cause", "choice", options=options("cause", ("divorce", "inheritance"))), Asks("document")


def _court(case: Case) -> tuple[Asks, ...]:
    return (Asks("file_number"),)


OFFERS: tuple[Offer[Case], ...] = (
    Offer(act_of("allocation", "excuse-choice"), _when(events.ChoiceExcused), _reason),
    Offer(act_of("allocation", "cancel-qualification"), _cancels, _reason),
    Offer(act_of("allocation", "show-rental"), _when(events.RentalShown), _rental),
    Offer(act_of("after-care", "confirm-exit"), _confirms, _reason),
    Offer(act_of("after-care", "drop-exit"), _when(events.ExitDropped), _reason),
    Offer(act_of("after-care", "ask-registration"), _when(events.BuyBackConditionShown)),
    Offer(act_of("after-care", "show-condition"), _when(events.BuyBackConditionShown), _condition),
    Offer(act_of("after-care", "decide-buy-back"), _decides, _reason),
    Offer(act_of("after-care", "accept-buy-back"), _when(events.BuyBackAccepted)),
    Offer(act_of("after-care", "ask-buy-back"), _when(events.BuyBackAsked)),
    Offer(act_of("after-care", "change-owners"), _when(events.OwnersChanged), _owners),
    Offer(act_of("after-care", "propose-exit"), _when(events.ExitProposed), _exit),
    Offer(act_of("after-care", "hand-to-court"), _when(events.EnforcementHandedOver), _court),
    Offer(act_of("allocation", "strike"), _when(events.StruckFromDraw), _reason),
)
"""What waits for a word stands first."""
