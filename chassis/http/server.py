"""uvicorn under our limits, and without its own signals."""

import contextlib
from collections.abc import Iterator, Sequence

import uvicorn
from starlette.types import ASGIApp

from chassis.http.limits import HTTP_LIMITS, HttpLimits, served


class Server(uvicorn.Server):
    """Leaves the signals to the process.

    Only from these proxies is it believed who asks (X-Forwarded-For, read from its end) and over what: anybody can
    write a header, and limits count by address.
    """

    def __init__(self, app: ASGIApp, limits: HttpLimits = HTTP_LIMITS, proxies: Sequence[str] = ()) -> None:
        told = {"proxy_headers": bool(proxies), "forwarded_allow_ips": list(proxies)}
        super().__init__(uvicorn.Config(app, **{**served(limits), **told}))

    @property
    def address(self) -> str:
        """Where it listens, once it has started."""
        host, port = self.servers[0].sockets[0].getsockname()[:2]
        return f"http://{host}:{port}"

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
