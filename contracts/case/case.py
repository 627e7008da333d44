"""One case, as its history amounts to it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic

from typing_extensions import TypeVar

from contracts.application import ApplicationForm
from contracts.case.allocation import NOTHING_YET, Allocation
from contracts.case.answers import Answers
from contracts.case.states import CLOSED, State
from contracts.events import (
    ApplicationAccepted,
    ApplicationRefused,
    ApplicationWithdrawn,
    DeterminationConfirmed,
    DeterminationMade,
    Event,
    PublicityClosed,
    PublicityOpened,
    SupplementRequested,
)
from contracts.events.values import FamilyMember, Outcome, OwnBan

E = TypeVar("E", default=Event)


@dataclass(frozen=True)
class Recorded(Generic[E]):
    """An event as it stands in the log: its sequence, id, trace and the server's time."""

    sequence: int
    event: E
    event_id: str
    stored_at: datetime
    traceparent: str | None = None


@dataclass(frozen=True)
class Asked:
    """When the questions of one round were asked, and until when they are to be answered."""

    asked_at: datetime
    answer_by: datetime


@dataclass(frozen=True)
class Objection:
    n: int
    in_time: bool
    decided: bool = False
    upheld: bool = False
    openings: int = 0
    """How often it was looked at who raised it."""


class NotAllowed(Exception):
    """An event does not follow from the state of the case."""


@dataclass(frozen=True)
class Case:
    """What the history of one application amounts to. `Case(number)` is a case nobody has heard of."""

    application: str
    state: State | None = None
    sequence: int = 0
    """Sequence of the newest event: what compare-and-set expects."""
    updated_at: datetime | None = None
    """When the newest event happened."""
    form: ApplicationForm | None = None
    submitted_at: datetime | None = None
    body_sha256: str | None = None
    accepted: ApplicationAccepted | None = None
    refused: ApplicationRefused | None = None
    withdrawn: ApplicationWithdrawn | None = None
    supplements: tuple[SupplementRequested, ...] = ()
    round: int = 0
    persons: tuple[FamilyMember, ...] = ()
    asked: tuple[str, ...] = ()
    children_elsewhere: tuple[str, ...] = ()
    """Children whom another open case named when this one was accepted, or opened again."""
    own_ban: OwnBan | None = None
    """What our own record said of the applicant when this round was opened."""
    asked_at: datetime | None = None
    answer_by: datetime | None = None
    rounds: dict[int, Asked] = field(default_factory=dict)
    """Every round of questions so far: a late answer may be to an old one."""
    answers: Answers = field(default_factory=dict)
    deferred: dict[tuple[str, int], datetime] = field(default_factory=dict)
    deferred_by_clerk: dict[tuple[str, int], int] = field(default_factory=dict)
    """How often its clerk said that they need longer."""
    also_answered: dict[tuple[str, int], int] = field(default_factory=dict)
    """How many answers are kept beside the one that counts."""
    overdue: frozenset[tuple[str, int]] = frozenset()
    determination: DeterminationMade | None = None
    confirmation: DeterminationConfirmed | None = None
    publicity: PublicityOpened | None = None
    opened_at: datetime | None = None
    """When the entry in force was posted; a recomputed date keeps it."""
    first_shown_at: datetime | None = None
    trace_of_publicity: str | None = None
    objections: tuple[Objection, ...] = ()
    closed: PublicityClosed | None = None
    resumes: State | None = None
    """Where an eligible case goes on, if it was asked about again after the pool."""
    allocation: Allocation = NOTHING_YET
    """What happened since the pool."""
    notices: frozenset[tuple[str, str]] = frozenset()
    """(cause, channel) of every notice that was sent."""

    @property
    def waiting_for(self) -> tuple[str, ...]:
        """The departments whose answer of this round has not come."""
        if self.state is not State.VERIFYING or self.determination is not None:
            return ()
        return tuple(name for name in self.asked if (name, self.round) not in self.answers)

    @property
    def outcome(self) -> Outcome | None:
        """The outcome in force: an officer's word before the machine's."""
        if self.confirmation is not None:
            return self.confirmation.outcome
        return self.determination.outcome if self.determination is not None else None

    @property
    def is_open(self) -> bool:
        return self.state is not None and self.state not in CLOSED

    @property
    def holds_claims(self) -> bool:
        """Whether its persons have their one application in it: not after a divorce, since whoever leaves may apply
        again, and for whoever stays the home counts (Art. 18(2), 30)."""
        owners = self.allocation.owners
        return self.is_open and (owners is None or owners.cause != "divorce")
