"""The OpenAPI document of a department with an HTTP endpoint: what it offers us, and our door for later answers."""

import json
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from contracts.inquiries import Answer, AnswerClaims, DepartmentNotice, Question
from contracts.jws import ANSWER, QUESTION, Signer, sha256, without_payload
from inquiry.attachments import SIGNATURE_HEADER
from inquiry.callbacks import PATH, REASONS, Taken, Told
from procedures.hainan_2025.departments import DEPARTMENTS

SEED = b"an example, known to all: no key"
"""Signs the example; a key that counts is made by `lianshen department add`."""

ABOUT = """\
Lianshen asks a department by POST, and takes an answer later by POST. The department implements `/query` (under any \
address) and, where it wants to be reminded, `/notices`; Lianshen implements `/v1/answers`. \
The connection is TLS, with a bearer token, a client certificate of ours, or both. Nobody's data stands in an address \
or a header. The same question may come again, with the same Idempotency-Key and the same bytes: answer it again."""

CAUSES = {
    "200": "The answer: plain JSON, or a compact JWS whose payload is that JSON and the claims of AnswerClaims.",
    "4XX": "No answer: the question waits and is asked again, after 1 s, 2 s, … a minute. With 401, 403, 404, 405, "
    "407, 408, 410, 425 and 429, which are about the address, the token or the load, so does every other question.",
    "5XX": "The department is away: the questions wait and are asked again. 500 may be about one question alone, and "
    "holds no other.",
    "3XX": "Never followed: personal data goes nowhere else. The question waits.",
    "default": f"What is no answer by the contract, and whatever is longer than {256} KiB, decides nothing: the "
    "question waits and is asked again, as with no answer within the timeout (at most 30 s).",
}
"""What each status of a department causes."""

QUESTION_EXAMPLE: dict[str, Any] = {
    "question_id": "5T7JZ0Q2XM8K4V6W1N3R9HBCDE",
    "department": "tax",
    "round": 1,
    "asked_at": "2026-11-24T08:00:00Z",
    "answer_by": "2026-12-01T16:00:00Z",
    "persons": [{"id_number": "11010519491231002X", "name": "张三"}],
}
FOUND: dict[str, Any] = {
    "question_id": QUESTION_EXAMPLE["question_id"],
    "kind": "found",
    "persons": [
        {
            "id_number": "11010519491231002X",
            "kind": "found",
            "records": [{"income_recorded": True, "division": "150303"}],
        }
    ],
}
NONE = {"question_id": QUESTION_EXAMPLE["question_id"], "kind": "none"}
DEFERRED = NONE | {"kind": "deferred", "promised_at": "2026-11-26T01:00:00Z"}
NOTICE = {
    "question_id": QUESTION_EXAMPLE["question_id"],
    "department": "tax",
    "round": 1,
    "what": "reminder",
    "answer_by": QUESTION_EXAMPLE["answer_by"],
    "reminder": 1,
}


def department_document() -> dict[str, Any]:
    """OpenAPI 3.1."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Lianshen and a department over HTTP", "version": "1", "description": ABOUT},
        "servers": [{"url": "https://department.example/lianshen", "description": "the department's"}],
        "paths": {"/query": _query(), "/notices": _notices(), PATH: _answers()},
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "the token that we present (token_file)"},
                "certificate": {"type": "mutualTLS", "description": "a certificate of ours"},
                "callback": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "the token that the department presents (callback-token)",
                },
            },
        },
    }


def _query() -> dict[str, Any]:
    return {
        "post": {
            "operationId": "query",
            "summary": "One question, answered",
            "description": f"`{SIGNATURE_HEADER}` is our signature: put the base64url of the body's bytes between its "
            f"two dots, and verify with lianshen.jwk (typ {QUESTION}).",
            "security": OURS,
            "parameters": [
                _header("Idempotency-Key", "the question's id", QUESTION_EXAMPLE["question_id"], required=True),
                _header(SIGNATURE_HEADER, "a detached JWS (RFC 7515, appendix F); missing with signature = none"),
                _header("traceparent", "W3C trace context; a trace of its own for each question"),
            ],
            "requestBody": _body("Question", asked=QUESTION_EXAMPLE),
            "responses": {
                status: {"description": cause} | ({"content": _an_answer()} if status == "200" else {})
                for status, cause in CAUSES.items()
            },
        }
    }


def _notices() -> dict[str, Any]:
    return {
        "post": {
            "operationId": "notice",
            "summary": "A reminder, or: stop, the answer is not needed any more",
            "description": "Only where notice_url is set. Sent once; what is answered is not read.",
            "security": OURS,
            "requestBody": _body("DepartmentNotice", reminder=NOTICE, stop=NOTICE | {"what": "stop", "reminder": 0}),
            "responses": {"default": {"description": "not read"}},
        }
    }


def _answers() -> dict[str, Any]:
    refusals = {
        str(status): {
            "description": why,
            "content": {"application/problem+json": {"schema": _ref("Told")}},
        }
        for status, why in REASONS.items()
    }
    return {
        "servers": [{"url": "https://lianshen.example", "description": "Lianshen's door for departments"}],
        "post": {
            "operationId": "bring",
            "summary": "An answer that was deferred",
            "description": "Until answer_by, and by hand after it. The same answer again changes nothing.",
            "security": [{"callback": []}],
            "requestBody": {"required": True, "content": _an_answer(later=True)},
            "responses": {
                "200": {
                    "description": "on disk",
                    "content": {"application/json": {"schema": _ref("Taken"), "example": {"taken": True}}},
                },
                **refusals,
            },
        },
    }


OURS: list[dict[str, list[str]]] = [{"token": []}, {"certificate": []}, {"token": [], "certificate": []}]


def _an_answer(later: bool = False) -> dict[str, Any]:
    examples = {"found": FOUND, "none": NONE} | ({} if later else {"deferred": DEFERRED})
    return {
        "application/json": {
            "schema": _ref("Answer"),
            "examples": {name: {"value": value} for name, value in examples.items()},
        },
        "application/jose": {
            "schema": {
                "type": "string",
                "description": f"A compact JWS, EdDSA, typ {ANSWER}, kid the key's RFC 7638 thumbprint. Its payload "
                "is the Answer together with the AnswerClaims.",
                "contentMediaType": "application/jose",
            },
            "example": signed_example(),
        },
    }


def signed_example() -> str:
    claims = AnswerClaims(department="tax", round=1, question_sha256=sha256(question_bytes()))
    return Signer.from_seed(SEED).sign(_compact(FOUND | claims.model_dump()), ANSWER)


def question_bytes() -> bytes:
    """The example as its bytes would arrive."""
    return Question.model_validate(QUESTION_EXAMPLE).model_dump_json(exclude_none=True).encode()


def _header(name: str, about: str, example: str | None = None, required: bool = False) -> dict[str, Any]:
    if name == SIGNATURE_HEADER:
        example = without_payload(Signer.from_seed(SEED).sign(question_bytes(), QUESTION))
    return {
        "name": name,
        "in": "header",
        "required": required,
        "description": about,
        "schema": {"type": "string"},
    } | ({"example": example} if example else {})


def _body(model: str, **examples: dict[str, Any]) -> dict[str, Any]:
    told = {name: {"value": value} for name, value in examples.items()}
    return {"required": True, "content": {"application/json": {"schema": _ref(model), "examples": told}}}


def _schemas() -> dict[str, Any]:
    """Every model once; the rows of an answer are those of one of the departments."""
    models: tuple[type[BaseModel], ...]
    models = (Question, Answer, AnswerClaims, DepartmentNotice, Taken, Told, *(it.record for it in DEPARTMENTS))
    # As they are sent: a question of ours has no null in it, and an answer may leave out what it does not say.
    _, found = models_json_schema([(model, "validation") for model in models], ref_template=REF)
    schemas: dict[str, Any] = found["$defs"]
    rows = [_ref(department.record.__name__) for department in DEPARTMENTS]
    schemas["PersonAnswer"]["properties"]["records"]["items"] = {"anyOf": rows}
    for department in DEPARTMENTS:
        whose = f"{department.name} ({department.title.en}, Art. {department.article})"
        schemas[department.record.__name__]["description"] = f"A row of {whose}; what is beyond is not kept."
    return schemas


REF = "#/components/schemas/{model}"


def _ref(model: str) -> dict[str, str]:
    return {"$ref": REF.format(model=model)}


def _compact(said: dict[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
