"""Questions and answers between Lianshen and a department (regulation §4), each with the least data."""

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BeforeValidator, Field

from contracts.jws import Jws, Sha256
from contracts.model import Frozen
from contracts.people import IdNumber, PersonName, eighteen_digits

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


class DepartmentNotice(Frozen):
    """What a department is told beside its questions: answer soon, or answer no more. Nobody replies to it."""

    question_id: QuestionId
    department: DepartmentName
    round: Round
    what: Literal["reminder", "stop"]
    answer_by: AwareDatetime
    reminder: Annotated[int, Field(ge=0, le=99)] = Field(default=0, description="which one of its reminders")


SAME_CONTRACT = {
    # civil-affairs
    **dict.fromkeys(
        ("f7225dfcad7de8995e0560154cda37aedef53e4174481435792dd1dd9d6a49d5",),
        "0028dc6e6897182cbe1f89871a6823961f29fae09ec3e97c740941281659ae0b",
    ),
    # household-registry
    **dict.fromkeys(
        ("2096a05074d9a30f4e272f2324fb48fabb6575fbcdecb2921b0ceadfb774d3c0",),
        "30dd769084160a701981df87e208dc9296e052117d0eefe9f268e25f958948f1",
    ),
    # social-security
    **dict.fromkeys(
        ("2b028623b45d2b736097d51e0ac1736e31775a5da9ca2d9d83f5a84493eb6183",),
        "0c5518f495e7fd9d49bbe77c33dc0eff066e62da16400dcd3bd34aa5c3de6951",
    ),
    # tax
    **dict.fromkeys(
        ("ff6be3e0444a59ce556158b46e9970d8ce8ce4df94a6a32232c7163e83cf79cc",),
        "5544d74adf8a0416020c0b9d19914ba20d947d297aa08d2f7dcd51e864aee301",
    ),
    # housing
    **dict.fromkeys(
        (
            "4c1879976c2bced8d66ced33821e650173cba620dac9f48f4e98e414ee7746ba",
            "6407755df4e5c197dd9a9ea7fcae8f51aeff5a2acfaac422efcd8b1b4911c90b",
            "9675fe3ef98224a6bdc2747c49bebd264e3aa77c53dfe79573b0038f7c145eeb",
            "2bd5e6a23c0aebedc739778284d453cbbc114dd008518427bf46131470bcab0b",
        ),
        "391ed8529b1ff4e51249dab7f023cb83e59f14ffce8450a4e4405541b927339a",
    ),
    # real-estate
    **dict.fromkeys(
        (
            "7c6854283ca4fddd2ef935ff976c6d81aa5143dbc9980b2d589c8379cdbdda9d",
            "ac57f84e9f800047a7cec2ed6966a9b688116578ad438e9f68f6f8f7ce5ebe96",
            "7904f5bd4dd5fe47bb3787aced74f6dd24acf40de0f0f8521b2ffc8cc4fd480f",
            "44b31ec9f720b370196015cde4a7eed58d0adf8f0d65b1a64f682e68e341bcc6",
        ),
        "0569e0b5c35d0c9e7af14d57ff3de8c9e838dcfdbbc756613ff6c237fb37fc15",
    ),
}
"""Old hash → the hash of the same contract now. Until 2026-11-28 they were made over generated text, and differed by
the version of pydantic (2.11 to 2.14) and with docstrings or without. A certificate over one counts until it ends."""


def same_contract(certified: str, contract: str) -> bool:
    """Whether a certificate over one hash is over the contract that has the other now."""
    return contract in (certified, SAME_CONTRACT.get(certified))
