"""The door of departments that are attached by HTTP: here they bring what they had deferred.

`POST /v1/answers` with a bearer token of their own; the body is the answer, or a compact JWS of it.
"""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus

import nats.errors
from fastapi import FastAPI, Request

from chassis.errors import ChassisError, CommandRefused
from chassis.http.app import observed_app
from chassis.http.bearer import Token, bearer_of, is_token
from chassis.http.body import BodyRefused, read_body
from chassis.http.problem import HttpProblem
from chassis.telemetry.spans import DEPARTMENT, annotate
from contracts.inquiries import MAX_ANSWER_BYTES
from contracts.model import Frozen
from inquiry.answer_delivery import deliver
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
OF_A_BODY = {
    408: ("too slow", f"send the answer within {BODY_WITHIN:.0f} s"),
    413: ("too much", f"an answer has at most {MAX_ANSWER_BYTES} bytes"),
    415: ("no such media type", f"send {' or '.join(MEDIA_TYPES)}, not packed"),
}


class Taken(Frozen):
    """The answer is on disk."""

    taken: bool = True


class Told(Frozen):
    """A problem by RFC 9457: what is wrong and what to do; it repeats nothing that was sent."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str

    @property
    def retry_after(self) -> int | None:
        return 5 if self.status == 503 else None

    def body(self) -> bytes:
        return self.model_dump_json().encode()


def build_door(askings: Mapping[str, DepartmentClient], tokens: Mapping[str, Token]) -> FastAPI:
    """A department is known by its token, and brings answers to its own questions only."""
    # A trace of its own, as its question had: what belongs to one family shall not be seen from outside.
    app = observed_app("door", "Lianshen: later answers of departments", _plainly, joins=False)

    @app.post(PATH)
    async def answers(request: Request) -> Taken:
        """Bring the answer to a question that was deferred."""
        name = _whose(bearer_of(request), tokens)
        body = await _whole(request)
        annotate(DEPARTMENT, name)
        try:
            async with asyncio.timeout(TAKEN_WITHIN):
                await deliver(askings[name], body)
        except CommandRefused as refusal:
            raise _problem(refusal.status, refusal.title, refusal.detail) from None
        except (ChassisError, nats.errors.Error, TimeoutError):
            raise _problem(503, "the bus is busy", "send it again in a few seconds") from None
        return Taken()

    return app


def _plainly(status: int) -> Told:
    ours = "a fault of ours, and logged; send it again, it counts once"
    detail = ours if status == 500 else f"there is POST {PATH} here"
    return Told(title=HTTPStatus(status).phrase, status=status, detail=detail)


def _problem(status: int, title: str, detail: str) -> HttpProblem:
    return HttpProblem(Told(title=title, status=status, detail=detail))


def _whose(given: str | None, tokens: Mapping[str, Token]) -> str:
    """The department whose token this is; every one is compared, so that time tells nothing."""
    found = [name for name, token in tokens.items() if is_token(token, given or "")]
    if not found:
        raise _problem(401, "who are you", "send `Authorization: Bearer …` with the callback token you were given")
    return found[0]


async def _whole(request: Request) -> bytes:
    try:
        return await read_body(request, MEDIA_TYPES, MAX_ANSWER_BYTES, BODY_WITHIN)
    except BodyRefused as refused:
        raise _problem(refused.status, *OF_A_BODY[refused.status]) from None
