"""What every page tells the browser: load nothing from elsewhere, keep nothing, be shown in no frame."""

from collections.abc import Iterable, Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

KEEP_A_YEAR = b"public, max-age=31536000, immutable"
STATIC = "/static/"


def content_policy(connect: Iterable[str] = (), report_to: str | None = None) -> str:
    """The Content-Security-Policy (W3C CSP 3). No inline script or style, not even a style attribute.

    `connect` names what scripts may also talk to, such as a card reader on this machine; `report_to` is a path of ours
    that is told of every breach.
    """
    rules: Mapping[str, str] = {
        "default-src": "'self'",
        "connect-src": " ".join(("'self'", *connect)),
        "img-src": "'self' data:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        **({"report-uri": report_to} if report_to else {}),
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def always(policy: str) -> tuple[tuple[bytes, bytes], ...]:
    return (
        (b"content-security-policy", policy.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"x-frame-options", b"DENY"),
        (b"referrer-policy", b"same-origin"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    )


class PageHeaders:
    """ASGI middleware: `app.add_middleware(PageHeaders, policy=content_policy())`."""

    def __init__(self, app: ASGIApp, policy: str) -> None:
        self._app = app
        self._always = always(policy)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [*message["headers"], *self._always]
                if not any(name == b"cache-control" for name, _ in headers):
                    # A page may show a person to whoever presses "back" on a kiosk.
                    headers.append((b"cache-control", b"no-store"))
                message = {**message, "headers": headers}
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)
