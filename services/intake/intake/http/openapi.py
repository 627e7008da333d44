"""What the OpenAPI document says where FastAPI cannot see it: bodies that are read by hand, problems, the secret."""

from typing import Any

from fastapi import FastAPI

from chassis.http.problem import MEDIA_TYPE
from contracts.application import ApplicationForm, Supplement
from intake import problems
from intake.http import examples
from intake.http.replies import Taken
from intake.problems import Problem
from intake.read_bodies import Withdrawal
from procedures.hainan_2025.view import CaseView

Described = dict[str, Any]
SECRET: Described = {"security": [{"receipt": []}]}
KEY_HEADER: Described = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "a random value of 1 to 200 characters, new for each form, the same when sent again",
    "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
}
IF_NONE_MATCH: Described = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "an ETag that was answered before: 304 where nothing has happened since",
    "schema": {"type": "string"},
}
ETAG: Described = {"ETag": {"description": "changes with every event of the case", "schema": {"type": "string"}}}
LOCATION: Described = {"Location": {"description": "where the case is asked for", "schema": {"type": "string"}}}
CHALLENGE: Described = {"WWW-Authenticate": {"description": "Bearer (RFC 6750)", "schema": {"type": "string"}}}
RETRY_AFTER: Described = {"Retry-After": {"description": "seconds", "schema": {"type": "integer"}}}
OF_A_BODY = (408, 409, 413, 415, 422, 503)
OF_A_SECRET = (401, 404, 429)
OF_A_NUMBER = ("id-number-province", "id-number-birth-date", "id-number-check-digit")
OF_ANY_BODY = ("not-json", "not-a-number", "too-deep")
REFUSED_FOR: dict[str, tuple[str, ...]] = {
    "ApplicationForm": (
        *OF_A_NUMBER,
        *("name-without-letters", "not-in-one-line", "no-such-project"),
        *("born-in-the-future", "born-too-long-ago", "person-twice", "second-spouse"),
        *("residence-card-of-no-spouse", "residence-card-of-nobody"),
        *OF_ANY_BODY,
    ),
    "Supplement": (*OF_A_NUMBER, "supplement-empty", "not-asked-for", *OF_ANY_BODY),
    "Withdrawal": ("nothing-visible", *OF_ANY_BODY),
}
"""The codes of faults that a JSON Schema cannot tell: for these a body that fits its schema is refused."""


def posting(model: str, with_key: bool = False, with_secret: bool = False) -> Described:
    """A path that takes a body of this model and answers with the case: what FastAPI is told of it."""
    body = {"schema": {"$ref": f"#/components/schemas/{model}"}, "examples": examples.BODIES[model]}
    extra: Described = {"requestBody": {"required": True, "content": {"application/json": body}}}
    statuses: tuple[int, ...] = OF_A_BODY
    if with_key:
        extra["parameters"] = [KEY_HEADER]
    if with_secret:
        extra |= SECRET
        statuses = OF_A_SECRET + statuses
    refusals = _problems(*statuses)
    codes = ", ".join(f"`{code}`" for code in REFUSED_FOR[model])
    refusals[422]["description"] += f". A body that fits its schema is refused for: {codes}."
    taken = {"description": "taken in, and on disk", "headers": LOCATION}
    return {
        "status_code": 202,
        "response_model": Taken,
        "openapi_extra": extra,
        "responses": {202: taken} | refusals,
    }


def asking() -> Described:
    """The path that shows a case: what FastAPI is told of it."""
    shown = {
        "description": "where the application stands",
        "headers": ETAG,
        "content": {"application/json": {"examples": examples.CASES}},
    }
    unchanged = {"description": "nothing has happened since", "headers": ETAG}
    return {
        "response_model": CaseView,
        "openapi_extra": SECRET | {"parameters": [IF_NONE_MATCH]},
        "responses": {200: shown, 304: unchanged} | _problems(*OF_A_SECRET, 503),
    }


def _problems(*statuses: int) -> dict[int | str, Described]:
    return {status: _problem(status) for status in statuses}


def _problem(status: int) -> Described:
    """Every kind of problem with this status, by its title."""
    kinds = [kind for kind in problems.KINDS if kind.status == status]
    said: Described = {
        "description": "; or: ".join(kind.title for kind in kinds),
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if any(kind.retry_after for kind in kinds):
        said["headers"] = RETRY_AFTER
    if status == 401:
        said["headers"] = CHALLENGE
    return said


def describe(app: FastAPI) -> None:
    """Adds the schemas of bodies that are read by hand."""
    make = app.openapi

    def described() -> Described:
        document = make()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        for model in (ApplicationForm, Supplement, Withdrawal, Problem):
            schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas.update(schema.pop("$defs", {}))
            schemas[model.__name__] = schema
        schemas["Problem"]["properties"].pop("retry_after")  # a header, never in the body
        # FastAPI promises its own 422 wherever a path has a part that could be wrong; here any text is taken.
        document["paths"]["/v1/applications/{number}"]["get"]["responses"].pop("422", None)
        for unsaid in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unsaid, None)
        document["components"]["securitySchemes"] = {
            "receipt": {"type": "http", "scheme": "bearer", "description": "the receipt's secret"}
        }
        return document

    app.openapi = described  # type: ignore[method-assign]
