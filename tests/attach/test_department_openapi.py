"""The OpenAPI document for departments: its examples are right, and it promises what the code does."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from contracts.inquiries import Answer, Question
from contracts.jws import ANSWER, QUESTION, Signer, sha256, verify, with_payload
from inquiry import callbacks
from inquiry.attachments import SIGNATURE_HEADER
from inquiry.attachments.http import NOT_ABOUT_THE_QUESTION
from lianshen.documents import department_openapi
from lianshen.documents.department_openapi import department_document
from procedures.hainan_2025.departments import BY_NAME as DEPARTMENTS

OURS = Signer.from_seed(department_openapi.SEED)


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return json.loads(json.dumps(department_document()))  # type: ignore[no-any-return]


def contents(node: Any) -> list[dict[str, Any]]:
    """Every media type object there is."""
    if isinstance(node, list):
        return [found for item in node for found in contents(item)]
    if not isinstance(node, dict):
        return []
    here = list(node["content"].values()) if isinstance(node.get("content"), dict) else []
    return here + [found for value in node.values() for found in contents(value)]


def test_every_example_fits_its_schema(document: dict[str, Any]) -> None:
    seen = 0
    for content in contents(document["paths"]):
        examples = [it["value"] for it in content.get("examples", {}).values()]
        examples += [content["example"]] if "example" in content else []
        validator = Draft202012Validator(content["schema"] | {"components": document["components"]})
        for example in examples:
            validator.validate(example)
            seen += 1
    assert seen >= 9


def test_every_row_is_described_for_its_department(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    rows = [it["$ref"].rpartition("/")[2] for it in schemas["PersonAnswer"]["properties"]["records"]["items"]["anyOf"]]
    assert rows == [department.record.__name__ for department in DEPARTMENTS.values()]
    for department in DEPARTMENTS.values():
        assert f"A row of {department.name} " in schemas[department.record.__name__]["description"]


def test_the_signed_examples_verify() -> None:
    asked = department_openapi.question_bytes()
    said = json.loads(verify(department_openapi.signed_example(), OURS.x, ANSWER))
    assert said["question_sha256"] == sha256(asked)
    assert Answer.model_validate({key: said[key] for key in ("question_id", "kind", "persons")})
    header = department_openapi._header(SIGNATURE_HEADER, "")["example"]
    assert verify(with_payload(header, asked), OURS.x, QUESTION) == asked
    assert Question.model_validate_json(asked)


def test_it_names_the_statuses_that_the_code_knows(document: dict[str, Any]) -> None:
    cause = document["paths"]["/query"]["post"]["responses"]["4XX"]["description"]
    assert all(str(status) in cause for status in NOT_ABOUT_THE_QUESTION)
    answers = document["paths"][callbacks.PATH]["post"]
    assert set(answers["responses"]) == {"200", *map(str, callbacks.REASONS)}
    assert set(answers["requestBody"]["content"]) == set(callbacks.MEDIA_TYPES)
