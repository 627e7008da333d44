"""What a department is asked: only the persons and fields its contract has, under an id that tells nothing. Pure."""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache

from contracts.events.values import FamilyMember
from contracts.inquiries import AskedPerson, Question
from contracts.jws import QUESTION, Signer, sha256, without_payload
from contracts.local_time import SHANGHAI
from contracts.numbers import base32
from contracts.people import is_adult
from procedures.department import Department


@lru_cache(maxsize=8192)
def question_id(key: bytes, application: str, department: str, round: int) -> str:
    """Differs from department to department and from round to round; nobody without the key can link two."""
    digest = hmac.digest(key, f"{application}|{department}|{round}".encode(), hashlib.sha256)
    return base32(digest, 26)


def persons_asked(department: Department, family: Iterable[FamilyMember], day: date) -> tuple[AskedPerson, ...]:
    """The members a department is asked about, with the name only where its contract has it."""
    return tuple(
        # Both were checked when the family was accepted.
        AskedPerson.model_construct(id_number=member.id_number, name=member.name if department.with_name else None)
        for member in family
        if department.about == "everyone"
        or (department.about == "applicant" and member.role == "applicant")
        or (department.about == "adults" and is_adult(member.id_number, day))
    )


def question_for(
    department: Department,
    key: bytes,
    application: str,
    round: int,
    family: Iterable[FamilyMember],
    asked_at: datetime,
    answer_by: datetime,
) -> Question:
    token = question_id(key, application, department.name, round)
    return question_under(token, department, round, family, asked_at, answer_by)


def question_under(
    token: str,
    department: Department,
    round: int,
    family: Iterable[FamilyMember],
    asked_at: datetime,
    answer_by: datetime,
) -> Question:
    """The question under an id that is known already: whoever checks it later has no key."""
    return Question(
        question_id=token,
        department=department.name,
        round=round,
        asked_at=asked_at,
        answer_by=answer_by,
        persons=persons_asked(department, family, asked_at.astimezone(SHANGHAI).date()),
        contract=department.contract,
    )


@dataclass(frozen=True)
class Sent:
    """A question as its department gets it: the exact bytes, and our signature that travels beside them."""

    question: Question
    body: bytes
    signature: str | None

    @cached_property
    def sha256(self) -> str:
        return sha256(self.body)


def to_send(question: Question, signer: Signer | None) -> Sent:
    """The same question makes the same bytes and the same signature every time."""
    body = question.model_dump_json(exclude_none=True).encode()
    return Sent(question, body, without_payload(signer.sign(body, QUESTION)) if signer else None)
