"""Stands in for the bus's direct gets: a recorded log, read as from a server. No write is possible."""

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Record = dict[str, Any]
STREAMS = ("CASES", "LOOKS")


@dataclass(frozen=True)
class Reply:
    """What a client of NATS gives of a message."""

    subject: str
    data: bytes
    headers: Mapping[str, str] | None = None


class RecordedBus:
    """Answers `$JS.API.DIRECT.GET` and `$JS.API.STREAM.INFO` of CASES as nats-server 2.15 does; LOOKS is empty."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._records = records
        self._hear: dict[str, Callable[[Any], Awaitable[None]]] = {}

    def new_inbox(self) -> str:
        return f"_INBOX.{len(self._hear)}"

    stats: Mapping[str, int] = {"reconnects": 0}
    """The connection is never lost."""

    async def subscribe(self, subject: str, cb: Callable[[Any], Awaitable[None]]) -> None:
        self._hear[subject.removesuffix(".*")] = cb

    async def publish(self, subject: str, payload: bytes, reply: str) -> None:
        stream = subject.removeprefix("$JS.API.DIRECT.GET.")
        assert stream in STREAMS, subject
        hear = self._hear[reply.rpartition(".")[0]]
        for message in self._got(json.loads(payload), self._records if stream == "CASES" else ()):
            await hear(Reply(reply, message.data, message.headers))

    async def request(self, subject: str, payload: bytes, timeout: float) -> Reply:
        assert subject.removeprefix("$JS.API.STREAM.INFO.") in STREAMS, subject
        state = {"first_seq": 1, "last_seq": self._records[-1]["sequence"], "messages": len(self._records)}
        return Reply("", json.dumps({"config": {}, "state": state}).encode())

    def _got(self, request: Mapping[str, Any], records: Sequence[Record]) -> Iterator[Reply]:
        found = [record for record in records if _asked(request, record)]
        if not found:
            yield Reply("", b"", {"Status": "404"})
            return
        before = 0
        page = found[: request["batch"]]
        for left, record in zip(range(len(found) - 1, -1, -1), page, strict=False):
            yield Reply("", record["body"].encode(), _headers(record, before, left))
            before = record["sequence"]
        end = {"Status": "204", "Nats-Num-Pending": str(len(found) - len(page)), "Nats-Last-Sequence": str(before)}
        yield Reply("", b"", end)


def _asked(request: Mapping[str, Any], record: Record) -> bool:
    """Every subject was written once, so the last of each is each."""
    if "multi_last" in request:
        return any(_fits(subject, record["subject"]) for subject in request["multi_last"])
    return record["sequence"] >= request["seq"] and _fits(request["next_by_subj"], record["subject"])


def _fits(pattern: str, subject: str) -> bool:
    if pattern.endswith(">"):
        return subject.startswith(pattern[:-1])
    return pattern == subject


def _headers(record: Record, before: int, left: int) -> dict[str, str]:
    return {
        **record["headers"],
        "Nats-Stream": "CASES",
        "Nats-Subject": record["subject"],
        "Nats-Sequence": str(record["sequence"]),
        "Nats-Time-Stamp": record["stored_at"],
        "Nats-Num-Pending": str(left),
        "Nats-Last-Sequence": str(before),
    }
