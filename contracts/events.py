"""What happens to an application, in the order it happens.

Every event stands on a subject of its own, `case.<application>.<tail>`, and is written once: the last messages
under `case.<application>.>` are the whole history of a case (ADR 0001).
"""

from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AwareDatetime, Field

from contracts.application import ApplicationForm, Consent, DocumentName, MaritalStatus, Token
from contracts.inquiries import Answer, AnswerProof, DepartmentName, QuestionId, Round
from contracts.model import Frozen, when_new
from contracts.numbers import ApplicationNumber
from contracts.people import IdNumber, NameOnForm
from contracts.readings import ReadByVersion
from contracts.registry import Registry
from contracts.text import visible

Count = Annotated[int, Field(ge=1, le=999)]
SubjectToken = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
"""One token of a subject: a dot in it would change which kind of event the subject is of."""
Reason = Annotated[str, Field(min_length=1, max_length=2000), when_new(visible)]
Officer = Annotated[
    str,
    Field(min_length=1, max_length=60, description="who did it, as the bureau knows them"),
    when_new(visible),
]
Objection = Annotated[str, Field(min_length=1, max_length=4000), when_new(visible)]
Outcome = Literal["eligible", "ineligible", "review"]
Truth = Literal["met", "not_met", "unknown"]


class Event(Frozen):
    """Something that happened to one application, and when."""

    tail: ClassVar[str]
    application: ApplicationNumber
    at: AwareDatetime


class Ground(Frozen):
    """One reason of a refusal: the rule, its article, and what the form shows."""

    rule: str
    article: str
    text: str


class Gap(Frozen):
    """One thing missing from a form (Art. 22): the field that re-opens, and what to hand in."""

    pointer: str
    article: str
    text: str
    document: DocumentName | None = None
    consent_of: IdNumber | None = None


class FamilyMember(Frozen):
    """A person of the family with what the questions need: number, name, part in the family."""

    id_number: IdNumber
    name: NameOnForm
    role: Literal["applicant", "spouse", "child"]


class Source(Frozen):
    """Who said it: the department (or `form`), when, and the sequence of the answer in the log."""

    department: str
    said_at: AwareDatetime
    sequence: int | None = None


class Finding(Frozen):
    """What one rule found: met, not met or unknown, from which values, said by whom, under which article."""

    rule: str
    article: str
    truth: Truth
    text: str
    values: dict[str, Any] = Field(default_factory=dict)
    sources: tuple[Source, ...] = ()


class Condition(Frozen):
    """Something to be done before moving in (Art. 20); `to be checked` where nobody answered."""

    rule: str
    article: str
    text: str
    to_be_checked: bool = False


# --- intake ----------------------------------------------------------------------------------------------------


class ApplicationSubmitted(Event):
    """A family handed in its application at a kiosk or counter."""

    tail = "submitted"
    form: ApplicationForm
    body_sha256: str


class SupplementRequested(Event):
    """Something is missing; every gap is named at once (Art. 23)."""

    tail = "supplement-requested.{n}"
    n: Count
    gaps: tuple[Gap, ...]
    hand_in_by: date


class ApplicationSupplemented(Event):
    """The family handed in what was missing."""

    tail = "supplemented.{n}"
    n: Count
    documents: tuple[DocumentName, ...]
    consents: tuple[Consent, ...]
    by: Officer = "the family"


class BanAnswer(ReadByVersion):
    """What the housing bureau said at intake of a ban (Art. 32), as a refusal over it must be provable."""

    asked_at: AwareDatetime
    answer: Answer
    evidence: AnswerProof | None = None


class ApplicationRefused(Event):
    """The form, or a ban, shows that the application cannot be taken up; every reason at once (Art. 23, 32)."""

    tail = "refused"
    as_of: date
    grounds: tuple[Ground, ...]
    ban: BanAnswer | None = Field(default=None, description="where a ban is among the grounds")


class ApplicationAccepted(Event):
    """The application is complete: who is in the family, who will be asked, and by when they answer (Art. 23, 26)."""

    tail = "accepted"
    round: Round = 1
    policy: str
    as_of: date
    project: Token
    persons: tuple[FamilyMember, ...]
    marital_status: MaritalStatus
    own_income_shown: bool = False
    at_a_counter: bool = False
    asked: tuple[DepartmentName, ...]
    answer_by: AwareDatetime
    notes: tuple[str, ...] = ()
    children_elsewhere: tuple[IdNumber, ...] = Field(
        default=(), description="children whom an earlier open case of the project names, too (Art. 17)"
    )


class ApplicationWithdrawn(Event):
    """The family took its application back (Art. 24)."""

    tail = "withdrawn"
    reason: Reason
    by: Officer


# --- verify-household and verify-property ----------------------------------------------------------------------


class DepartmentAnswered(ReadByVersion, Event):
    """A department answered; the first answer of a round counts."""

    tail = "answered.{department}.{round}"
    department: DepartmentName
    round: Round
    question_id: QuestionId
    asked_at: AwareDatetime
    answer: Answer
    surplus: int = Field(default=0, description="fields and rows beyond the contract, dropped before this was stored")
    evidence: AnswerProof | None = None


class DepartmentDeferred(Event):
    """A department will answer later; it is not asked again before the promised instant."""

    tail = "deferred.{department}.{round}"
    department: DepartmentName
    round: Round
    question_id: QuestionId
    promised_at: AwareDatetime


class DepartmentReminded(Event):
    """A department was reminded of a question it has not answered: a ladder of steps in working time."""

    tail = "reminded.{department}.{round}.{step}"
    department: DepartmentName
    round: Round
    step: Annotated[int, Field(ge=1, le=99)]
    answer_by: AwareDatetime


class DepartmentOverdue(Event):
    """A department's time to answer is over; from now on an officer may answer by hand."""

    tail = "overdue.{department}.{round}"
    department: DepartmentName
    round: Round
    asked_at: AwareDatetime
    answer_by: AwareDatetime


class AnsweredByHand(ReadByVersion, Event):
    """An officer answered for a silent department, with a reason; another one looked at it and approved."""

    tail = "answered-by-hand.{department}.{round}"
    department: DepartmentName
    round: Round
    answer: Answer
    reason: Reason
    by: Officer
    approved_by: Officer | None = Field(default=None, description="somebody else; none only in the oldest cases")


class AlsoAnswered(ReadByVersion, Event):
    """A late or contradicting answer: kept, shown, and never silently used."""

    tail = "also-answered.{department}.{round}.{hash8}"
    department: DepartmentName
    round: Round
    hash8: Annotated[str, Field(pattern=r"^[0-9a-f]{8}$")]
    answer: Answer
    why: Literal["contradicting", "late"]
    evidence: AnswerProof | None = None


# --- determination ---------------------------------------------------------------------------------------------


class DeterminationMade(ReadByVersion, Event):
    """The answers were gathered into one finding an article; it lists the answers it used (Art. 26)."""

    tail = "determined.{round}"
    round: Round
    policy: str
    as_of: date
    accepted_on: date
    outcome: Outcome
    findings: tuple[Finding, ...]
    conditions: tuple[Condition, ...] = ()
    used: tuple[int, ...] = Field(description="sequences in the log; what is not listed was not used")


class HandedToOfficer(Event):
    """What was determined is not for a machine to decide: a person looks at it. Says nothing of what was proposed."""

    tail = "handed-to-officer.{round}"
    round: Round


class DeterminationConfirmed(Event):
    """An officer confirmed or overturned what the machine proposed."""

    tail = "confirmed.{round}"
    round: Round
    outcome: Literal["eligible", "ineligible"]
    reason: Reason
    by: Officer


class ReverificationOpened(Event):
    """An officer asks the departments again, as a new round with fresh questions."""

    tail = "reverification.{round}"
    round: Round
    persons: tuple[FamilyMember, ...]
    asked: tuple[DepartmentName, ...]
    answer_by: AwareDatetime
    reason: Reason
    by: Officer
    children_elsewhere: tuple[IdNumber, ...] = Field(
        default=(), description="children whom another open case names, as a closed case is opened again (Art. 17)"
    )


# --- publicity -------------------------------------------------------------------------------------------------


class DerivationDay(Frozen):
    """One day of a due date's derivation: counted or not, and why."""

    date: date
    number: int | None
    reason: str
    provisional: bool = False


class PublicEntry(Frozen):
    """The text exactly as the public list shows it (regulation §7): masked, no birth date, no child's name."""

    application: ApplicationNumber
    name: str
    id_number: str
    family_size: int
    outcome: str
    how_to_object: str


class PublicityOpened(Event):
    """The family stands on the public list for seven working days (Art. 26(3), 26(4))."""

    tail = "publicity-opened.{n}"
    n: Count
    why: Literal["eligible", "corrected", "calendar announced"] = "eligible"
    last_day: date
    closes_at: AwareDatetime
    provisional: bool
    derivation: tuple[DerivationDay, ...]
    entry: PublicEntry
    reason: Reason | None = Field(default=None, description="why an officer had it shown anew")
    by: Officer | None = None
    drill: bool = Field(default=False, description="a rehearsal whose period is seconds, not working days")


class ObjectionRaised(Event):
    """Somebody objected to one entry; in time, it holds that entry until it is decided."""

    tail = "objection-raised.{n}"
    n: Count
    received_at: AwareDatetime
    in_time: bool
    text: Objection


class ObjectionDecided(Event):
    """The bureau decided an objection; upheld disqualifies, without a ban."""

    tail = "objection-decided.{n}"
    n: Count
    upheld: bool
    reason: Reason
    by: Officer


class PublicityClosed(Event):
    """The seven working days are over and nothing is open; the entry is taken down, this record stays."""

    tail = "publicity-closed.{n}"
    n: Count
    shown_from: AwareDatetime
    shown_until: AwareDatetime


class PoolConfirmed(Event):
    """The family is in the waiting pool (Art. 26(4)); the deposit may be asked."""

    tail = "pool-confirmed"


# --- notify ----------------------------------------------------------------------------------------------------


class NoticeSent(Event):
    """A notice reached a channel. The text can be made again from the case; it is not stored twice."""

    tail = "notice-sent.{cause}.{channel}"
    cause: SubjectToken
    channel: SubjectToken
    notice_id: Token
    article: str


class NoticeFailed(Event):
    """A channel did not take a notice; it is tried again until the last attempt."""

    tail = "notice-failed.{cause}.{channel}.{n}"
    cause: SubjectToken
    channel: SubjectToken
    n: Count
    notice_id: Token
    reason: str
    last: bool = False


STORY: tuple[type[Event], ...] = (
    ApplicationSubmitted,
    SupplementRequested,
    ApplicationSupplemented,
    ApplicationRefused,
    ApplicationAccepted,
    ApplicationWithdrawn,
    DepartmentAnswered,
    DepartmentDeferred,
    DepartmentReminded,
    DepartmentOverdue,
    AnsweredByHand,
    AlsoAnswered,
    DeterminationMade,
    HandedToOfficer,
    DeterminationConfirmed,
    ReverificationOpened,
    PublicityOpened,
    ObjectionRaised,
    ObjectionDecided,
    PublicityClosed,
    PoolConfirmed,
    NoticeSent,
    NoticeFailed,
)
"""Every event there is, in the order of the story."""

EVENTS = Registry("case.{application}", STORY)
BY_NAME = EVENTS.by_name
subject_of = EVENTS.subject_of
subjects_of = EVENTS.subjects_of
read_event = EVENTS.read
write_event = EVENTS.write


def cause_of(event: Event) -> str:
    """An event's name within its case as one token: `publicity-opened-1`. Notices are sent once a cause."""
    return event.tail.format_map(event.__dict__).replace(".", "-")
