"""A department that is a responder on the bus: one request on `department.<name>.query.v1`.

The reply inbox outlives the wait, so an answer that comes after the timeout is still taken.
"""

import asyncio
import re
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from tenacity import (
    AsyncRetrying,
    retry_if_exception_type,
    stop_after_attempt,
    stop_after_delay,
    wait_random_exponential,
)

from chassis.telemetry.spans import traceparent_now
from contracts.inquiries import MAX_ANSWER_BYTES, DepartmentNotice
from inquiry.attachments import SIGNATURE_HEADER, Declined, TooMuch, Unreachable
from inquiry.questions import Sent

Late = Callable[[bytes], Coroutine[Any, Any, None]]
CODE = re.compile("[0-9]{1,5}")
"""An error code that can be said again: headers come from outside."""
MOST_UNREAD = 32 * 1024 * 1024
"""Bytes of replies that may wait to be read; a department that floods us loses what is beyond."""
MOST_LATE = 256
"""Late replies taken at once; what is beyond is dropped, and its question asked again where it is still open."""


class BusAttachment:
    """Requests over one wildcard inbox; `late` is given every reply that nobody waits for any more."""

    def __init__(self, nc: Client, department: str, late: Late) -> None:
        self._nc = nc
        self._subject = f"department.{department}.query.v1"
        self._notices = f"department.{department}.notice.v1"
        self._late = late
        self._inbox = nc.new_inbox()
        self._waiting: dict[str, asyncio.Future[bytes]] = {}
        self._started = False
        self._taking: set[asyncio.Task[None]] = set()

    @property
    def address(self) -> str:
        return self._subject

    async def ask(self, sent: Sent, timeout: float) -> bytes:
        if not self._started:
            self._started = True
            await self._nc.subscribe(f"{self._inbox}.*", cb=self._reply, pending_bytes_limit=MOST_UNREAD)
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(Unreachable),
            # An attempt that used up the time is not made again: the department is working on it.
            stop=stop_after_attempt(2) | stop_after_delay(timeout / 2),
            wait=wait_random_exponential(multiplier=0.05, max=0.3),
            reraise=True,
        )
        deadline = asyncio.get_running_loop().time() + timeout
        async for attempt in retrying:
            with attempt:
                return await self._once(sent, deadline)
        raise AssertionError("tenacity reraises")

    async def _once(self, sent: Sent, deadline: float) -> bytes:
        loop = asyncio.get_running_loop()
        token = sent.question.question_id
        reply = self._waiting.setdefault(token, loop.create_future())
        headers = {SIGNATURE_HEADER: sent.signature} if sent.signature else {}
        if trace := traceparent_now():
            headers["traceparent"] = trace
        try:
            await self._nc.publish(self._subject, sent.body, reply=f"{self._inbox}.{token}", headers=headers or None)
            return await asyncio.wait_for(asyncio.shield(reply), max(0.05, deadline - loop.time()))
        except TimeoutError:
            raise Unreachable("no answer in time", "slow") from None
        except nats.errors.Error as error:
            raise Unreachable(type(error).__name__) from None
        finally:
            if self._waiting.get(token) is reply:
                del self._waiting[token]

    async def tell(self, notice: DepartmentNotice) -> None:
        with suppress(nats.errors.Error):
            await self._nc.publish(self._notices, notice.model_dump_json().encode())

    async def _reply(self, message: Msg) -> None:
        token = message.subject.rsplit(".", 1)[1]
        waiting = self._waiting.pop(token, None)
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
        if waiting is None or waiting.done():
            if isinstance(outcome, bytes) and len(self._taking) < MOST_LATE:
                # Not awaited here: the replies that are waited for must not queue behind a disk.
                task = asyncio.create_task(self._late(outcome))
                self._taking.add(task)
                task.add_done_callback(self._taking.discard)
        elif isinstance(outcome, bytes):
            waiting.set_result(outcome)
        else:
            waiting.set_exception(outcome)

    async def close(self) -> None:
        for waiting in self._waiting.values():
            waiting.cancel()
        if self._taking:
            await asyncio.wait(self._taking, timeout=2)
