"""Whether a department said what came in its name: its signature, and that it is about this question. Pure.

What is not believed is no answer at all: nothing of it is recorded, and the question stays open. So it is with what
is no answer by the contract.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from contracts.batches.proof import InBatch, Said, must_lead_to, signed_root
from contracts.inquiries import AnswerProof
from contracts.jws import ANSWER, WrongSignature, is_signed, kid_of, payload_of, sha256, verify
from contracts.key_register import Holding
from inquiry.parse_answer import NoAnswer, Read, cannot_determine, parsed, read_answer, read_parsed
from inquiry.questions import Sent
from procedures.department import Department

SignaturePolicy = Literal["none", "accepted", "required"]
"""Of a department's answers. none: nothing is signed, either way · accepted: a signature must be right and is kept, an
answer without one counts too · required: without one nothing counts."""

BEYOND = "it is signed, and more than its contract has"


class AnswerRejected(Exception):
    """An answer that its department cannot be held to; says why, and nothing of what it said."""


@dataclass(frozen=True)
class VerifiedAnswer:
    """What was said, as it may be stored, with what proves it."""

    read: Read
    evidence: AnswerProof | None
    signed_root: str | None = None
    """What its batch is signed by; on disk before the answer is, which only names it."""


def verify_answer(
    said: Said,
    sent: Sent,
    department: Department,
    policy: SignaturePolicy,
    holding: Holding,
    now: datetime,
) -> VerifiedAnswer:
    """Reads what came back to a question. Raises NoAnswer, AnswerRejected."""
    whole = _whole(said)
    if policy == "none":
        return VerifiedAnswer(read_answer(_unsigned(whole), sent.question, department, now), None)
    proof: dict[str, Any] = {"question_sha256": sent.sha256, "question_signature": sent.signature}
    if not isinstance(said, InBatch) and not is_signed(whole):
        if policy == "required":
            raise AnswerRejected("it is not signed, and this department's answers must be")
        return VerifiedAnswer(read_answer(whole, sent.question, department, now), AnswerProof(**proof))
    if isinstance(said, InBatch):
        _in_signed_batch(said, department, holding, now)
        payload = whole
    else:
        payload = _signed_payload(whole, holding, now)
    read = _read_about(payload, sent, department, now)
    proof["answer_sha256"] = sha256(whole)
    if read.surplus and read.answer.kind != "deferred":
        # Kept, the signed bytes would keep what must not be stored; cut, they would prove nothing.
        return VerifiedAnswer(cannot_determine(sent.question, BEYOND, read.surplus), AnswerProof(**proof))
    if isinstance(said, InBatch):
        return VerifiedAnswer(read, AnswerProof(**proof, in_batch=said.proof()), said.signed)
    return VerifiedAnswer(read, AnswerProof(**proof, answer_jws=whole.decode("ascii")))


def question_named(body: Said) -> str | None:
    """The id of the question that an answer says it belongs to, believed or not; None where it names none."""
    try:
        said = json.loads(body.body if isinstance(body, InBatch) else _unsigned(body))
    except (ValueError, RecursionError):
        return None
    token = said.get("question_id") if isinstance(said, dict) else None
    return token if isinstance(token, str) else None


def _whole(said: Said) -> bytes:
    """What is kept as it came; a line end after a token is nobody's word."""
    if isinstance(said, InBatch):
        return said.body
    return said.strip() if is_signed(said) else said


def _unsigned(body: bytes) -> bytes:
    """The answer within a signature that nobody asked for, or what came as it came."""
    if not is_signed(body):
        return body
    try:
        return payload_of(body.decode("ascii"))
    except (WrongSignature, UnicodeDecodeError):
        return body


def _signed_payload(body: bytes, holding: Holding, now: datetime) -> bytes:
    try:
        token = body.decode("ascii")
        return verify(token, _key_of(token, holding, now), ANSWER)
    except WrongSignature as wrong:
        raise AnswerRejected(str(wrong)) from None
    except UnicodeDecodeError:
        raise AnswerRejected("its signature is not ASCII") from None


def _in_signed_batch(said: InBatch, department: Department, holding: Holding, now: datetime) -> None:
    """Raises AnswerRejected unless its path leads to a root that the department signed."""
    try:
        root = signed_root(said.signed, _key_of(said.signed, holding, now))
        must_lead_to(root, department.name, said.body, said.index, said.count, said.path)
    except WrongSignature as wrong:
        raise AnswerRejected(str(wrong)) from None


def _key_of(token: str, holding: Holding, now: datetime) -> str:
    """The public key that a signature names. Raises AnswerRejected unless it counts now."""
    key = holding.keys.get(kid_of(token))
    if key is None or key.use != "answer":
        raise AnswerRejected("it is signed by a key that is not registered for this department")
    if not key.counts_at(now):
        raise AnswerRejected("it is signed by a key that is revoked, or does not count now")
    return key.x


def _read_about(payload: bytes, sent: Sent, department: Department, now: datetime) -> Read:
    """What was signed, decoded once: first whether it is about this question, then what it says."""
    try:
        raw = parsed(payload)
    except NoAnswer:
        _is_about(_loosely(payload), sent)  # what is about another question is no answer of this one at all
        raise
    _is_about(raw, sent)
    return read_parsed(raw, sent.question, department, now)


def _loosely(payload: bytes) -> Any:
    try:
        return json.loads(payload)
    except (ValueError, RecursionError):
        return None


def _is_about(said: Any, sent: Sent) -> None:
    """The claims: a signed answer to another question, another round or another department's is none to this one."""
    question = sent.question
    wanted = {
        "question_id": question.question_id,
        "department": question.department,
        "round": question.round,
        "question_sha256": sent.sha256,
    }
    for name, value in wanted.items():
        found = said.get(name) if isinstance(said, dict) else None
        if found != value or type(found) is not type(value):
            raise AnswerRejected(f"what it signed is not about this question ({name})")
