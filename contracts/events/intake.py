"""What happens at the counter and at the kiosk: from handing in to acceptance, refusal or withdrawal."""

from datetime import date

from pydantic import AwareDatetime, Field

from contracts.application import ApplicationForm, Consent, DocumentName, MaritalStatus, Token
from contracts.events.base import CaseEvent
from contracts.events.values import BanAnswer, Count, FamilyMember, Gap, Ground, Officer, OwnBan, Reason
from contracts.inquiries import DepartmentName, Round
from contracts.people import IdNumber


class ApplicationSubmitted(CaseEvent):
    """A family handed in its application at a kiosk or counter."""

    tail = "submitted"
    form: ApplicationForm
    body_sha256: str


class SupplementRequested(CaseEvent):
    """Something is missing; every gap is named at once (Art. 23)."""

    tail = "supplement-requested.{n}"
    n: Count
    gaps: tuple[Gap, ...]
    hand_in_by: date


class ApplicationSupplemented(CaseEvent):
    """The family handed in what was missing."""

    tail = "supplemented.{n}"
    n: Count
    documents: tuple[DocumentName, ...]
    consents: tuple[Consent, ...]
    by: Officer = "the family"


class ApplicationRefused(CaseEvent):
    """The form, or a ban, shows that the application cannot be taken up; every reason at once (Art. 23, 32)."""

    tail = "refused"
    as_of: date
    grounds: tuple[Ground, ...]
    ban: BanAnswer | None = Field(default=None, description="where a ban is among the grounds")
    own_ban: OwnBan | None = Field(default=None, description="the same in our own record")


class ApplicationAccepted(CaseEvent):
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
    own_ban: OwnBan | None = Field(default=None, description="a ban of the applicant in our own record (Art. 32)")


class ApplicationWithdrawn(CaseEvent):
    """The family took its application back (Art. 24)."""

    tail = "withdrawn"
    reason: Reason
    by: Officer
