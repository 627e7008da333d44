"""A department that is a responder on the bus: one request on `department.<name>.query.v1`.

The reply inbox outlives the wait, so an answer that comes after the timeout is still taken.
"""

import asyncio
import random
import re
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from chassis.telemetry.spans import traceparent_apart
from contracts.inquiries import MAX_ANSWER_BYTES, DepartmentNotice
from inquiry.attachments import SIGNATURE_HEADER, Declined, TooMuch, Unreachable
from inquiry.attachments.late_replies import LateReplies
from inquiry.attachments.reply_inbox import ReplyInbox
from inquiry.questions import Sent

Late = Callable[[bytes], Coroutine[Any, Any, None]]
CODE = re.compile("[0-9]{1,5}")
"""An error code that can be said again: headers come from outside."""
AGAIN_WITHIN = 0.05
"""Seconds, at most, before the one further attempt after a fault of the transport."""
LEAST = 0.05
"""Seconds that a reply is waited for, even where the time is used up."""


@dataclass(eq=False)
class _Asked:
    """One question on its way, the connection it was sent on, and its reply."""

    sent: Sent
    headers: dict[str, str] | None
    reply: asyncio.Future[bytes]
    connection: int | None = None


class BusAttachment:
    """Requests over one wildcard inbox; `late` is given every reply that nobody waits for any more."""

    def __init__(self, nc: Client, department: str, late: Late) -> None:
        self._nc = nc
        self._subject = f"department.{department}.query.v1"
        self._notices = f"department.{department}.notice.v1"
        self._late = late
        self._inbox = ReplyInbox(nc, self._reply, self._send_again)
        self._waiting: dict[str, list[_Asked]] = {}
        """By the question's id: one that is asked a second time meanwhile waits beside the first."""
        self._late_ones = LateReplies()

    @property
    def address(self) -> str:
        return self._subject

    async def ask(self, sent: Sent, timeout: float) -> bytes:
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            return await self._once(sent, began + timeout)
        except Unreachable:
            # An attempt that used up the time is not made again: the department is working on it.
            if loop.time() - began >= timeout / 2:
                raise
        await asyncio.sleep(random.uniform(0, AGAIN_WITHIN))
        return await self._once(sent, began + timeout)

    async def _once(self, sent: Sent, deadline: float) -> bytes:
        headers = {SIGNATURE_HEADER: sent.signature} if sent.signature else {}
        if trace := traceparent_apart():
            headers["traceparent"] = trace
        loop = asyncio.get_running_loop()
        asked = _Asked(sent, headers or None, loop.create_future())
        self._waiting.setdefault(sent.question.question_id, []).append(asked)
        # A timer of its own costs a third of `asyncio.wait`, and half of `wait_for`.
        giving_up = loop.call_at(max(deadline, loop.time() + LEAST), _give_up, asked)
        try:
            await self._send(asked)
            return await asked.reply
        except TimeoutError:
            raise Unreachable("no answer in time", "slow") from None
        except nats.errors.Error as error:
            raise Unreachable(type(error).__name__) from None
        finally:
            giving_up.cancel()
            self._forget(asked)

    async def _send(self, asked: _Asked) -> None:
        asked.connection = self._nc.stats["reconnects"]
        place = await self._inbox.place(asked.sent.question.question_id)
        await self._nc.publish(self._subject, asked.sent.body, reply=place, headers=asked.headers)

    async def _send_again(self) -> None:
        """The same bytes, where the connection was lost while the reply was waited for."""
        connection = self._nc.stats["reconnects"]
        for asked in [one for those in self._waiting.values() for one in those if one.connection != connection]:
            try:
                await self._send(asked)
            except Exception as error:
                _end(asked, error)  # the watch goes on: without it no other question is sent again

    def _forget(self, asked: _Asked) -> None:
        token = asked.sent.question.question_id
        if others := [one for one in self._waiting.pop(token, ()) if one is not asked]:
            self._waiting[token] = others

    async def tell(self, notice: DepartmentNotice) -> None:
        with suppress(nats.errors.Error):
            await self._nc.publish(self._notices, notice.model_dump_json().encode())

    async def _reply(self, message: Msg) -> None:
        token = message.subject.rsplit(".", 1)[1]
        waiting = [asked for asked in self._waiting.pop(token, ()) if not asked.reply.done()]
        headers = message.headers or {}
        if headers.get("Status") == "503":
            outcome: Exception | bytes = Unreachable("nobody answers on the department's subject", "nobody")
        elif (code := headers.get("Nats-Service-Error-Code", "")) and not code.startswith("2"):
            known = code if CODE.fullmatch(code) else ""
            outcome = Declined(f"the department's responder says {known or 'that it failed'}", known or "500")
        elif len(message.data) > MAX_ANSWER_BYTES:
            outcome = TooMuch("the answer is larger than any answer may be")
        else:
            outcome = message.data
        for asked in waiting:
            _end(asked, outcome)
        if not waiting and isinstance(outcome, bytes):
            self._late_ones.take(self._late(outcome))

    async def close(self) -> None:
        self._inbox.close()
        for asked in [one for those in self._waiting.values() for one in those]:
            asked.reply.cancel()
        await self._late_ones.close()


def _end(asked: _Asked, outcome: Exception | bytes) -> None:
    if asked.reply.done():
        return
    if isinstance(outcome, bytes):
        asked.reply.set_result(outcome)
    else:
        asked.reply.set_exception(outcome)


def _give_up(asked: _Asked) -> None:
    _end(asked, TimeoutError())
