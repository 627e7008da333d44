"""Questions and answers between Lianshen and a department (regulation §4), each with the least data.

A department is one value of `Department`, in a file of its own in verify-household or verify-property.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from contracts.model import Frozen
from contracts.people import IdNumber, PersonName
from contracts.signed import Jws, Sha256, sha256

DepartmentName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
QuestionId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{16,64}$")]
Round = Annotated[int, Field(ge=1, le=99)]
Kind = Literal["found", "none", "not_matched", "cannot_determine", "refused", "deferred"]
SAID: tuple[Kind, ...] = ("found", "none")
"""The kinds by which a department says it looked; `not_matched` says it knows no such person."""

MAX_ANSWER_BYTES = 256 * 1024


class AskedPerson(Frozen):
    """A person in a question; the name only where the contract of that department has it."""

    id_number: IdNumber
    name: PersonName | None = None


class Question(Frozen):
    """What a department receives. It names no application: question ids differ from department to department."""

    question_id: QuestionId
    department: DepartmentName
    round: Round
    asked_at: AwareDatetime
    answer_by: AwareDatetime
    persons: tuple[AskedPerson, ...]


class PersonAnswer(Frozen):
    """What was said about one person: a kind, and the rows that belong to it."""

    id_number: IdNumber
    kind: Kind
    records: Annotated[tuple[dict[str, Any], ...], Field(max_length=200)] = ()


class Answer(Frozen):
    """One department's answer: a kind for the whole and one for each person asked about."""

    question_id: QuestionId
    kind: Kind
    persons: Annotated[tuple[PersonAnswer, ...], Field(max_length=50)] = ()
    promised_at: AwareDatetime | None = Field(default=None, description="with deferred: not asked again before")
    answered_by: Annotated[str, Field(max_length=60)] | None = Field(
        default=None, description="the clerk who looked it up, where a person did"
    )
    note: Annotated[str, Field(max_length=200)] | None = None

    def about(self, id_number: str) -> PersonAnswer:
        """What was said about one person; said of nobody in particular, it is said of all."""
        for person in self.persons:
            if person.id_number == id_number:
                return person
        for_everybody = ("refused", "deferred") if self.persons else ("refused", "deferred", "none", "not_matched")
        kind: Kind = self.kind if self.kind in for_everybody else "cannot_determine"
        return PersonAnswer(id_number=id_number, kind=kind)


class AnswerClaims(Frozen):
    """What a signed answer says beside the answer itself: which department, which round, to exactly which question."""

    department: DepartmentName
    round: Round
    question_sha256: Sha256 = Field(description="SHA-256 of the question's bytes as they arrived, in hex")


class Evidence(Frozen):
    """What was asked and said, as it can be proved later; the signatures stand here exactly as they came."""

    question_sha256: Sha256
    question_signature: Jws | None = Field(default=None, description="ours, detached from the question's bytes")
    answer_jws: Jws | None = Field(default=None, description="the department's, whole; none where it had surplus")
    answer_sha256: Sha256 | None = Field(default=None, description="of the signed answer, as it came")


class DepartmentNotice(Frozen):
    """What a department is told beside its questions: answer soon, or answer no more. Nobody replies to it."""

    question_id: QuestionId
    department: DepartmentName
    round: Round
    what: Literal["reminder", "stop"]
    answer_by: AwareDatetime
    reminder: Annotated[int, Field(ge=0, le=99)] = Field(default=0, description="which one of its reminders")


def _blank_is_none(value: object) -> object:
    return None if value == "" else value


def _upper(value: object) -> object:
    return value.upper() or None if isinstance(value, str) else value


Word = Annotated[Annotated[str, Field(max_length=64)] | None, BeforeValidator(_blank_is_none)]
YesNo = Annotated[bool | None, BeforeValidator(_blank_is_none)]
Day = Annotated[date | None, BeforeValidator(_blank_is_none)]
SquareMetres = Annotated[
    Annotated[Decimal, Field(ge=0, le=100_000, allow_inf_nan=False)] | None, BeforeValidator(_blank_is_none)
]
Person = Annotated[Annotated[str, Field(max_length=18)] | None, BeforeValidator(_upper)]


class Record(BaseModel):
    """A row of a register. Fields beyond the contract are not kept; an empty one is "not stated"."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class HouseholdRecord(Record):
    status: Word = None
    hukou_division: Word = None
    hukou_township: Word = None
    relation_to_head: Word = Field(default=None, description="GB/T 4761")
    moved_in: Word = None
    residence: Word = Field(default=None, description="yes, no or unknown")


MARRIED = frozenset({"20", "21", "22", "23"})
"""The marital statuses that mean married (GB/T 2261.2)."""


class CivilAffairsRecord(Record):
    marital_status: Word = Field(default=None, description="GB/T 2261.2")
    spouse_id_number: Person = None
    since: Word = None
    assistance: Word = None


class SocialSecurityRecord(Record):
    insured: YesNo = None
    division: Word = None
    last_paid_month: Word = None


class TaxRecord(Record):
    income_recorded: YesNo = None
    division: Word = None


class OwnershipRow(Record):
    """One owner's part of one registered unit; an owner outside the family has no number."""

    unit_code: Word = None
    division: Word = None
    use: Word = None
    building_area_m2: SquareMetres = None
    ownership: Word = Field(default=None, description="sole, joint or shares")
    owner_id_number: Person = None
    share: Word = None
    registered: Word = None
    status: Word = None


class HousingRow(Record):
    """One row of the bureau's own registers: `net_signed`, `tenancy` or `ban` (Art. 19, 20, 32)."""

    register_: Literal["net_signed", "tenancy", "ban"] = Field(alias="register")
    contract_no: Word = None
    unit_code: Word = None
    division: Word = None
    use: Word = None
    building_area_m2: SquareMetres = None
    buyer_id_number: Person = None
    share: Word = None
    filed: Word = None
    status: Word = None
    kind: Word = None
    article: Word = None
    decision: Word = None
    since: Day = None
    until: Day = None


def without_other_buyers(row: Record, family: frozenset[str]) -> Record | None:
    """Another buyer of the same contract is nobody we asked about."""
    assert isinstance(row, HousingRow)
    return None if row.buyer_id_number is not None and row.buyer_id_number not in family else row


About = Literal["applicant", "adults", "everyone"]


@dataclass(frozen=True)
class Department:
    """One department: what it is asked with and how its answer is read. Pure."""

    name: str
    title: str
    article: str
    about: About
    with_name: bool
    record: type[Record]
    within_question: Callable[[Record, frozenset[str]], Record | None] = lambda record, family: record
    """Keeps, narrows or drops (None) one row, given the ID numbers asked about."""


@cache
def contract_sha256(department: Department) -> str:
    """Of everything that the department is asked with and may answer: another contract needs another check."""
    schema = department.record.model_json_schema(by_alias=True)
    contract = {"about": department.about, "with_name": department.with_name, "record": schema}
    return sha256(json.dumps(contract, sort_keys=True, ensure_ascii=False).encode())
