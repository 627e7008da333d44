"""Kiosks that cost little: HTTP/1.1 over connections that stay open, a tenth of a millisecond of CPU a request.

httpx takes a millisecond; on two cores a benchmark with it would measure itself.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from typing import NamedTuple, cast
from urllib.parse import urlsplit

from chassis.errors import ChassisError

TRIES = 8
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
RETRY_AFTER = re.compile(rb"\r\nretry-after: *(\d+)", re.IGNORECASE)
UNAVAILABLE = 503


class Reply(NamedTuple):
    """What came back for one request."""

    status: int
    body: bytes
    retry_after: float = 0.0
    """Seconds; 0 where the server did not say."""


class LoadError(ChassisError):
    """The system did not do what the load needs; the text says what it said."""


class Kiosks:
    """Connections to one address, opened as they are needed; each carries one request at a time."""

    def __init__(self, url: str) -> None:
        place = urlsplit(url)
        self._host, self._port = place.hostname or "", place.port or 80
        self._free: list[_Connection] = []
        self.come_back = 0
        """How many requests were told to come back later, and did."""

    async def send(self, request: bytes) -> Reply:
        """The reply to one whole request; it is sent again where the connection was closed or the server is busy.

        Both are harmless for a POST with an Idempotency-Key. Raises LoadError after TRIES.
        """
        said = "closes the connection"
        for _ in range(TRIES):
            connection = await self._connection()
            try:
                reply = await connection.ask(request)
            except ConnectionError:
                continue
            self._free.append(connection)
            if reply.status != UNAVAILABLE:
                return reply
            self.come_back += 1
            said = f"says {reply.status}"
            await asyncio.sleep(reply.retry_after)
        raise LoadError(f"intake {said}, {TRIES} times over")

    async def _connection(self) -> "_Connection":
        while self._free:
            connection = self._free.pop()
            if connection.is_open:
                return connection
        _, connection = await asyncio.get_running_loop().create_connection(_Connection, self._host, self._port)
        return connection

    def close(self) -> None:
        for connection in self._free:
            connection.close()
        self._free.clear()


class _Connection(asyncio.Protocol):
    """One connection, at most one request under way on it."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._reply: asyncio.Future[Reply] | None = None
        self._came = b""

    @property
    def is_open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._reply is not None and not self._reply.done():
            self._reply.set_exception(ConnectionResetError("closed before the reply was complete"))

    async def ask(self, request: bytes) -> Reply:
        if self._transport is None:
            raise ConnectionResetError("closed")
        self._reply = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._reply

    def data_received(self, data: bytes) -> None:
        came = self._came = self._came + data if self._came else data
        end = came.find(b"\r\n\r\n")
        if end < 0 or self._reply is None:
            return
        length = LENGTH.search(came, 0, end)
        body = end + 4
        if length is None or len(came) < body + int(length[1]):
            return
        later = RETRY_AFTER.search(came, 0, end)
        self._came = b""
        if not self._reply.done():
            self._reply.set_result(Reply(int(came[9:12]), came[body:], float(later[1]) if later else 0.0))

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


def post(url: str, key: str, body: bytes) -> bytes:
    """The bytes of one application handed in under an Idempotency-Key."""
    head = (
        f"POST /v1/applications HTTP/1.1\r\nHost: {urlsplit(url).netloc}\r\nContent-Type: application/json\r\n"
        f"Idempotency-Key: {key}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def get(url: str, number: str, secret: str) -> bytes:
    """The bytes of one question about an application, with its receipt's secret."""
    head = f"GET /v1/applications/{number} HTTP/1.1\r\nHost: {urlsplit(url).netloc}\r\n"
    return f"{head}Authorization: Bearer {secret}\r\n\r\n".encode()


async def ticks(rate: float, times: int) -> AsyncIterator[float]:
    """So many instants (UNIX seconds), `rate` a second, each as soon as it has come.

    One that comes late was due all the same: who measures from it does not excuse the system for having been slow.
    """
    begin = time.time()
    for n in range(times):
        due = begin + n / rate
        if (early := due - time.time()) > 0:
            await asyncio.sleep(early)
        yield due
