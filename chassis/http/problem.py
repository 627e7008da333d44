"""A request that ends with a problem (RFC 9457), and the headers that belong to its status."""

from collections.abc import Mapping
from typing import Protocol

from fastapi import Response

from chassis.telemetry.spans import REASON, annotate

MEDIA_TYPE = "application/problem+json"
HEADERS: Mapping[int, Mapping[str, str]] = {
    401: {"WWW-Authenticate": 'Bearer realm="lianshen"'},
    408: {"Connection": "close"},  # nobody waits for the rest of what came too slowly
}


class ProblemDocument(Protocol):
    """What an app says of a problem; it repeats nothing that was sent."""

    @property
    def status(self) -> int: ...
    @property
    def title(self) -> str: ...
    @property
    def retry_after(self) -> int | None:
        """Seconds."""

    def body(self) -> bytes: ...


class HttpProblem(Exception):
    """Ends a request with a problem."""

    def __init__(self, document: ProblemDocument) -> None:
        super().__init__(document.title)
        self.document = document


def answer(document: ProblemDocument, headers: Mapping[str, str] | None = None) -> Response:
    """The problem under these headers and those of its status."""
    annotate(REASON, document.title)
    said = {**(headers or {}), **HEADERS.get(document.status, {})}
    if document.retry_after:
        said["Retry-After"] = str(document.retry_after)
    return Response(document.body(), document.status, said, MEDIA_TYPE)
