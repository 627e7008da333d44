"""Many appends, one fsync: parts of running handlers go out together as one atomic batch (ADR-50 of the server).

What the server does not do for us, and stands here instead (each has a test):
- checks of one batch see the state before the batch: a decision never goes out with another part of its stream;
- a refused batch does not name the part, only the sequence that stood in the way: the message there names it,
  and where it does not, the batch is halved until the guilty part stands alone;
- a timed-out batch may be stored later: the same bytes are sent again until the answer is definite.
When a batch goes out, and how large it grows, was measured: ADR 0006.
"""

import asyncio
import base64
import json
import re
import secrets
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import nats.errors
from nats.aio.client import Client

from chassis.errors import Conflict, TooLarge, Unavailable
from chassis.log.append_health import Appends
from chassis.telemetry.metrics import APPEND_SECONDS, APPENDS, LOG_WRITES
from chassis.timing import TIMING, Timing

EXPECTED = "Nats-Expected-Last-Subject-Sequence"
EXPECTED_SUBJECT = "Nats-Expected-Last-Subject-Sequence-Subject"
WRONG_LAST_SEQUENCE = 10071
NOT_STORED = (10023, 10047, 10077, 10176)
"""The server's codes for no resources, no room, an append that its store did not take, and an incomplete batch: a
batch is collected on the disk first, and one that is full takes none of it."""
IN_THE_WAY = re.compile(r"wrong last sequence: ([1-9][0-9]*)")
"""The server's words: the sequence of the message that a refused entry did not expect."""
MAX_MESSAGES = 400
MAX_BYTES = 8 * 1024 * 1024
"""A batch must reach the disk well within a request's timeout; one of 100 MB took 1.5 s on a good day."""
ROOM_FOR_HEADERS = 4096
FEW = 16
"""Parts of one entry that are cheaper sent one by one: a batch costs what some twenty single messages cost."""
LANES = 4
"""The server takes one batch after the other; the next lane goes on where the one before gets no answer. A leader that
is moved takes the batches of two or three along."""
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 1.0
NO_ANSWER = (TimeoutError, nats.errors.Error, OSError, ValueError)
STORED, CONFLICTS, UNAVAILABLE = (APPENDS.labels(result) for result in ("stored", "conflict", "unavailable"))
SINGLE, BATCH = (LOG_WRITES.labels(kind) for kind in ("single", "batch"))


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
    """Entries that are stored together or not at all.

    `stream`, such as `case.<application>`, keeps a decision apart from whatever else of its stream is written; `also`
    are the others of a decision about several.
    """

    stream: str
    entries: tuple[Entry, ...]
    also: tuple[str, ...] = ()

    @cached_property
    def streams(self) -> frozenset[str]:
        return frozenset((self.stream, *self.also))

    @property
    def size(self) -> int:
        return sum(len(entry.body) for entry in self.entries)

    @property
    def decides(self) -> bool:
        """Whether it rests on its whole streams, not only on its own subjects."""
        return EXPECTED_SUBJECT in self.entries[0].headers

    def did_not_expect(self, subject: str) -> bool:
        """Whether a message on this subject can be the one over which the part was refused."""
        if self.decides and any(subject.startswith(f"{stream}.") for stream in self.streams):
            return True
        return any(entry.subject == subject for entry in self.entries)


class Refused(Exception):
    """The server's definite no to one request."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(description)
        self.code = code


@dataclass(eq=False)
class _Waiting:
    part: Part
    done: asyncio.Future[int]
    """Has its answer, or none that anybody waits for."""


class GroupCommit:
    """Gathers parts and commits them; `commit(part)` returns the sequence of the part's last entry."""

    def __init__(self, nc: Client, stream: str, timing: Timing = TIMING) -> None:
        self._timing = timing
        self._nc = nc
        self._stream = stream
        self.appends = Appends()
        self._queue: deque[_Waiting] = deque()
        self._news = asyncio.Event()
        self._lanes: list[asyncio.Task[None]] = []
        self._under_way: set[_Waiting] = set()
        self._committing_since: float | None = None
        self._rests_until = 0.0
        self._blocked = False
        """Whether all that waits has to wait for what is under way."""
        self._stopping = False

    def start(self) -> None:
        self._lanes = [asyncio.create_task(self._lane(), name=f"group-commit-{n}") for n in range(LANES)]

    async def stop(self) -> None:
        """Waits for what is under way, then ends; what still waits is told that the outcome is unknown."""
        for _ in range(round(self._timing.stop_within / 0.05)):
            if not self._queue and not self._under_way:
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
        if self._blocked or len(self._queue) == 1 or len(self._queue) >= MAX_MESSAGES:
            # Else the lanes know already that something waits, and until when.
            self._news.set()
        giving_up = loop.call_later(within, _give_up, waiting)
        began = loop.time()
        try:
            sequence = await waiting.done
        except (Conflict, Unavailable) as refused:
            (CONFLICTS if isinstance(refused, Conflict) else UNAVAILABLE).inc()
            raise
        finally:
            giving_up.cancel()
        STORED.inc()
        APPEND_SECONDS.observe(loop.time() - began)
        return sequence

    async def _lane(self) -> None:
        while not self._stopping:
            pause = self._pause()
            batch = self._take() if pause == 0 else []
            self._blocked = pause == 0 and not batch and bool(self._queue)
            if not batch:
                await self._wait_for_news(pause or None)
                continue
            began = self._committing_since = asyncio.get_running_loop().time()
            self._under_way.update(batch)
            try:
                await self._settle(batch)
            finally:
                self._under_way.difference_update(batch)
                for waiting in batch:
                    _fail(waiting, Unavailable("the service is stopping"))
                if self._committing_since == began:
                    self._committing_since = None
                took = asyncio.get_running_loop().time() - began
                self._rests_until = began + self._timing.rest(len(batch), took)
                self._news.set()

    def _pause(self) -> float:
        """Seconds until the next batch may go out."""
        now = asyncio.get_running_loop().time()
        if self._committing_since is not None:
            return max(0.0, self._committing_since + self._timing.stuck_after - now)
        return 0.0 if len(self._queue) >= MAX_MESSAGES else max(0.0, self._rests_until - now)

    async def _wait_for_news(self, most: float | None) -> None:
        self._news.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(most):
                await self._news.wait()

    def _take(self) -> list[_Waiting]:
        """The next parts that may go out together, and beside what is under way."""
        batch: list[_Waiting] = []
        left: deque[_Waiting] = deque()
        streams = {stream for waiting in self._under_way for stream in waiting.part.streams}
        decided = {it for waiting in self._under_way if waiting.part.decides for it in waiting.part.streams}
        subjects = {entry.subject for waiting in self._under_way for entry in waiting.part.entries}
        messages = size = 0
        while self._queue and messages < MAX_MESSAGES and size < MAX_BYTES:
            waiting = self._queue.popleft()
            part = waiting.part
            if waiting.done.done():
                continue
            own = {entry.subject for entry in part.entries}
            if part.streams & decided or (part.decides and part.streams & streams) or own & subjects:
                left.append(waiting)
                # What came later of its streams stays behind it.
                decided |= part.streams
                continue
            streams |= part.streams
            subjects |= own
            if part.decides:
                decided |= part.streams
            batch.append(waiting)
            messages += len(part.entries)
            size += part.size
        self._queue.extendleft(reversed(left))
        return batch

    async def _settle(self, batch: Sequence[_Waiting]) -> None:
        """Brings every part to a definite answer: a few single entries one by one, more as one batch."""
        if 1 < len(batch) <= FEW and all(len(waiting.part.entries) == 1 for waiting in batch):
            await asyncio.gather(*(self._settle([waiting]) for waiting in batch))
            return
        try:
            await self._settle_together(batch)
        except Exception as surprise:
            # Whoever waits must hear of it, and the lane must go on: without lanes nothing is stored again.
            for waiting in batch:
                _fail(waiting, surprise)

    async def _settle_together(self, batch: Sequence[_Waiting]) -> None:
        """One request until its answer is definite; a part whose caller gave up is let go."""
        pause = FIRST_PAUSE
        while (batch := [waiting for waiting in batch if not waiting.done.done()]) and not self._stopping:
            definite = False
            try:
                last = await self._send([entry for waiting in batch for entry in waiting.part.entries])
            except Refused as refused:
                if len(batch) > 1:
                    guilty = await self._in_the_way(refused, batch) or batch[: len(batch) // 2]
                    await self._settle(guilty)
                    await self._settle([waiting for waiting in batch if waiting not in guilty])
                    return
                definite = refused.code == WRONG_LAST_SEQUENCE
                if refused.code in NOT_STORED:
                    self.appends.failed(f"the bus takes no append: {refused}")
            except NO_ANSWER:
                self.appends.failed()
            else:
                self.appends.stored()
                end = last - sum(len(waiting.part.entries) for waiting in batch)
                for waiting in batch:
                    end += len(waiting.part.entries)
                    _answer(waiting, end)
                return
            if not definite:
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            await asyncio.gather(*(self._look_for(waiting, definite) for waiting in batch))

    async def _in_the_way(self, refused: Refused, batch: Sequence[_Waiting]) -> list[_Waiting]:
        """The parts that did not expect the message which the server names; none where it names none."""
        named = IN_THE_WAY.search(str(refused))
        if named is None:
            return []
        try:
            message = await self._message({"seq": int(named[1])})
        except (Refused, *NO_ANSWER):
            return []
        return [waiting for waiting in batch if message and waiting.part.did_not_expect(message["subject"])]

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
            self.appends.stored()
            _answer(waiting, stored + len(entries) - 1)
        elif definite:
            _fail(waiting, Conflict(entries[0].subject))

    async def _stored(self, entry: Entry) -> int | None:
        """The sequence under which exactly this entry is stored."""
        message = await self._message({"last_by_subj": entry.subject})
        if message is None or entry.id not in _decoded(message.get("hdrs", "")):
            return None
        return int(message["seq"])

    async def _message(self, which: Mapping[str, object]) -> dict[str, Any] | None:
        """One message, asked of the stream's leader; None where there is none. Raises Refused."""
        reply = await self._nc.request(
            f"$JS.API.STREAM.MSG.GET.{self._stream}", json.dumps(which).encode(), timeout=self._timing.request_timeout
        )
        answer = json.loads(reply.data)
        if "error" in answer:
            if answer["error"].get("code") == 404:
                return None
            raise Refused(answer["error"].get("err_code", 0), "read refused")
        return dict(answer["message"])

    async def _send(self, entries: Sequence[Entry]) -> int:
        """One request for one entry, one atomic batch for several. Returns the last sequence."""
        if len(entries) == 1:
            SINGLE.inc()
            reply = await self._nc.request(
                entries[0].subject,
                entries[0].body,
                timeout=self._timing.request_timeout,
                headers=dict(entries[0].headers),
            )
            return _sequence(reply.data)
        BATCH.inc()
        batch = secrets.token_hex(8)
        for place, entry in enumerate(entries, start=1):
            headers = {**entry.headers, "Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(place)}
            if place == 1:
                opened = await self._nc.request(
                    entry.subject, entry.body, timeout=self._timing.request_timeout, headers=headers
                )
                if opened.data:
                    _sequence(opened.data)
            elif place < len(entries):
                await self._nc.publish(entry.subject, entry.body, headers=headers)
            else:
                headers["Nats-Batch-Commit"] = "1"
                reply = await self._nc.request(
                    entry.subject, entry.body, timeout=self._timing.request_timeout, headers=headers
                )
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
