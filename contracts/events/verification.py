"""What departments answer, or do not, while an application is verified."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from contracts.events.base import CaseEvent
from contracts.events.values import Officer, Reason
from contracts.inquiries import Answer, AnswerProof, DepartmentName, QuestionId, Round
from contracts.readings import ReadByVersion


class DepartmentAnswered(ReadByVersion, CaseEvent):
    """A department answered; the first answer of a round counts."""

    tail = "answered.{department}.{round}"
    department: DepartmentName
    round: Round
    question_id: QuestionId
    asked_at: AwareDatetime
    answer: Answer
    surplus: int = Field(default=0, description="fields and rows beyond the contract, dropped before this was stored")
    evidence: AnswerProof | None = None


class DepartmentDeferred(CaseEvent):
    """A department will answer later; it is not asked again before the promised instant."""

    tail = "deferred.{department}.{round}"
    department: DepartmentName
    round: Round
    question_id: QuestionId
    promised_at: AwareDatetime


class DeferredByClerk(CaseEvent):
    """A clerk who answers for a department without a system needs until an instant; the newest one counts."""

    tail = "deferred-by-clerk.{department}.{round}.{n}"
    department: DepartmentName
    round: Round
    n: Annotated[int, Field(ge=1, le=99)]
    promised_at: AwareDatetime
    by: Officer


class DepartmentReminded(CaseEvent):
    """A department was reminded of a question it has not answered: a ladder of steps in working time."""

    tail = "reminded.{department}.{round}.{step}"
    department: DepartmentName
    round: Round
    step: Annotated[int, Field(ge=1, le=99)]
    answer_by: AwareDatetime


class DepartmentOverdue(CaseEvent):
    """A department's time to answer is over; from now on an officer may answer by hand."""

    tail = "overdue.{department}.{round}"
    department: DepartmentName
    round: Round
    asked_at: AwareDatetime
    answer_by: AwareDatetime


class AnsweredByHand(ReadByVersion, CaseEvent):
    """An officer answered for a silent department, with a reason; another one looked at it and approved."""

    tail = "answered-by-hand.{department}.{round}"
    department: DepartmentName
    round: Round
    answer: Answer
    reason: Reason
    by: Officer
    approved_by: Officer | None = Field(default=None, description="somebody else; none only in the oldest cases")


class AlsoAnswered(ReadByVersion, CaseEvent):
    """A late or contradicting answer: kept, shown, and never silently used."""

    tail = "also-answered.{department}.{round}.{hash8}"
    department: DepartmentName
    round: Round
    hash8: Annotated[str, Field(pattern=r"^[0-9a-f]{8}$")]
    answer: Answer
    why: Literal["contradicting", "late"]
    evidence: AnswerProof | None = None
