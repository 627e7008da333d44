"""Small real servers on loopback for the other side of a channel: an SMS gateway and a mail server."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, TypeVar


@dataclass(frozen=True)
class Request:
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Gateway:
    """Answers each POST with the next of `statuses`, the last one for ever; 0 hangs up, None says nothing.

    The body is the next of `replies`, bytes or JSON; where there are none it repeats what came, as careless ones do.
    """

    statuses: Iterable[int | None] = (200,)
    extra: str = ""
    replies: Sequence[object] = ()
    requests: list[Request] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/messages"

    @property
    def accepted(self) -> list[Request]:
        """The messages it took, one an idempotency key."""
        taken = {
            request.headers["idempotency-key"]: request
            for request, status in zip(self.requests, self._statuses(), strict=False)
            if status == 200
        }
        return list(taken.values())

    def _statuses(self) -> list[int | None]:
        known = list(self.statuses)
        return known + known[-1:] * max(0, len(self.requests) - len(known))

    def _reply(self, sent: bytes) -> bytes:
        if not self.replies:
            return sent
        reply = self.replies[min(len(self.requests), len(self.replies)) - 1]
        return reply if isinstance(reply, bytes) else json.dumps(reply).encode()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                headers = {}
                while (header := await reader.readline()) != b"\r\n":
                    name, _, value = header.decode().partition(":")
                    headers[name.strip().lower()] = value.strip()
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                self.requests.append(Request(line.decode().split()[1], headers, body))
                status = self._statuses()[len(self.requests) - 1]
                if status is None:
                    await reader.read()
                    return
                if status == 0:
                    return
                answer = self._reply(body)
                writer.write(f"HTTP/1.1 {status} Said\r\n{self.extra}Content-Length: {len(answer)}\r\n\r\n".encode())
                writer.write(answer)
                await writer.drain()
        finally:
            writer.close()


@dataclass
class MailServer:
    """A responder of SMTP. `replies` changes the answer to a command (`rcpt`, `data`, `message`, …)."""

    replies: dict[str, str] = field(default_factory=dict)
    hangs_up_at: str = ""
    pause: float = 0
    received: list[EmailMessage] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        usual = {
            "ehlo": "250 small.example",
            "data": "354 go on",
            "message": "250 taken",
            "quit": "221 bye",
        }

        async def say(step: str) -> str:
            reply = self.replies.get(step, usual.get(step, "250 ok"))
            await asyncio.sleep(self.pause)
            writer.write(f"{reply}\r\n".encode())
            await writer.drain()
            return reply

        try:
            writer.write(b"220 small.example ready\r\n")
            while line := await reader.readline():
                step = line.decode().split()[0].lower()
                self.commands.append(step)
                if step == self.hangs_up_at:
                    return
                if (await say(step)).startswith("354"):
                    lines = b""
                    while (part := await reader.readline()) != b".\r\n":
                        lines += part.removeprefix(b".") if part.startswith(b"..") else part
                    if (await say("message")).startswith("2"):
                        self.received.append(message_from_bytes(lines, policy=policy.default))
                if step == "quit":
                    return
        finally:
            writer.close()


Side = TypeVar("Side", Gateway, MailServer)


@asynccontextmanager
async def listening(side: Side) -> AsyncIterator[Side]:
    """The server on a port the OS chose, closed at the end whatever is still connected."""
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await side.serve(reader, writer)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    side.port = server.sockets[0].getsockname()[1]
    try:
        yield side
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()


async def closed_port() -> int:
    """A port where nobody listens any more."""
    async with listening(Gateway()) as gone:
        return gone.port
