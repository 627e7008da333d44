"""What happens to an application, in the order it happens: the one list of all events.

Every event stands on a subject of its own, `case.<application>.<tail>`, and is written once: the last messages
under `case.<application>.>` are the whole history of a case (ADR 0001).
"""

from typing import TypeAlias, get_args

from contracts.events.determination import (
    DeterminationConfirmed,
    DeterminationMade,
    HandedToOfficer,
    ReverificationOpened,
)
from contracts.events.intake import (
    ApplicationAccepted,
    ApplicationRefused,
    ApplicationSubmitted,
    ApplicationSupplemented,
    ApplicationWithdrawn,
    SupplementRequested,
)
from contracts.events.notices import NoticeFailed, NoticeSent
from contracts.events.publicity import (
    ObjectionDecided,
    ObjectionRaised,
    ObjectorIdentified,
    PoolConfirmed,
    PublicityClosed,
    PublicityOpened,
)
from contracts.events.registry import Registry
from contracts.events.verification import (
    AlsoAnswered,
    AnsweredByHand,
    DeferredByClerk,
    DepartmentAnswered,
    DepartmentDeferred,
    DepartmentOverdue,
    DepartmentReminded,
)

Event: TypeAlias = (
    ApplicationSubmitted
    | SupplementRequested
    | ApplicationSupplemented
    | ApplicationRefused
    | ApplicationAccepted
    | ApplicationWithdrawn
    | DepartmentAnswered
    | DepartmentDeferred
    | DeferredByClerk
    | DepartmentReminded
    | DepartmentOverdue
    | AnsweredByHand
    | AlsoAnswered
    | DeterminationMade
    | HandedToOfficer
    | DeterminationConfirmed
    | ReverificationOpened
    | PublicityOpened
    | ObjectionRaised
    | ObjectionDecided
    | ObjectorIdentified
    | PublicityClosed
    | PoolConfirmed
    | NoticeSent
    | NoticeFailed
)
"""Every event there is, in the order of the story. Closed: whoever forgets one of them is told by mypy."""

STORY: tuple[type[Event], ...] = get_args(Event)
EVENTS: Registry[Event] = Registry("case.{application}", STORY)
