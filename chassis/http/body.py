"""The body of a request: no longer and no slower than allowed, of a media type that is taken, and not packed."""

import asyncio
from collections.abc import Container

from starlette.requests import ClientDisconnect, Request


class BodyRefused(Exception):
    """A body that is not read to its end; the status says why: 408, 413 or 415."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


async def read_body(request: Request, media_types: Container[str], most: int, within: float) -> bytes:
    """At most so many bytes, within so many seconds. Raises BodyRefused before more is read."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in media_types or request.headers.get("content-encoding", "identity") != "identity":
        raise BodyRefused(415)
    body = bytearray()
    try:
        async with asyncio.timeout(within):
            async for chunk in request.stream():
                body += chunk
                if len(body) > most:
                    raise BodyRefused(413)
    except (TimeoutError, ClientDisconnect):
        raise BodyRefused(408) from None
    return bytes(body)
