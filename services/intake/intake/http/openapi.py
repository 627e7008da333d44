"""What the OpenAPI document says where FastAPI cannot see it: bodies that are read by hand, problems, the secret."""

from typing import Any

from fastapi import FastAPI

from contracts.application import ApplicationForm, Supplement
from intake import problems
from intake.problems import Problem, Withdrawal

SECRET: dict[str, Any] = {"security": [{"receipt": []}]}
KEY_HEADER = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "a random value of 1 to 200 characters, new for each form, the same when sent again",
    "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
}


def body_described(model: str) -> dict[str, Any]:
    return {
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{model}"}}},
        }
    }


def problems_described(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {status: _problem(status) for status in statuses}


def _problem(status: int) -> dict[str, Any]:
    """Every kind of problem with this status, by its title."""
    kinds = [kind for kind in problems.KINDS if kind.status == status]
    said: dict[str, Any] = {
        "description": "; or: ".join(kind.title for kind in kinds),
        "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if any(kind.retry_after for kind in kinds):
        said["headers"] = {"Retry-After": {"description": "seconds", "schema": {"type": "integer"}}}
    return said


def describe(app: FastAPI) -> None:
    """Adds the schemas of bodies that are read by hand."""
    make = app.openapi

    def described() -> dict[str, Any]:
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
