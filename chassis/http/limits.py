"""What uvicorn's HTTP leaves open, closed: how long a request may take to arrive and to be answered, how large its
head may be, that it names one host, how many connections there are.

A body is the app's: it knows how much of one it wants, and how soon. What one sender may open a second is not
decided here; that is for the proxy that ends TLS.
"""

import asyncio
import json
import re
import resource
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HOST = re.compile(rb"([A-Za-z0-9._~!$&'()*+,;=%-]*|\[[0-9A-Za-z:.]+\])(:[0-9]*)?")
"""A Host field (RFC 9110, 7.2): a name or an address, and a port; empty where the target has none."""
COME_BACK_AFTER = 10
"""Seconds, said with a 503."""


@dataclass(frozen=True)
class HttpLimits:
    """How long and how large: times in seconds, sizes in bytes."""

    head_within: float = 10.0
    """From the connection, or a head's first byte, to its last; also for a body that nobody reads any more."""
    answered_within: float = 60.0
    """From a head to the end of its answer: longer than any app takes, so it ends who does not read the answer."""
    kept_alive: float = 30.0
    """How long a connection may rest between two requests."""
    largest_head: int = 16 * 1024
    most_thrown_away: int = 1024 * 1024
    """Of a body that was answered before its end. Some: a sender that is cut off at once does not see the answer."""
    most_connections: int = 2000


HTTP_LIMITS = HttpLimits()
FILES_WANTED = HTTP_LIMITS.most_connections + 1000


class GuardedHttp(HttpToolsProtocol):
    """One connection under one timer: whatever it waits for, it does not wait for ever."""

    limits = HTTP_LIMITS

    _due: asyncio.TimerHandle | None = None
    _in_head = True
    _unread = 0
    """Bytes that came since the last request ended."""
    _wrong = HTTPStatus.BAD_REQUEST

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._end_after(self.limits.head_within)
        if len(self.connections) > self.limits.most_connections:
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE)

    def connection_lost(self, exc: Exception | None) -> None:
        self._end_after(None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._unread += len(data)
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._in_head and self._unread > self.limits.largest_head:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        elif self._is_idle and self._unread > self.limits.most_thrown_away:
            self.transport.abort()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self._is_idle:
            self._end_after(self.limits.head_within)

    def on_headers_complete(self) -> None:
        if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > self.limits.largest_head:
            self._wrong = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            raise ValueError("the head is too large")  # the parser stops, and send_400_response is called
        if not _names_one_host(self.headers, self.parser.get_http_version()):
            raise ValueError("a request names its host once")
        self._in_head = False
        super().on_headers_complete()
        self._end_after(self.limits.answered_within)

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._in_head, self._unread = True, 0

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.transport.is_closing():
            return
        if not self._is_idle:
            self._end_after(self.limits.answered_within)  # the next of several that were sent at once
        elif self._in_head and not self._unread:
            self._end_after(self.limits.kept_alive)
        else:
            # Answered before its body had come: what still comes is thrown away, but neither all nor for ever.
            self._end_after(self.limits.head_within)

    def send_400_response(self, msg: str) -> None:
        if not self.transport.is_closing():
            self._refuse(self._wrong)

    @property
    def _is_idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _end_after(self, seconds: float | None) -> None:
        if self._due is not None:
            self._due.cancel()
        self._due = None if seconds is None else self.loop.call_later(seconds, self._overdue)

    def _overdue(self) -> None:
        if self._is_idle and self._in_head and self._unread:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)
        else:
            self.transport.abort()  # close() would wait for a reader that does not read

    def _refuse(self, status: HTTPStatus) -> None:
        """Answers without an app, as RFC 9457 has it for a status that says everything; then closes."""
        if not self._is_idle:
            self.transport.abort()  # the answer would be read as that of the request before
            return
        body = json.dumps({"type": "about:blank", "title": status.phrase, "status": status.value}).encode()
        lines = [f"HTTP/1.1 {status.value} {status.phrase}", "content-type: application/problem+json"]
        if status is HTTPStatus.SERVICE_UNAVAILABLE:
            lines.append(f"retry-after: {COME_BACK_AFTER}")
        lines += [f"content-length: {len(body)}", "connection: close", "", ""]
        self.transport.write("\r\n".join(lines).encode() + body)
        self.transport.close()


def _names_one_host(headers: list[tuple[bytes, bytes]], version: str) -> bool:
    """RFC 9112, 3.2: who answers where two hosts are named is decided differently by every proxy; so nobody does."""
    hosts = [value for name, value in headers if name == b"host"]
    if not hosts:
        return version == "1.0"
    return len(hosts) == 1 and HOST.fullmatch(hosts[0].strip(b" \t")) is not None


def served(limits: HttpLimits = HTTP_LIMITS) -> dict[str, Any]:
    """uvicorn's settings for every server of ours."""
    return {
        "http": type("LimitedHttp", (GuardedHttp,), {"limits": limits}),
        "ws": "none",
        "timeout_keep_alive": limits.kept_alive,
        "backlog": 1024,
        "server_header": False,
        "proxy_headers": False,
        "access_log": False,
        "log_config": None,
        # Its warnings are one a malformed request: whoever attacks would write our log.
        "log_level": "error",
        "lifespan": "off",
    }


def allow_files() -> None:
    """Raises the soft limit of open files, which is 1,024 in many shells, as far as the hard one lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = FILES_WANTED if hard == resource.RLIM_INFINITY else min(hard, FILES_WANTED)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
