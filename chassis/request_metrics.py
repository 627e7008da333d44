"""Counts and times every request of an HTTP app, by the template of its route: never by the path as it was typed."""

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.metrics import REQUESTS

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER = "other"
"""Stands for whatever a stranger makes up, so that nobody makes up labels."""


class RequestMetrics:
    """ASGI middleware: `app.add_middleware(RequestMetrics, name="intake")`."""

    def __init__(self, app: ASGIApp, name: str) -> None:
        self._app = app
        self._name = name

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

        try:
            await self._app(scope, receive, seen)
        finally:
            method = scope["method"] if scope["method"] in METHODS else OTHER
            labels = REQUESTS.labels(self._name, method, route_of(scope), str(status))
            labels.observe(time.perf_counter() - began)


def route_of(scope: Scope) -> str:
    """The template of the route that took the request, such as `/v1/applications/{number}`."""
    return str(getattr(scope.get("route"), "path", OTHER))
