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
MAX_BYTES = 8 * 1024 * 1024
"""A batch must reach the disk well within REQUEST_TIMEOUT; one of 100 MB took 1.5 s on a good day."""
ROOM_FOR_HEADERS = 4096
LANES = 2
REQUEST_TIMEOUT = 4.0
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 1.0
STOP_WITHIN = 5.0
NO_ANSWER = (TimeoutError, nats.errors.Error, OSError, ValueError)


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

    @property
    def size(self) -> int:
        return sum(len(entry.body) for entry in self.entries)


class Refused(Exception):
    """The server's definite no to one request."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(description)
        self.code = code


@dataclass
class _Waiting:
    part: Part
    done: asyncio.Future[int]
    """Has its answer, or none that anybody waits for."""


class GroupCommit:
    """Gathers parts and commits them; `commit(part)` returns the sequence of the part's last entry."""

    def __init__(self, nc: Client, stream: str) -> None:
        self._nc = nc
        self._stream = stream
        self._queue: deque[_Waiting] = deque()
        self._wake = asyncio.Event()
        self._lanes: list[asyncio.Task[None]] = []
        self._busy_cases: set[str] = set()
        self._stopping = False

    def start(self) -> None:
        self._lanes = [asyncio.create_task(self._lane(), name=f"group-commit-{n}") for n in range(LANES)]

    async def stop(self) -> None:
        """Waits for what is under way, then ends; what still waits is told that the outcome is unknown."""
        for _ in range(round(STOP_WITHIN / 0.05)):
            if not self._queue and not self._busy_cases:
                break
            await asyncio.sleep(0.05)
        # Python 3.11's wait_for, under every request, can swallow a cancellation; the flag ends the lane then.
        self._stopping = True
        for lane in self._lanes:
            lane.cancel()
        await asyncio.gather(*self._lanes, return_exceptions=True)
        for waiting in self._queue:
            _fail(waiting, Unavailable("the service is stopping"))

    async def commit(self, part: Part, within: float) -> int:
        """Raises Conflict (definite), Unavailable (unknown after `within` seconds) or TooLarge."""
        if any(len(entry.body) > self._nc.max_payload - ROOM_FOR_HEADERS for entry in part.entries):
            # The server ends the connection over such a message, and the client never comes back.
            raise TooLarge("the event is larger than the bus takes")
        if self._stopping:
            raise Unavailable("the service is stopping")
        loop = asyncio.get_running_loop()
        waiting = _Waiting(part, loop.create_future())
        self._queue.append(waiting)
        self._wake.set()
        giving_up = loop.call_later(within, _give_up, waiting)
        try:
            return await waiting.done
        finally:
            giving_up.cancel()

    async def _lane(self) -> None:
        while not self._stopping:
            batch = self._take()
            if not batch:
                self._wake.clear()
                await self._wake.wait()
                continue
            try:
                await self._settle(batch)
            except Exception as surprise:
                # Whoever waits must hear of it, and the lane must go on: without lanes nothing is stored again.
                for waiting in batch:
                    _fail(waiting, surprise)
            finally:
                for waiting in batch:
                    _fail(waiting, Unavailable("the service is stopping"))
                self._busy_cases.difference_update(waiting.part.case for waiting in batch)
                self._wake.set()

    def _take(self) -> list[_Waiting]:
        """The next parts, at most one of a case, none of a case that is under way in the other lane."""
        batch: list[_Waiting] = []
        left: deque[_Waiting] = deque()
        messages = size = 0
        while self._queue and messages < MAX_MESSAGES and size < MAX_BYTES:
            waiting = self._queue.popleft()
            if waiting.done.done():
                continue
            if waiting.part.case in self._busy_cases:
                left.append(waiting)
                continue
            self._busy_cases.add(waiting.part.case)
            batch.append(waiting)
            messages += len(waiting.part.entries)
            size += waiting.part.size
        self._queue.extendleft(reversed(left))
        return batch

    async def _settle(self, batch: Sequence[_Waiting]) -> None:
        """Brings every part of a batch to a definite answer; a part whose caller gave up is let go."""
        pause = FIRST_PAUSE
        while (batch := [waiting for waiting in batch if not waiting.done.done()]) and not self._stopping:
            definite = False
            try:
                last = await self._send([entry for waiting in batch for entry in waiting.part.entries])
            except Refused as refused:
                if len(batch) > 1:
                    middle = len(batch) // 2
                    await self._settle(batch[:middle])
                    await self._settle(batch[middle:])
                    return
                definite = refused.code == WRONG_LAST_SEQUENCE
            except NO_ANSWER:
                pass
            else:
                end = last - sum(len(waiting.part.entries) for waiting in batch)
                for waiting in batch:
                    end += len(waiting.part.entries)
                    _answer(waiting, end)
                return
            if not definite:
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            await asyncio.gather(*(self._look_for(waiting, definite) for waiting in batch))

    async def _look_for(self, waiting: _Waiting, definite: bool) -> None:
        """Reads the part's own subject and compares ids: it may be stored although nobody said so.

        Where it is not, a definite refusal is a conflict; otherwise it is sent again, the same bytes.
        """
        entries = waiting.part.entries
        try:
            stored = await self._stored(entries[0])
        except (Refused, *NO_ANSWER):
            return
        if stored:
            _answer(waiting, stored + len(entries) - 1)
        elif definite:
            _fail(waiting, Conflict(entries[0].subject))

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


def _fail(waiting: _Waiting, error: Exception) -> None:
    if not waiting.done.done():
        waiting.done.set_exception(error)


def _give_up(waiting: _Waiting) -> None:
    _fail(waiting, Unavailable("the bus gave no definite answer in time; ask again"))


def _sequence(data: bytes) -> int:
    answer: dict[str, Any] = json.loads(data)
    if "error" in answer:
        raise Refused(answer["error"].get("err_code", 0), answer["error"].get("description", ""))
    return int(answer["seq"])


def _decoded(headers: str) -> str:
    return base64.b64decode(headers).decode(errors="replace")
