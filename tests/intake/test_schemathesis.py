"""Whatever the OpenAPI document allows is sent; every answer is one that it declares, every refusal has its reason."""

import json
from copy import deepcopy
from typing import Any

import schemathesis
from hypothesis import HealthCheck, settings
from intake.http.examples import FORM
from intake.http.openapi import REFUSED_FOR
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from lianshen.documents.kiosk_codes import kiosk_codes
from tests.intake.in_memory import Intake
from tests.support.families import an_id_number

INTAKE = Intake()
NUMBER = INTAKE.post(json.dumps(FORM).encode()).json()["receipt"]["application_number"]
SECRET = INTAKE.taken(NUMBER)[b"authorization"].decode()
SCHEMA = schemathesis.openapi.from_asgi("/v1/openapi.json", INTAKE.app)
CONFORMS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    unsupported_method,
    # Not `ignored_auth`: a wrong secret is told like an unknown number, 404; only none at all is 401.
]
PROBLEMS = kiosk_codes()["problems"]
METHOD_IS_NOT_THERE = 405


@SCHEMA.parametrize()
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_declared_and_what_fits_the_schema_is_refused_for_a_declared_reason(
    case: schemathesis.Case,
) -> None:
    if "number" in case.path_parameters:
        case.path_parameters["number"] = NUMBER
        if "Authorization" in case.headers:
            case.headers["Authorization"] = SECRET
    answered(case)
    if isinstance(case.body, dict):
        # A generator knows no check digit: the same once more with numbers and names that people have.
        case.body = with_people(case.body)
        answered(case)


def answered(case: schemathesis.Case) -> None:
    reply = case.call()
    case.validate_response(reply, checks=CONFORMS)
    if reply.status_code >= 400 and reply.status_code != METHOD_IS_NOT_THERE:
        assert PROBLEMS[reply.json()["type"]]["status"] == reply.status_code
    if reply.status_code == 422 and fits(case):
        assert reasons(reply) <= declared(case.path)


def fits(case: schemathesis.Case) -> bool:
    return case.meta is not None and case.meta.generation.mode.value == "positive"


def reasons(reply: Response) -> set[str]:
    codes = {fault["code"] for fault in reply.json()["errors"]}
    assert codes
    return codes


def declared(path: str) -> set[str]:
    models = {"supplement": "Supplement", "withdrawal": "Withdrawal"}
    return set(REFUSED_FOR[models.get(path.rsplit("/", 1)[1], "ApplicationForm")])


def with_people(body: dict[str, Any]) -> dict[str, Any]:
    changed = deepcopy(body)
    places: list[Any] = [changed]
    for place in places:
        if isinstance(place, dict):
            place.update({"id_number": an_id_number()} if "id_number" in place else {})
            place.update({"name": "王建国"} if "name" in place else {})
            place.update({"project": FORM["project"]} if "project" in place else {})
        inside = place.values() if isinstance(place, dict) else place if isinstance(place, list) else ()
        places += inside
    return changed


def test_the_document_says_for_what_a_body_that_fits_its_schema_is_refused() -> None:
    known = kiosk_codes()["faults"]
    for model, path in (
        ("ApplicationForm", "/v1/applications"),
        ("Supplement", "/v1/applications/{number}/supplement"),
        ("Withdrawal", "/v1/applications/{number}/withdrawal"),
    ):
        said = INTAKE.document["paths"][path]["post"]["responses"]["422"]["description"]
        assert [code for code in REFUSED_FOR[model] if code not in known or f"`{code}`" not in said] == []
