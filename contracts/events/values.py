"""What events are made of: reasons, gaps, findings, the people of a family, the public entry."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from contracts.application import DocumentName
from contracts.inquiries import Answer, AnswerProof
from contracts.model import Frozen, when_new
from contracts.numbers import ApplicationNumber
from contracts.people import IdNumber, NameOnForm
from contracts.readings import ReadByVersion
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
TYPED = " [演练 DRILL]"
"""Stands behind a name that was typed at a command line, which counts in a drill alone; nobody's own name has it."""
FAMILY = "the family"
"""What stands in place of an officer if the household did it itself."""
Objection = Annotated[str, Field(min_length=1, max_length=4000), when_new(visible)]
Outcome = Literal["eligible", "ineligible", "review"]
Truth = Literal["met", "not_met", "unknown"]


def typed_in_a_drill(name: str) -> str:
    """A name that nobody signed in for, as it is written."""
    return f"{name.removesuffix(TYPED)}{TYPED}"


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


class BanAnswer(ReadByVersion):
    """What a department said outside of a review: of a ban, of tenancies before the keys, of a home; provable."""

    asked_at: AwareDatetime
    answer: Answer
    evidence: AnswerProof | None = None


class OwnBan(Frozen):
    """A ban of the main applicant that our own record holds on the day of the event, longest of several (Art. 32)."""

    article: str
    since: date
    until: date = Field(description="the first free day")


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
