"""What is found from the answers, and what an officer makes of it."""

from datetime import date
from typing import Literal

from pydantic import AwareDatetime, Field

from contracts.events.base import CaseEvent
from contracts.events.values import Condition, FamilyMember, Finding, Officer, Outcome, OwnBan, Reason
from contracts.inquiries import DepartmentName, Round
from contracts.people import IdNumber
from contracts.readings import ReadByVersion


class DeterminationMade(ReadByVersion, CaseEvent):
    """The answers were gathered into one finding a rule; it lists the answers it used (Art. 26)."""

    tail = "determined.{round}"
    round: Round
    policy: str
    as_of: date
    accepted_on: date
    outcome: Outcome
    findings: tuple[Finding, ...]
    conditions: tuple[Condition, ...] = ()
    used: tuple[int, ...] = Field(description="sequences in the log; what is not listed was not used")


class HandedToOfficer(CaseEvent):
    """What was determined is not for a machine to decide: a person looks at it. Says nothing of what was proposed."""

    tail = "handed-to-officer.{round}"
    round: Round


class DeterminationConfirmed(CaseEvent):
    """An officer confirmed or overturned what the machine proposed."""

    tail = "confirmed.{round}"
    round: Round
    outcome: Literal["eligible", "ineligible"]
    reason: Reason
    by: Officer


class ReverificationOpened(CaseEvent):
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
    own_ban: OwnBan | None = Field(default=None, description="a ban of the applicant in our own record (Art. 32)")
