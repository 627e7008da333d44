"""What a program asks and is answered: JSON both ways, a refusal as a problem (RFC 9457) that repeats nothing."""

import json
from typing import Any

from fastapi import Request, Response
from pydantic import ValidationError

from chassis.commands import invalid
from chassis.errors import ChassisError, CommandRefused
from chassis.http.body import BodyRefused, read_body
from chassis.http.problem import MEDIA_TYPE
from console.looks import NoReason, NotRecorded

MOST_BYTES, WITHIN = 256 * 1024, 10.0


async def asked(request: Request) -> dict[str, Any]:
    """The object that was sent. Raises BodyRefused and CommandRefused."""
    body = await read_body(request, ("application/json",), MOST_BYTES, WITHIN)
    try:
        found = json.loads(body)
    except ValueError:
        raise BodyRefused(400) from None
    if not isinstance(found, dict):
        raise CommandRefused(422, "invalid request", "it is no object")
    return found


def answer(found: Any) -> Response:
    return Response(json.dumps(found, ensure_ascii=False, default=str), media_type="application/json")


def refusal(status: int, title: str, detail: str) -> Response:
    body = {"status": status, "title": title, "detail": detail}
    return Response(json.dumps(body, ensure_ascii=False), status, media_type=MEDIA_TYPE)


def refused(error: Exception) -> Response:
    """Any of EXPECTED as a problem."""
    match error:
        case CommandRefused():
            return refusal(error.status, error.title, error.detail)
        case ValidationError():
            return refusal(**invalid(error))
        case BodyRefused():
            return refusal(error.status, "not read", "a request is JSON of a fair length")
        case NoReason():
            return refusal(403, "no reason of yours", "say --why: a reason that your roles may give")
    return refusal(503, "the bus is away", "nothing is done or shown meanwhile; try again once it is back")


EXPECTED = (ChassisError, ValidationError, BodyRefused, NoReason, NotRecorded)
"""What ends a request with a refusal; anything else is a mistake of ours."""
