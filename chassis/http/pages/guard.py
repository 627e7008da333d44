"""Between the headers and the routes: a form from elsewhere is refused, and a fault of ours becomes a page, too."""

import logging
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.http.pages.same_origin import is_same_origin
from chassis.telemetry.observed_requests import READING

log = logging.getLogger(__name__)
Fault = Callable[[Request, int, str], Response]


class PageGuard:
    """ASGI middleware. Starlette answers an exception outside of every other middleware, so without any header."""

    def __init__(self, app: ASGIApp, fault: Fault, from_anywhere: str | None) -> None:
        self._app, self._fault, self._from_anywhere = app, fault, from_anywhere

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request, began = Request(scope, receive), False
        if request.method not in READING and scope["path"] != self._from_anywhere and not is_same_origin(request):
            await self._fault(request, 403, "fault.origin")(scope, receive, send)
            return

        async def sent(message: Message) -> None:
            nonlocal began
            began = True
            await send(message)

        try:
            await self._app(scope, receive, sent)
        except Exception as surprise:
            log.error("a page failed", exc_info=surprise)
            if began:
                raise
            await self._fault(request, 500, "fault.help")(scope, receive, send)
