"""An HTTP app of ours: it describes itself only if asked to, observes its requests, and answers every fault alike."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException

from chassis.http.problem import HttpProblem, ProblemDocument, answer
from chassis.telemetry.observed_requests import ObservedRequests


def plain_app(title: str, **described: Any) -> FastAPI:
    """With no page, document or span but those it is given."""
    silent: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}
    # FastAPI's own spans hold path and query as they were typed, and its redirects repeat whatever Host was sent.
    said = {"openapi_url": None, "docs_url": None, "redoc_url": None, **described}
    return FastAPI(title=title, redirect_slashes=False, telemetry=silent, **said)


def observed_app(
    name: str, title: str, plainly: Callable[[int], ProblemDocument], *, joins: bool, **described: Any
) -> FastAPI:
    """Counts and traces requests under its name; `plainly(status)` says what the framework refused, 500 our fault.

    With `joins` a span continues the caller's trace; without, it begins one of its own.
    """
    app = plain_app(title, **described)
    app.add_middleware(ObservedRequests, name=name, joins=joins)

    @app.exception_handler(HttpProblem)
    async def _refused(_: Request, problem: HttpProblem) -> Response:
        return answer(problem.document)

    @app.exception_handler(HTTPException)
    async def _no_such_place(_: Request, refusal: HTTPException) -> Response:
        return answer(plainly(refusal.status_code), refusal.headers)

    @app.exception_handler(Exception)
    async def _our_fault(_: Request, surprise: Exception) -> Response:
        return answer(plainly(500))

    return app
