"""The body of a request: no longer and no slower than allowed, as plain JSON."""

import asyncio

from starlette.requests import ClientDisconnect, Request

from intake import problems
from intake.http.replies import Wrong
from intake.settings import IntakeSettings


async def body_of(request: Request, settings: IntakeSettings) -> bytes:
    """The bytes that were sent. Raises Wrong: 408, 413, 415."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json" or request.headers.get("content-encoding", "identity") != "identity":
        raise Wrong(problems.UNSUPPORTED_MEDIA_TYPE.problem())
    body = bytearray()
    try:
        async with asyncio.timeout(settings.intake_body_within):
            async for chunk in request.stream():
                body += chunk
                if len(body) > settings.intake_max_body:
                    raise Wrong(problems.TOO_LARGE.problem())
    except (TimeoutError, ClientDisconnect):
        raise Wrong(problems.TOO_SLOW.problem()) from None
    return bytes(body)
