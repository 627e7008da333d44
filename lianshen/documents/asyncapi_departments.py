"""What the AsyncAPI document says to a department beyond its models: headers, signatures, queue groups, refusing."""

from typing import Any, Literal

from nats.micro.service import DEFAULT_QUEUE_GROUP

from contracts.batches.proof import ANSWERS
from contracts.jws import ANSWER, QUESTION
from contracts.model import Frozen
from inquiry.attachments import SIGNATURE_HEADER

COMPACT = r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$"
DETACHED = r"^[A-Za-z0-9_-]+\.\.[A-Za-z0-9_-]+$"
SIGNED_ANSWER = "SignedAnswer"


class Taken(Frozen):
    """The answer is on disk."""

    taken: Literal[True] = True


class DeliveryProblem(Frozen):
    """Why an answer was not taken: 403 not believed · 404 no such question · 413 too large · 422 no answer by the
    contract, or deferred once more · 429 enough other answers are kept · 503 send it again, it counts once."""

    status: int
    title: str
    detail: str


class DeliveryReply(Frozen):
    """What is replied to an answer that a department brings: `ok` or `problem`, never both."""

    ok: Taken | None = None
    problem: DeliveryProblem | None = None


DESCRIPTIONS = {
    "DepartmentQuery": (
        f"Reply to the message's own reply subject within timeout_seconds. Several instances of one responder share "
        f"the queue group `{DEFAULT_QUEUE_GROUP}`, as the services API has it by default: each question goes to one "
        "of them. The same question may come again, and is answered again."
    ),
    "DepartmentBatch": (
        'Only to a department whose service shows the metadata `{"batch": "64"}`: the most questions in one message. '
        "Sent while an earlier question is under way; each may also come alone, and what a batch brought no answer to "
        "does. Take each for itself, verify its signature, and reply within timeout_seconds."
    ),
    "DepartmentNotice": (
        "Nobody replies. Subscribe without a queue group where every instance has to stop its own work, else within "
        f"`{DEFAULT_QUEUE_GROUP}`."
    ),
    "DepartmentDelivery": "The answer as JSON, or as a compact JWS; the question_id in it says what it belongs to.",
    "Question": (
        f"Verify the header {SIGNATURE_HEADER} by lianshen.jwk over the bytes as they came, before anything is looked "
        "up. A question without it, or under one that does not hold, is forged: reply with the headers "
        "Nats-Service-Error-Code: 403 and Nats-Service-Error, and an empty body. Never answer it `refused`: that is "
        "an answer of yours, and decides."
    ),
    "AnswerBatch": (
        f"In the order of the questions. A department that signs puts the claims into each answer as it would alone, "
        f"and signs once: root is a compact JWS, typ {ANSWERS}, over JSON with department, count and root, the hex of "
        "the Merkle tree's root (RFC 9162, 2.1.1: SHA-256 of 0x00 and the answer's UTF-8 for a leaf, of 0x01 and both "
        "hashes for a node) over all answers that are text. Larger than the bus takes: reply 413, and they come alone."
    ),
    "Answer": 'Unsigned; counts unless the department\'s table says signature = "required".',
    SIGNED_ANSWER: (
        f"A compact JWS (RFC 7515, EdDSA with Ed25519). Header: alg EdDSA, typ {ANSWER}, kid the thumbprint of the "
        "registered key (RFC 7638). Payload: the answer, and beside it the claims of AnswerClaims: department, round "
        "and question_sha256, the SHA-256 in hex of the question's bytes as they came. Base64url without padding."
    ),
}
"""By channel or message."""

_TRACE = {"type": "string", "description": "W3C Trace Context; a trace of this question alone"}
HEADERS: dict[str, dict[str, Any]] = {
    "Question": {
        "type": "object",
        "properties": {
            SIGNATURE_HEADER: {
                "type": "string",
                "pattern": DETACHED,
                "description": f"JWS detached from the question's bytes (RFC 7515, appendix F): put their base64url "
                f"between the two dots and verify. alg EdDSA, typ {QUESTION}, kid as in lianshen.jwk. Not there only "
                'where the table says signature = "none"',
            },
            "traceparent": _TRACE,
        },
    },
    "Answer": {
        "type": "object",
        "description": "only with an error, whose body is not read: the question is asked again, nothing is decided",
        "properties": {
            "Nats-Service-Error-Code": {"type": "string", "pattern": "^[0-9]{1,5}$"},
            "Nats-Service-Error": {"type": "string", "description": "why, in your words; never what was asked"},
        },
    },
}
"""By message."""


def signed_answer() -> dict[str, Any]:
    """The message that an answer is, if it is signed."""
    return {
        "name": SIGNED_ANSWER,
        "title": SIGNED_ANSWER,
        "contentType": "application/jose",
        "description": DESCRIPTIONS[SIGNED_ANSWER],
        "payload": {"type": "string", "pattern": COMPACT},
    }
