"""What can be proved of an answer: our question, the department's signature, and that both are about each other. Pure.

Used by the audit over the whole log and by whoever checks a dossier without a server.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from contracts.batches.proof import BatchProof, must_lead_to, signed_root
from contracts.case.case import Asked, Case
from contracts.events import (
    AlsoAnswered,
    ApplicationRefused,
    DepartmentAnswered,
    Event,
    HandedOver,
    HandOverRefused,
)
from contracts.events.values import FamilyMember
from contracts.inquiries import Answer, AnswerClaims, AnswerProof, Question
from contracts.jws import ANSWER, QUESTION, WrongSignature, kid_of, sha256, thumbprint, verify, with_payload
from contracts.key_register import LIANSHEN, Key, Register, Use
from contracts.model import STORED
from contracts.readings import FIRST_READING
from inquiry.parse_answer import NoAnswer, read_answer
from inquiry.questions import question_under, to_send
from procedures.department import Department
from procedures.hainan_2025.completeness import family
from procedures.hainan_2025.departments.housing import HOUSING
from procedures.hainan_2025.first_reading import answer_as_read_then
from procedures.registry import PROCEDURES

NO_ROOTS: Mapping[str, str] = {}


@dataclass(frozen=True)
class AnswerInLog:
    """What a department said in an event of a case, and the question to it."""

    department: Department
    round: int
    at: datetime
    question_id: str
    answer: Answer
    evidence: AnswerProof | None
    reading: int
    question: bytes | None
    """What the case has it asked, byte for byte: all but its id follows from the case. None where it asks nothing."""


def answer_in(case: Case, event: Event) -> AnswerInLog | None:
    """What an event holds of a department's own word; `case` is the case before it."""
    match event:
        case DepartmentAnswered() | AlsoAnswered():
            token = event.question_id if isinstance(event, DepartmentAnswered) else event.answer.question_id
            department, asked = PROCEDURES.of(case).department(event.department), case.rounds.get(event.round)
            question = None if asked is None else _again(department, event.round, token, case.persons, asked)
            return AnswerInLog(
                department, event.round, event.at, token, event.answer, event.evidence, event.reading, question
            )
        case ApplicationRefused() if event.ban is not None and case.form is not None:
            ban, token, bureau = event.ban, event.ban.answer.question_id, PROCEDURES.of(case).ban_question
            question = _again(bureau, 1, token, family(case.form), Asked(ban.asked_at, ban.asked_at))
            return AnswerInLog(bureau, 1, event.at, token, ban.answer, ban.evidence, ban.reading, question)
        case HandedOver() if event.housing is not None:
            said, bureau = event.housing, PROCEDURES.of(case).department(HOUSING.name)
            token, n = said.answer.question_id, case.allocation.next(HandOverRefused)
            question = _again(bureau, n, token, case.persons, Asked(said.asked_at, said.asked_at))
            return AnswerInLog(bureau, n, event.at, token, said.answer, said.evidence, said.reading, question)
    return None


def _again(department: Department, round: int, token: str, family: Iterable[FamilyMember], asked: Asked) -> bytes:
    return to_send(question_under(token, department, round, family, asked.asked_at, asked.answer_by), None).body


def unproved(
    said: AnswerInLog, reached_at: datetime, register: Register, roots: Mapping[str, str] = NO_ROOTS
) -> Iterator[str]:
    """I12: what does not hold of an answer, its signature, and the question that both name.

    Nothing where no evidence is kept. `reached_at` is the server's time of the record: the event's own is the word of
    whoever wrote it. `roots` are the signatures over batches that stand before it in the log, by their SHA-256.
    """
    name, evidence = said.department.name, said.evidence
    if evidence is None:
        return
    if said.question is None or sha256(said.question) != evidence.question_sha256:
        yield f"the question to {name} is not the one that this case has it asked (its SHA-256)"
        return
    if said.answer.question_id != said.question_id:
        yield f"the answer of {name} is to another question"
    yield from _unasked(said, said.question, evidence, register)
    if evidence.answer_jws is not None:
        yield from _unsaid(said, said.question, evidence.answer_jws, reached_at, register)
        if evidence.answer_sha256 not in (None, sha256(evidence.answer_jws.encode())):
            yield f"the hash of {name}'s signed answer is not the one recorded"
    if evidence.in_batch is not None:
        yield from _unsaid_in_batch(said, said.question, evidence.in_batch, reached_at, register, roots)
        if evidence.answer_sha256 != sha256(evidence.in_batch.answer.encode()):
            yield f"the hash of {name}'s signed answer is not the one recorded"


def _unasked(said: AnswerInLog, question: bytes, evidence: AnswerProof, register: Register) -> Iterator[str]:
    if evidence.question_signature is not None:
        try:
            token = with_payload(evidence.question_signature, question)
            _under(token, LIANSHEN, "question", QUESTION, said.at, register)
        except WrongSignature as wrong:
            yield f"our signature of the question to {said.department.name}: {wrong}"


def _unsaid(said: AnswerInLog, question: bytes, token: str, reached_at: datetime, register: Register) -> Iterator[str]:
    try:
        payload = _under(token, said.department.name, "answer", ANSWER, reached_at, register)
    except WrongSignature as wrong:
        yield f"the signature of {said.department.name}'s answer: {wrong}"
        return
    yield from _is_not_so(said, question, payload)


def _unsaid_in_batch(
    said: AnswerInLog,
    question: bytes,
    proof: BatchProof,
    reached_at: datetime,
    register: Register,
    roots: Mapping[str, str],
) -> Iterator[str]:
    """The same of an answer whose department signed the root over many: the path must lead to it."""
    name, payload = said.department.name, proof.answer.encode()
    token = roots.get(proof.signed_sha256)
    if token is None:
        yield f"the signature of the batch that {name}'s answer was in is not there before it"
        return
    try:
        key = _registered(token, name, "answer", register)
        root = signed_root(token, key.x)  # opened once, however many answers stand under it
        _counted(key, reached_at)
        must_lead_to(root, name, payload, proof.index, proof.count, tuple(map(bytes.fromhex, proof.path)))
    except WrongSignature as wrong:
        yield f"the signature of {name}'s answer: {wrong}"
        return
    yield from _is_not_so(said, question, payload)


def _is_not_so(said: AnswerInLog, question: bytes, payload: bytes) -> Iterator[str]:
    """What a department signed, held against the question and against what was recorded."""
    name = said.department.name
    try:
        signed = json.loads(payload)
    except ValueError as wrong:
        yield f"the signature of {name}'s answer: {wrong}"
        return
    claims = AnswerClaims(department=name, round=said.round, question_sha256=sha256(question)).model_dump()
    for claim, value in (claims | {"question_id": said.question_id}).items():
        if signed.get(claim) != value:
            yield f"what {name} signed is not about this question ({claim})"
    if _differs(said, question, payload):
        yield f"{name} signed another answer than the one recorded"


def _differs(said: AnswerInLog, question: bytes, payload: bytes) -> bool:
    """Whether the signed bytes, read as they were when they came, are another answer than the one recorded."""
    asked = Question.model_validate_json(question, context=STORED)
    try:
        if said.reading == FIRST_READING:
            read = answer_as_read_then(payload, asked, said.department)
        else:
            read = read_answer(payload, asked, said.department, said.at).answer
    except NoAnswer:
        return True
    return read is None or Answer.model_validate(read.model_dump(), context=STORED) != said.answer


def _under(token: str, holder: str, use: Use, typ: str, at: datetime, register: Register) -> bytes:
    """What a holder signed. Raises WrongSignature, also where its key did not count at that instant."""
    key = _registered(token, holder, use, register)
    payload = verify(token, key.x, typ)
    _counted(key, at)
    return payload


def _registered(token: str, holder: str, use: Use, register: Register) -> Key:
    key = register.of(holder).keys.get(kid_of(token))
    if key is None or key.use != use:
        raise WrongSignature(f"its key is not registered for {holder}")
    if thumbprint(key.x) != key.kid:
        raise WrongSignature("its key is not the one that its id (kid) is of")
    return key


def _counted(key: Key, at: datetime) -> None:
    if not key.counts_at(at):
        raise WrongSignature("its key was revoked, or did not count, when it reached us")
