"""Questions and answers between Lianshen and a department (regulation §4), each with the least data."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BeforeValidator, Field

from contracts.batches.proof import BatchProof
from contracts.jws import Jws, Sha256
from contracts.local_time import SHANGHAI
from contracts.model import Frozen
from contracts.people import IdNumber, PersonName, eighteen_digits

DepartmentName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
ContractName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
UnitCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
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
    contract: ContractName | None = Field(
        default=None,
        exclude_if=lambda name: name is None,
        description="which rows are asked for, if not those of the first contract of the department; never null",
    )
    home: UnitCode | None = Field(
        default=None,
        exclude_if=lambda code: code is None,
        description="the one unit that is asked about, if a contract is about a home; never null",
    )

    @property
    def family(self) -> frozenset[str]:
        """The ID numbers asked about."""
        return frozenset(person.id_number for person in self.persons)

    @property
    def asked_on(self) -> date:
        """The day of the question, in Shanghai: what is beyond it is decided by the law of this day."""
        return self.asked_at.astimezone(SHANGHAI).date()


def _eighteen_digits(value: object) -> object:
    return eighteen_digits(value) if isinstance(value, str) else value


class PersonAnswer(Frozen):
    """What was said about one person: a kind, and the rows that belong to it."""

    id_number: Annotated[IdNumber, BeforeValidator(_eighteen_digits)]
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


class AnswerProof(Frozen):
    """What was asked and said, as it can be proved later; the signatures stand here exactly as they came."""

    question_sha256: Sha256
    question_signature: Jws | None = Field(default=None, description="ours, detached from the question's bytes")
    answer_jws: Jws | None = Field(default=None, description="the department's, whole; none where it had surplus")
    answer_sha256: Sha256 | None = Field(default=None, description="of the signed answer, as it came")
    in_batch: BatchProof | None = Field(
        default=None,
        exclude_if=lambda proof: proof is None,
        description="in place of answer_jws, where the department signed the root of a batch; never null",
    )

    @property
    def is_signed(self) -> bool:
        """Whether the department's own signature stands behind the answer."""
        return self.answer_jws is not None or self.in_batch is not None


class DepartmentNotice(Frozen):
    """What a department is told beside its questions: answer soon, or answer no more. Nobody replies to it."""

    question_id: QuestionId
    department: DepartmentName
    round: Round
    what: Literal["reminder", "stop"]
    answer_by: AwareDatetime
    reminder: Annotated[int, Field(ge=0, le=99)] = Field(default=0, description="which one of its reminders")
