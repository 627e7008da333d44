"""Every request of an HTTP app is counted and timed, and every one that may change something is a span.

Both go by the template of the route, never by the path as it was typed: that may hold a person's number.
"""

import time
from contextlib import nullcontext

from opentelemetry.trace import SpanKind
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.telemetry.metrics import REQUESTS
from chassis.telemetry.spans import APPLICATION, DEPARTMENT, Span, span

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
READING = frozenset({"GET", "HEAD", "OPTIONS"})
OTHER = "other"
"""Stands for whatever a stranger makes up, so that nobody makes up labels."""


class ObservedRequests:
    """ASGI middleware: `app.add_middleware(ObservedRequests, name="intake", joins=True)`.

    With `joins` a span continues the caller's trace; without, it begins one of its own.
    """

    def __init__(self, app: ASGIApp, name: str, joins: bool) -> None:
        self._app = app
        self._name = name
        self._joins = joins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500  # of a request that ends with no response at all
        began = time.perf_counter()

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        method = scope["method"] if scope["method"] in METHODS else OTHER
        with nullcontext() if method in READING else self._span(scope) as here:
            try:
                await self._app(scope, receive, seen)
            finally:
                route = _route(scope)
                if here is not None:
                    _describe(here, method, route, status)
                REQUESTS.labels(self._name, method, route, str(status)).observe(time.perf_counter() - began)

    def _span(self, scope: Scope) -> Span:
        parent = dict(scope["headers"]).get(b"traceparent", b"").decode("latin-1") if self._joins else ""
        return span("request", kind=SpanKind.SERVER, parent=parent or None, fresh=not self._joins)


def _route(scope: Scope) -> str:
    """The template of the route that took the request, such as `/v1/applications/{number}`."""
    return str(getattr(scope.get("route"), "path", OTHER))


def _describe(here: Span, method: str, route: str, status: int) -> None:
    """By OpenTelemetry's names. A refusal is an answer: only what we could not answer has failed."""
    here.name = f"{method} {route}"
    here.attributes |= {
        "http.request.method": method,
        "http.route": route,
        "http.response.status_code": status,
    }
    if status >= 500:
        here.fail(str(status))
    elif not {APPLICATION, DEPARTMENT} & here.attributes.keys():
        # Of nobody we know: it is counted, and strangers fill no store of spans.
        here.worthless = True
