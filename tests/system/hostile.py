"""Clients that do not behave: sockets that send what no library would, and what a sender saw of its end."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest

HEAD = b"POST /v1/applications HTTP/1.1\r\nHost: kiosk\r\nContent-Type: application/json\r\nIdempotency-Key: %s\r\n"


@dataclass
class Hostile:
    """One connection to a server."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    seen: bytearray = field(default_factory=bytearray)
    """What the server said."""
    closed: bool = False
    """Whether the server ended the connection."""
    sent: int = 0

    @classmethod
    async def connect(cls, url: str) -> "Hostile":
        where = urlsplit(url)
        assert where.hostname == "127.0.0.1"
        return cls(*await asyncio.open_connection(where.hostname, where.port))

    async def send(self, data: bytes) -> None:
        """Raises ConnectionError where the server has ended it."""
        self.writer.write(data)
        await self.writer.drain()
        self.sent += len(data)

    async def pour(self, pieces: Iterable[bytes], every: float = 0.0) -> None:
        """Sends piece by piece until the pieces or the server's patience are at an end."""
        with contextlib.suppress(ConnectionError):
            for piece in pieces:
                await self.send(piece)
                await asyncio.sleep(every)
                if self.closed:
                    return

    async def listen(self, within: float) -> None:
        """Reads until the server ends the connection, or for so many seconds."""
        with contextlib.suppress(ConnectionError, TimeoutError):
            async with asyncio.timeout(within):
                while piece := await self.reader.read(65_536):
                    self.seen += piece
                self.closed = True
                return
        self.closed = self.closed or self.reader.exception() is not None or self.writer.transport.is_closing()

    @property
    def status(self) -> int | None:
        """The status of the first answer."""
        return int(self.seen.split(b" ", 2)[1]) if self.seen.startswith(b"HTTP/1.1 ") else None

    async def leave(self) -> None:
        self.writer.close()
        with contextlib.suppress(ConnectionError):
            await self.writer.wait_closed()


@contextlib.asynccontextmanager
async def connections(url: str, many: int) -> AsyncIterator[list[Hostile]]:
    """So many connections; all are left at the end."""
    opened: list[Hostile] = []
    try:
        while len(opened) < many:
            opened += await asyncio.gather(*(Hostile.connect(url) for _ in range(min(100, many - len(opened)))))
        yield opened
    finally:
        await asyncio.gather(*(each.leave() for each in opened))


async def say(url: str, request: bytes, within: float = 5.0) -> Hostile:
    """One request as it is; what came back until the server closed, or the time was over."""
    async with connections(url, 1) as (one,):
        with contextlib.suppress(ConnectionError):
            await one.send(request)
        await one.listen(within)
        return one


def memory_of(pid: int | None) -> int:
    """Megabytes a process holds. Linux says; elsewhere the test is skipped."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        pytest.skip("this system does not say how much memory a process holds")
    kilobytes = next(line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return int(kilobytes) // 1024


@dataclass
class Latencies:
    """Seconds each request took."""

    seconds: list[float] = field(default_factory=list)

    @contextlib.contextmanager
    def timed(self) -> "contextlib._GeneratorContextManager[None]":  # type: ignore[misc]
        began = time.perf_counter()
        yield
        self.seconds.append(time.perf_counter() - began)

    @property
    def p99(self) -> float:
        return sorted(self.seconds)[int(len(self.seconds) * 0.99)]
