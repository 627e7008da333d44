"""Questions to one department that come while others are under way go together, in one message.

An idle department is asked at once and alone: nothing waits that has nothing to wait for. What was in a batch once and
comes again goes alone, and so does what a batch brought no answer to: no department is asked less than before.
"""

import asyncio
import json
import secrets
from collections import OrderedDict, deque
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from chassis.telemetry.metrics import BATCHED, BATCHES, BATCHES_REFUSED
from chassis.telemetry.spans import traceparent_apart
from contracts.batches.proof import Said
from inquiry.attachments import Unreachable
from inquiry.attachments.late_replies import LateReplies
from inquiry.attachments.reply_inbox import ReplyInbox
from inquiry.batches.reply import NoBatch, read_batch
from inquiry.batches.shown import Shown
from inquiry.questions import Sent

GATHERS_FOR = 0.03
"""Seconds that a question waits at most for those before it: a slow department holds up nobody longer."""
MOST_BYTES = 256 * 1024
"""Of questions in one message; with as much again of answers it stays below the largest message of any bus."""
MOST_REMEMBERED = 20_000

Late = Callable[[Said], Coroutine[Any, Any, None]]


@dataclass(eq=False)
class _Waiting:
    sent: Sent
    until: float
    trace: str | None
    said: asyncio.Future[Said | None]


@dataclass(eq=False)
class _Sent:
    """One batch on its way, the connection it was sent on, and its reply: None where that connection was lost."""

    connection: int
    reply: asyncio.Future[Msg | None]


class Batches:
    """One department's; `late` is given every answer of a batch that nobody waits for any more."""

    def __init__(self, nc: Client, department: str, late: Late) -> None:
        self._nc = nc
        self._department = department
        self._subject = f"department.{department}.batch.v1"
        self._late = late
        self._shown = Shown(nc, department)
        self._inbox = ReplyInbox(nc, self._replied, self._lost)
        self._under_way = 0
        self._queue: deque[_Waiting] = deque()
        self._bytes = 0
        self._timer: asyncio.TimerHandle | None = None
        self._sent: dict[str, _Sent] = {}
        self._late_ones = LateReplies()
        self._batched: OrderedDict[str, None] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()

    async def ask(self, sent: Sent, timeout: float) -> Said | None:
        """What came back to a question in a batch; None if it is to be asked alone. Raises Unreachable."""
        if not self._under_way or sent.question.question_id in self._batched or self._shown.most() < 2:
            return None
        loop = asyncio.get_running_loop()
        waiting = _Waiting(sent, loop.time() + timeout, traceparent_apart(), loop.create_future())
        self._queue.append(waiting)
        self._bytes += len(sent.body)
        if len(self._queue) >= self._shown.most() or self._bytes >= MOST_BYTES:
            self._send()
        elif self._timer is None:
            self._timer = loop.call_later(GATHERS_FOR, self._send)
        return await waiting.said

    @contextmanager
    def alone(self) -> Iterator[None]:
        """While one question is under way alone, others gather."""
        self._under_way += 1
        try:
            yield
        finally:
            self._over()

    def doubt(self) -> None:
        """What came back to a batch is none, or was not believed: the department is asked alone for a while."""
        BATCHES_REFUSED.labels(self._department).inc()
        self._shown.pause()

    def _over(self) -> None:
        self._under_way -= 1
        if self._queue:
            self._send()

    def _send(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        batch = [waiting for waiting in self._queue if not waiting.said.done()]
        self._queue.clear()
        self._bytes = 0
        if len(batch) < 2 or self._shown.most() < 2:
            for waiting in batch:
                waiting.said.set_result(None)
        else:
            self._under_way += 1
            BATCHES.labels(self._department).inc()
            BATCHED.labels(self._department).inc(len(batch))
            task = asyncio.create_task(self._ask_together(batch))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _ask_together(self, batch: Sequence[_Waiting]) -> None:
        said: Sequence[Said | None] = [None] * len(batch)
        slow = False
        try:
            for waiting in batch:
                self._batched[waiting.sent.question.question_id] = None
            while len(self._batched) > MOST_REMEMBERED:
                self._batched.popitem(last=False)
            said = await self._exchange(batch)
        except TimeoutError:
            slow = True
        except NoBatch:
            self.doubt()
        except nats.errors.Error:
            pass  # the bus is away; asked alone, each question says so itself
        finally:
            for waiting, one in zip(batch, said, strict=True):
                if waiting.said.done():
                    continue
                if slow:
                    waiting.said.set_exception(Unreachable("no answer in time", "slow"))
                else:
                    waiting.said.set_result(one)
            self._over()

    async def _exchange(self, batch: Sequence[_Waiting]) -> Sequence[Said | None]:
        """Raises NoBatch, TimeoutError or an error of the bus."""
        loop, token = asyncio.get_running_loop(), secrets.token_hex(8)
        sent = self._sent[token] = _Sent(self._nc.stats["reconnects"], loop.create_future())
        giving_up = loop.call_at(batch[0].until, _give_up, sent)
        try:
            body = message_of((waiting.sent, waiting.trace) for waiting in batch)
            await self._nc.publish(self._subject, body, reply=await self._inbox.place(token))
            reply = await sent.reply
        finally:
            giving_up.cancel()
            del self._sent[token]
        return [None] * len(batch) if reply is None else read_batch(_body_of(reply), len(batch))

    async def _replied(self, message: Msg) -> None:
        sent = self._sent.get(message.subject.rsplit(".", 1)[1])
        if sent is None:
            self._late_ones.take(self._too_late(message))
        elif not sent.reply.done():
            sent.reply.set_result(message)

    async def _lost(self) -> None:
        for sent in self._sent.values():
            if sent.connection != self._nc.stats["reconnects"] and not sent.reply.done():
                sent.reply.set_result(None)

    async def _too_late(self, message: Msg) -> None:
        try:
            answers = read_batch(_body_of(message))
        except NoBatch:
            return
        for said in answers:
            if said is not None:
                await self._late(said)

    async def close(self) -> None:
        self._shown.close()
        if self._timer is not None:
            self._timer.cancel()
        for waiting in self._queue:
            waiting.said.cancel()
        for task in self._tasks:
            task.cancel()
        self._inbox.close()
        await self._late_ones.close()


def _give_up(sent: _Sent) -> None:
    if not sent.reply.done():
        sent.reply.set_exception(TimeoutError())


def message_of(batch: Iterable[tuple[Sent, str | None]]) -> bytes:
    """Each question's own bytes, as a text: what is hashed and signed is what is sent alone. Beside it its trace."""
    questions = [
        {
            "question": sent.body.decode(),
            **({"signature": sent.signature} if sent.signature else {}),
            **({"traceparent": trace} if trace else {}),
        }
        for sent, trace in batch
    ]
    return json.dumps({"questions": questions}, ensure_ascii=False).encode()


def _body_of(message: Msg) -> bytes:
    """Raises NoBatch for an error instead of answers."""
    headers = message.headers or {}
    code = headers.get("Nats-Service-Error-Code", "")
    if headers.get("Status") or (code and not code.startswith("2")):
        raise NoBatch("the department's responder takes no batch")
    return message.data
