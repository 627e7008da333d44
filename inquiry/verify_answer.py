"""Whether a department said what came in its name: its signature, and that it is about this question. Pure.

What is not believed is no answer at all: nothing of it is recorded, and the question stays open. So it is with what
is no answer by the contract.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from contracts.inquiries import AnswerProof
from contracts.jws import ANSWER, WrongSignature, is_signed, kid_of, payload_of, sha256, verify
from contracts.key_register import Holding
from inquiry.parse_answer import Read, cannot_determine, read_answer
from inquiry.questions import Sent
from procedures.department import Department

SignaturePolicy = Literal["none", "accepted", "required"]
"""Of a department's answers. none: nothing is signed, either way · accepted: a signature must be right and is kept, an
answer without one counts too · required: without one nothing counts."""


class AnswerRejected(Exception):
    """An answer that its department cannot be held to; says why, and nothing of what it said."""


@dataclass(frozen=True)
class VerifiedAnswer:
    """What was said, as it may be stored, with what proves it."""

    read: Read
    evidence: AnswerProof | None


def verify_answer(
    body: bytes,
    sent: Sent,
    department: Department,
    policy: SignaturePolicy,
    holding: Holding,
    now: datetime,
) -> VerifiedAnswer:
    """Reads what came back to a question. Raises NoAnswer, AnswerRejected."""
    body = body.strip() if is_signed(body) else body  # a line end after a token is nobody's word
    if policy == "none":
        return VerifiedAnswer(read_answer(_unsigned(body), sent.question, department, now), None)
    asked = {"question_sha256": sent.sha256, "question_signature": sent.signature}
    if not is_signed(body):
        if policy == "required":
            raise AnswerRejected("it is not signed, and this department's answers must be")
        return VerifiedAnswer(read_answer(body, sent.question, department, now), AnswerProof(**asked))
    token, payload = _signed_payload(body, holding, now)
    _is_about(payload, sent)
    read = read_answer(payload, sent.question, department, now)
    if read.surplus and read.answer.kind != "deferred":
        # Kept, the signed bytes would keep what must not be stored; cut, they would prove nothing.
        read = cannot_determine(sent.question, "it is signed, and more than its contract has", read.surplus)
        return VerifiedAnswer(read, AnswerProof(**asked, answer_sha256=sha256(body)))
    return VerifiedAnswer(read, AnswerProof(**asked, answer_jws=token, answer_sha256=sha256(body)))


def question_named(body: bytes) -> str | None:
    """The id of the question that an answer says it belongs to, believed or not; None where it names none."""
    try:
        said = json.loads(_unsigned(body))
    except (ValueError, RecursionError):
        return None
    token = said.get("question_id") if isinstance(said, dict) else None
    return token if isinstance(token, str) else None


def _unsigned(body: bytes) -> bytes:
    """The answer within a signature that nobody asked for, or what came as it came."""
    if not is_signed(body):
        return body
    try:
        return payload_of(body.decode("ascii"))
    except (WrongSignature, UnicodeDecodeError):
        return body


def _signed_payload(body: bytes, holding: Holding, now: datetime) -> tuple[str, bytes]:
    try:
        token = body.decode("ascii")
        key = holding.keys.get(kid_of(token))
        if key is None or key.use != "answer":
            raise AnswerRejected("it is signed by a key that is not registered for this department")
        if not key.counts_at(now):
            raise AnswerRejected("it is signed by a key that is revoked, or does not count now")
        return token, verify(token, key.x, ANSWER)
    except WrongSignature as wrong:
        raise AnswerRejected(str(wrong)) from None
    except UnicodeDecodeError:
        raise AnswerRejected("its signature is not ASCII") from None


def _is_about(payload: bytes, sent: Sent) -> None:
    """The claims: a signed answer to another question, another round or another department's is none to this one."""
    try:
        said: Any = json.loads(payload)
    except (ValueError, RecursionError):
        said = None
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
