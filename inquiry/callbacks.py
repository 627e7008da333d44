"""The door of departments that are attached by HTTP: here they bring what they had deferred.

`POST /v1/answers` with a bearer token of their own; the body is the answer, or a compact JWS of it.
"""

import asyncio
import hashlib
import hmac
from collections.abc import Mapping
from http import HTTPStatus

import nats.errors
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from chassis.errors import ChassisError, CommandRefused
from chassis.telemetry.observed_requests import ObservedRequests
from chassis.telemetry.spans import DEPARTMENT, REASON, annotate
from contracts.inquiries import MAX_ANSWER_BYTES
from contracts.model import Frozen
from inquiry.answer_delivery import deliver
from inquiry.attachments.http import Token
from inquiry.department_client import DepartmentClient

PATH = "/v1/answers"
MEDIA_TYPES = ("application/json", "application/jose")
BODY_WITHIN = 10.0
"""Seconds from a head to the last byte of its body."""
TAKEN_WITHIN = 20.0
REASONS = {
    401: "no token, or one that nobody was given",
    403: "not believed: the signature is not this department's over an answer to this question",
    404: "no such question: it is not open, or belongs to another department",
    408: f"the body did not come within {BODY_WITHIN:.0f} s",
    413: f"more than {MAX_ANSWER_BYTES} bytes; nothing of it was kept",
    415: f"neither {' nor '.join(MEDIA_TYPES)}, or packed",
    422: "no answer by the contract, or deferred once more",
    429: "enough: other answers to this question are kept already, and one more would tell nothing",
    503: "the bus is busy: send it again in a few seconds, it counts once",
}
"""Why an answer was not taken, by status."""
HEADERS = {401: {"WWW-Authenticate": "Bearer"}, 408: {"Connection": "close"}, 503: {"Retry-After": "5"}}


class Taken(Frozen):
    """The answer is on disk."""

    taken: bool = True


class Told(Frozen):
    """A problem by RFC 9457: what is wrong and what to do; it repeats nothing that was sent."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


def build_door(askings: Mapping[str, DepartmentClient], tokens: Mapping[str, Token]) -> FastAPI:
    """A department is known by its token, and brings answers to its own questions only."""
    app = FastAPI(
        title="Lianshen: later answers of departments",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )

    # A trace of its own, as its question had: what belongs to one family shall not be seen from outside.
    app.add_middleware(ObservedRequests, name="door", joins=False)

    @app.exception_handler(CommandRefused)
    async def refused(_: Request, problem: CommandRefused) -> Response:
        return _said(problem.status, problem.title, problem.detail)

    @app.exception_handler(HTTPException)
    async def no_such_place(_: Request, refused: HTTPException) -> Response:
        return _said(refused.status_code, HTTPStatus(refused.status_code).phrase, f"there is POST {PATH} here")

    @app.exception_handler(Exception)
    async def our_fault(_: Request, surprise: Exception) -> Response:
        return _said(500, HTTPStatus(500).phrase, "a fault of ours, and logged; send it again, it counts once")

    @app.post(PATH)
    async def answers(request: Request) -> Taken:
        """Bring the answer to a question that was deferred."""
        name = _whose(request.headers.get("authorization", ""), tokens)
        body = await _whole(request)
        annotate(DEPARTMENT, name)
        try:
            async with asyncio.timeout(TAKEN_WITHIN):
                await deliver(askings[name], body)
        except CommandRefused:
            raise
        except (ChassisError, nats.errors.Error, TimeoutError):
            raise CommandRefused(503, "the bus is busy", "send it again in a few seconds") from None
        return Taken()

    return app


def _said(status: int, title: str, detail: str) -> Response:
    annotate(REASON, title)
    told = Told(title=title, status=status, detail=detail)
    return JSONResponse(told.model_dump(), status, HEADERS.get(status), "application/problem+json")


def _whose(authorization: str, tokens: Mapping[str, Token]) -> str:
    """The department whose token this is; every one is compared, so that time tells nothing. Raises Problem 401."""
    scheme, _, given = authorization.partition(" ")
    found = [name for name, token in tokens.items() if _is(token, given.strip())]
    if scheme.lower() != "bearer" or not found:
        raise CommandRefused(
            401, "who are you", "send `Authorization: Bearer …` with the callback token you were given"
        )
    return found[0]


def _is(token: Token, given: str) -> bool:
    try:
        wanted = token.get_secret_value()
    except (OSError, ValueError):
        wanted = ""  # the file was taken away: nobody comes in by it any more
    return hmac.compare_digest(_digest(wanted), _digest(given)) and bool(wanted)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


async def _whole(request: Request) -> bytes:
    """The body, as far as an answer may be long, and as slow. Raises Problem before more is read."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in MEDIA_TYPES or request.headers.get("content-encoding", "identity") != "identity":
        raise CommandRefused(415, "no such media type", f"send {' or '.join(MEDIA_TYPES)}, not packed")
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_WITHIN):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MAX_ANSWER_BYTES:
                    raise CommandRefused(413, "too much", f"an answer has at most {MAX_ANSWER_BYTES} bytes")
    except (TimeoutError, ClientDisconnect):
        raise CommandRefused(408, "too slow", f"send the answer within {BODY_WITHIN:.0f} s") from None
    return bytes(body)
