"""What happens to an application, in the order it happens: the one list of all events.

Every event stands on a subject of its own, `case.<application>.<tail>`, and is written once: the last messages
under `case.<application>.>` are the whole history of a case (ADR 0001).
"""

from typing import TypeAlias, get_args

from contracts.events.after_care import (
    BuyBackAccepted,
    BuyBackAsked,
    BuyBackConditionShown,
    BuyBackOffered,
    BuyBackPaid,
    BuyBackRefused,
    EnforcementHandedOver,
    ExitConfirmed,
    ExitDropped,
    ExitProposed,
    OwnersChanged,
)
from contracts.events.allocation import (
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
    DrawScheduled,
    DrawVoided,
    EnteredInDraw,
    HandedOver,
    HandOverRefused,
    HomeChosen,
    LimitNear,
    PaymentKept,
    PriceGivenBack,
    PriceSettled,
    QualificationCancelled,
    RentalShown,
    ReturnedToPool,
    SlotNear,
    StruckFromDraw,
)
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

UntilKeys: TypeAlias = (
    DepositAsked
    | DepositLapsed
    | DepositPaid
    | PaymentKept
    | DepositSettled
    | EnteredInDraw
    | DrawScheduled
    | DrawVoided
    | DrawResult
    | CalledToChoose
    | SlotNear
    | HomeChosen
    | ChoiceDeclined
    | ReturnedToPool
    | ChoiceMissed
    | ChoiceExcused
    | QualificationCancelled
    | StruckFromDraw
    | ContractSigned
    | PriceSettled
    | PriceGivenBack
    | RentalShown
    | HandOverRefused
    | HandedOver
    | LimitNear
)
OnceHoused: TypeAlias = (
    ExitProposed
    | ExitDropped
    | ExitConfirmed
    | BuyBackAsked
    | BuyBackConditionShown
    | BuyBackRefused
    | BuyBackOffered
    | BuyBackAccepted
    | BuyBackPaid
    | EnforcementHandedOver
    | OwnersChanged
)
Later: TypeAlias = UntilKeys | OnceHoused
"""What happens after the pool: each is an AfterPool, and the second half an AfterCare."""

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
    | Later
    | NoticeSent
    | NoticeFailed
)
"""Every event there is, in the order of the story. Closed: whoever forgets one of them is told by mypy."""

STORY: tuple[type[Event], ...] = get_args(Event)
EVENTS: Registry[Event] = Registry("case.{application}", STORY)
