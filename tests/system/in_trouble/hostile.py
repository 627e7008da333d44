"""Clients that do not behave: sockets that send what no library would, and what they saw of their end."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from urllib.parse import urlsplit

import pytest


class Hostile:
    """One connection to a server on this machine."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self.seen = b""
        self.closed = False
        self.sent = 0

    async def pour(self, pieces: Iterable[bytes], every: float = 0.0) -> None:
        """Sends piece by piece until there is nothing left, or the server has ended the connection."""
        with contextlib.suppress(ConnectionError):
            for piece in pieces:
                if self.closed:
                    return
                self._writer.write(piece)
                await self._writer.drain()
                self.sent += len(piece)
                await asyncio.sleep(every)

    async def listen(self, within: float) -> None:
        """Reads until the server ends the connection, or for so many seconds."""
        try:
            async with asyncio.timeout(within):
                while piece := await self._reader.read(65_536):
                    self.seen += piece
            self.closed = True
        except ConnectionError:
            self.closed = True
        except TimeoutError:
            pass

    @property
    def status(self) -> int | None:
        """The status of the first answer; None where there was none."""
        return int(self.seen.split(b" ", 2)[1]) if self.seen else None

    async def leave(self) -> None:
        self._writer.close()
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()


@contextlib.asynccontextmanager
async def connections(url: str, many: int) -> AsyncIterator[list[Hostile]]:
    """So many connections, left at the end."""
    where = urlsplit(url)
    assert where.hostname == "127.0.0.1"
    opened: list[Hostile] = []
    try:
        while len(opened) < many:
            fresh = (asyncio.open_connection("127.0.0.1", where.port) for _ in range(min(100, many - len(opened))))
            opened += [Hostile(*pair) for pair in await asyncio.gather(*fresh)]
        yield opened
    finally:
        await asyncio.gather(*(each.leave() for each in opened))


async def attack(url: str, pieces: Iterable[bytes], within: float = 8.0) -> Hostile:
    """One connection that sends and listens until the server ends it, or for so many seconds."""
    async with connections(url, 1) as (one,):
        pouring = asyncio.create_task(one.pour(pieces))
        await one.listen(within)
        pouring.cancel()
        await asyncio.gather(pouring, return_exceptions=True)
        return one


def megabytes(pid: int | None) -> int:
    """The memory a process holds. Linux says; elsewhere the test is skipped."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        pytest.skip("this system does not say how much memory a process holds")
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) // 1024
