"""Many appends, one fsync: parts of running handlers go out together as one atomic batch (ADR-50 of the server).

What the server does not do for us, and stands here instead (each has a test):
- checks of one batch see the state before the batch: at most one part of a case goes into a batch;
- a refused batch does not name the part: it is halved until the guilty part stands alone;
- a timed-out batch may be stored later: the same bytes are sent again until the answer is definite.
"""

import asyncio
import base64
import json
import secrets
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import nats.errors
from nats.aio.client import Client

from chassis.errors import Conflict, TooLarge, Unavailable

WRONG_LAST_SEQUENCE = 10071
MAX_MESSAGES = 400
LANES = 2
REQUEST_TIMEOUT = 4.0


@dataclass(frozen=True)
class Entry:
    """One message of the log as it will be sent: subject, body, headers with its id and its expectation."""

    subject: str
    body: bytes
    headers: Mapping[str, str]

    @property
    def id(self) -> str:
        return self.headers["ce-id"]


@dataclass(frozen=True)
class Part:
    """Entries that are stored together or not at all. `case` keeps two parts of one case out of one batch."""

    case: str
    entries: tuple[Entry, ...]


class Refused(Exception):
    """The server's definite no to one request."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(description)
        self.code = code


@dataclass
class _Waiting:
    part: Part
    done: asyncio.Future[int]
    deadline: float


class GroupCommit:
    """Gathers parts and commits them; `commit(part)` returns the sequence of the part's last entry."""

    def __init__(self, nc: Client, stream: str) -> None:
        self._nc = nc
        self._stream = stream
        self._queue: deque[_Waiting] = deque()
        self._wake = asyncio.Event()
        self._lanes: list[asyncio.Task[None]] = []
        self._busy_cases: set[str] = set()

    def start(self) -> None:
        self._lanes = [asyncio.create_task(self._lane(), name=f"group-commit-{n}") for n in range(LANES)]

    async def stop(self) -> None:
        """Waits for what is under way, then ends; what still waits is told that the outcome is unknown."""
        for _ in range(100):
            if not self._queue and not self._busy_cases:
                break
            await asyncio.sleep(0.05)
        for lane in self._lanes:
            lane.cancel()
        await asyncio.gather(*self._lanes, return_exceptions=True)
        for waiting in self._queue:
            if not waiting.done.done():
                waiting.done.set_exception(Unavailable("the service is stopping"))

    async def commit(self, part: Part, within: float) -> int:
        """Raises Conflict (definite), Unavailable (unknown after `within` seconds) or TooLarge."""
        if sum(len(entry.body) for entry in part.entries) > self._nc.max_payload - 4096:
            raise TooLarge("the event is larger than the bus takes")
        loop = asyncio.get_running_loop()
        waiting = _Waiting(part, loop.create_future(), loop.time() + within)
        self._queue.append(waiting)
        self._wake.set()
        return await waiting.done

    async def _lane(self) -> None:
        while True:
            batch = self._take()
            if not batch:
                self._wake.clear()
                await self._wake.wait()
                continue
            try:
                await self._settle(batch)
            finally:
                self._busy_cases.difference_update(waiting.part.case for waiting in batch)
                self._wake.set()

    def _take(self) -> list[_Waiting]:
        """The next parts, at most one of a case, none of a case that is under way in the other lane."""
        batch: list[_Waiting] = []
        left: deque[_Waiting] = deque()
        messages = 0
        while self._queue and messages < MAX_MESSAGES:
            waiting = self._queue.popleft()
            if waiting.done.cancelled():
                continue
            if waiting.part.case in self._busy_cases:
                left.append(waiting)
                continue
            self._busy_cases.add(waiting.part.case)
            batch.append(waiting)
            messages += len(waiting.part.entries)
        self._queue.extendleft(reversed(left))
        return batch

    async def _settle(self, batch: Sequence[_Waiting]) -> None:
        """Brings every part of a batch to a definite answer, or to the end of its time."""
        try:
            last = await self._send([entry for waiting in batch for entry in waiting.part.entries])
        except Refused as refused:
            if len(batch) > 1:
                middle = len(batch) // 2
                await self._settle(batch[:middle])
                await self._settle(batch[middle:])
            else:
                await self._resolve(batch[0], refused.code == WRONG_LAST_SEQUENCE)
        except (TimeoutError, nats.errors.Error, ConnectionError, OSError, ValueError):
            for waiting in batch:
                await self._resolve(waiting, definite=False)
        except asyncio.CancelledError:
            for waiting in batch:
                if not waiting.done.done():
                    waiting.done.set_exception(Unavailable("the service is stopping"))
            raise
        else:
            end = last - sum(len(waiting.part.entries) for waiting in batch)
            for waiting in batch:
                end += len(waiting.part.entries)
                _answer(waiting, end)

    async def _resolve(self, waiting: _Waiting, definite: bool) -> None:
        """Reads the part's own subject and compares ids; where it is not there, sends the same bytes again."""
        loop = asyncio.get_running_loop()
        pause = 0.05
        while not waiting.done.done():
            try:
                entries = waiting.part.entries
                stored = await self._stored(entries[0])
                if stored:
                    _answer(waiting, stored + len(entries) - 1)
                elif definite:
                    waiting.done.set_exception(Conflict(waiting.part.entries[0].subject))
                else:
                    _answer(waiting, await self._send(entries))
            except Refused as refused:
                definite = refused.code == WRONG_LAST_SEQUENCE
            except (TimeoutError, nats.errors.Error, ConnectionError, OSError, ValueError):
                definite = False
            if waiting.done.done():
                return
            if loop.time() > waiting.deadline:
                waiting.done.set_exception(Unavailable("the bus gave no definite answer in time; ask again"))
                return
            if not definite:
                await asyncio.sleep(pause)
                pause = min(pause * 2, 1.0)

    async def _stored(self, entry: Entry) -> int | None:
        """The sequence under which exactly this entry is stored, asked of the stream's leader."""
        reply = await self._nc.request(
            f"$JS.API.STREAM.MSG.GET.{self._stream}",
            json.dumps({"last_by_subj": entry.subject}).encode(),
            timeout=REQUEST_TIMEOUT,
        )
        answer = json.loads(reply.data)
        if "error" in answer:
            if answer["error"].get("code") == 404:
                return None
            raise Refused(answer["error"].get("err_code", 0), "read refused")
        message = answer["message"]
        return int(message["seq"]) if entry.id in _decoded(message.get("hdrs", "")) else None

    async def _send(self, entries: Sequence[Entry]) -> int:
        """One request for one entry, one atomic batch for several. Returns the last sequence."""
        if len(entries) == 1:
            reply = await self._nc.request(
                entries[0].subject, entries[0].body, timeout=REQUEST_TIMEOUT, headers=dict(entries[0].headers)
            )
            return _sequence(reply.data)
        batch = secrets.token_hex(8)
        for place, entry in enumerate(entries, start=1):
            headers = {**entry.headers, "Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(place)}
            if place == 1:
                opened = await self._nc.request(entry.subject, entry.body, timeout=REQUEST_TIMEOUT, headers=headers)
                if opened.data:
                    _sequence(opened.data)
            elif place < len(entries):
                await self._nc.publish(entry.subject, entry.body, headers=headers)
            else:
                headers["Nats-Batch-Commit"] = "1"
                reply = await self._nc.request(entry.subject, entry.body, timeout=REQUEST_TIMEOUT, headers=headers)
                return _sequence(reply.data)
        raise AssertionError("a part has entries")


def _answer(waiting: _Waiting, sequence: int) -> None:
    if not waiting.done.done():
        waiting.done.set_result(sequence)


def _sequence(data: bytes) -> int:
    answer: dict[str, Any] = json.loads(data)
    if "error" in answer:
        raise Refused(answer["error"].get("err_code", 0), answer["error"].get("description", ""))
    return int(answer["seq"])


def _decoded(headers: str) -> str:
    return base64.b64decode(headers).decode(errors="replace")
