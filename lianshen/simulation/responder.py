"""One simulated department on the bus: a NATS service that answers, or misbehaves as its profile says."""

import asyncio
import json
import logging
import os
import sys
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nats
import nats.errors
import nats.micro
from nats.aio.client import Client
from nats.micro.request import Request

from lianshen.simulation.answers import DEPARTMENTS, Answer, NotAQuestion, Question, deferred, read_question
from lianshen.simulation.batch import MOST, questions_in, reply_to
from lianshen.simulation.faults import Fate, Profile, Promises
from lianshen.simulation.our_bans import BUREAU, OurBans, with_ours
from lianshen.simulation.registers import Registers, Reread
from lianshen.simulation.signing import Sign
from lianshen.simulation.tls import cut_what_does_not_close, tls_of

log = logging.getLogger("simulated")
LAST_ANSWERS_WITHIN = 2.0
DRAIN_WITHIN = 3.0


class Gone(Exception):
    """The bus does not take this department, or not any more; its key, most likely."""


class Responder:
    """A department with a connection of its own; `run` plays it until `leave` is called, and then drains."""

    def __init__(
        self,
        name: str,
        registers: Registers | Reread,
        profile: Profile,
        since: float,
        url: str,
        seed_file: Path | None = None,
        sign: Sign | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`since` is the instant, in seconds of the epoch, at which the windows of the profile begin to count."""
        self._name = name
        self._read = registers if isinstance(registers, Reread) else None
        self._registers = registers() if isinstance(registers, Reread) else registers
        self._answer = DEPARTMENTS[name]
        self._profile = profile
        self._since = since
        self._url = url
        self._seed_file = seed_file
        self._sign = sign
        self._clock = clock
        self._promises = Promises()
        self._bans = OurBans()
        self._taken: set[asyncio.Task[None]] = set()
        self._news = asyncio.Event()
        self._leaving = False
        self._refused = False
        self._draining = False
        self._said_ready = False
        self._nc: Client | None = None
        """While it listens."""

    def leave(self) -> None:
        # No cancellation: waits inside the client swallow one now and then (asyncio.wait_for before Python 3.12).
        self._leaving = True
        self._news.set()

    async def run(self) -> None:
        """Dead windows are spent off the bus, the rest on it. Raises Gone."""
        while not self._leaving:
            now = self._elapsed()
            # Of the same instant as the decision: read later, it could lie behind the edge that is waited for.
            change = self._profile.next_change(now)
            if self._profile.is_dead(now):
                self._ready()
                log.info("dead: %s", self._name)
                await self._until(change)
                continue
            if (nc := await self._connect()) is None:
                continue
            try:
                self._nc = nc
                await self._listen(nc)
                await self._until(change)
            except (nats.errors.Error, TimeoutError) as error:
                log.warning("%s: the bus was lost while attaching (%s); once more", self._name, type(error).__name__)
                await asyncio.sleep(0.25)
            finally:
                await self._drain(nc)
                self._nc = None
            self._look_whether_refused()

    async def _connect(self) -> Client | None:
        """Waits for a missing server for as long as it takes, and says so once. None when it is time to leave."""
        told = ""

        async def failed(error: Exception) -> None:
            nonlocal told
            if (what := f"{type(error).__name__} {error}"[:200]) != told:
                log.warning("%s: the bus says: %s", self._name, what)
            told = what
            if "authorization violation" in what.lower():
                # The client itself would go on trying with a key that is not taken.
                self._refuse()

        async def lost() -> None:
            if not self._draining:
                log.warning("%s: the connection to the bus is lost; trying until it is back", self._name)

        async def back() -> None:
            nonlocal told
            told = ""
            log.info("%s: connected to the bus again", self._name)

        async def about_to_stop() -> None:
            # Else this node ends the connection in the middle of an answer.
            if connecting.done() and len(connecting.result().servers) > 1:
                await connecting.result().force_reconnect()

        async def closed() -> None:
            if not self._draining:
                self._refuse()

        self._draining = False
        connecting = asyncio.create_task(
            nats.connect(
                self._url.split(","),
                name=f"simulated {self._name}",
                nkeys_seed_str=self._seed_file.read_text(encoding="utf-8-sig").strip() if self._seed_file else None,
                tls=tls_of(self._url, os.environ.get("LIANSHEN_NATS_CA_FILE")),
                max_reconnect_attempts=-1,
                reconnect_time_wait=0.25,
                ping_interval=2,
                error_cb=failed,
                disconnected_cb=lost,
                reconnected_cb=back,
                closed_cb=closed,
                lame_duck_mode_cb=about_to_stop,
            )
        )
        news = asyncio.create_task(self._news.wait())
        await asyncio.wait({connecting, news}, return_when=asyncio.FIRST_COMPLETED)
        news.cancel()
        if connecting.done():
            nc = connecting.result()
            cut_what_does_not_close(nc)
            return nc
        connecting.cancel()
        self._look_whether_refused()
        return None

    async def _listen(self, nc: Client) -> None:
        service = await nats.micro.add_service(
            nc,
            name=self._name,
            version="1.0.0",
            description=f"simulated {self._name}, answering from a world",
            metadata={"batch": str(MOST)} if self._profile.batch else {},
        )
        await service.add_endpoint(name="query", subject=f"department.{self._name}.query.v1", handler=self._take)
        if self._profile.batch:
            at = f"department.{self._name}.batch.v1"
            await service.add_endpoint(name="batch", subject=at, handler=self._take_batch)
        await nc.flush()
        await nc.flush()  # again: the first ping of nats-py may overtake the subscriptions
        self._ready()

    async def _until(self, change: float) -> None:
        """Until that second since the start has come, the connection is closed, or it is time to leave."""
        # Looked at again: the loop's clock is not the profile's, and wakes a moment before it now and then.
        while not self._news.is_set() and (left := change - self._elapsed()) > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._news.wait()

    def _refuse(self) -> None:
        self._refused = True
        self._news.set()

    def _look_whether_refused(self) -> None:
        if self._refused and not self._leaving:
            raise Gone(f"{self._name}: the bus closed its door for good; look at the seed and at the server's log")

    async def _take(self, request: Request) -> None:
        """Never raises: the services API would send the exception's text, and with it a person, over the bus."""
        if self._profile.is_out(self._elapsed()):
            return
        try:
            question = read_question(request.data)
        except NotAQuestion as fault:
            await self._send(request.respond_error("400", str(fault)))
            return
        fate = self._profile.fate(question["question_id"])
        if (fate.latency or self._name == BUREAU) and not self._draining:
            # Requests of a subscription are handed over one after another: waiting here would hold up the others.
            task = asyncio.create_task(self._reply_after(fate.latency, request, question, fate))
            self._taken.add(task)
            task.add_done_callback(self._taken.discard)
        else:
            await self._reply(request, question, fate)

    async def _reply_after(self, seconds: float, request: Request, question: Question, fate: Fate) -> None:
        await asyncio.sleep(seconds)
        if not self._profile.is_out(self._elapsed()):
            await self._reply(request, question, fate)

    async def _reply(self, request: Request, question: Question, fate: Fate) -> None:
        try:
            body = fate.garbage or self._said(request.data, question, fate, await self._known(question))
        except Exception as error:
            log.error("%s: a question could not be answered (%s)", self._name, type(error).__name__)
            await self._send(request.respond_error("500", "the question could not be answered"))
        else:
            await self._send(request.respond(body))

    async def _take_batch(self, request: Request) -> None:
        """Never raises; in a task of its own, since its answers may take their time."""
        if self._profile.is_out(self._elapsed()):
            return
        try:
            asked = questions_in(request.data)
        except NotAQuestion as fault:
            await self._send(request.respond_error("400", str(fault)))
            return
        task = asyncio.create_task(self._reply_to_batch(request, asked))
        self._taken.add(task)
        task.add_done_callback(self._taken.discard)

    async def _reply_to_batch(self, request: Request, asked: list[bytes]) -> None:
        answers = await asyncio.gather(*map(self._in_batch, asked))
        reply = reply_to(answers, self._name, self._sign)
        if self._nc is None or self._profile.is_out(self._elapsed()):
            return
        too_large = len(reply) > self._nc.max_payload
        await self._send(request.respond_error("413", "too many answers") if too_large else request.respond(reply))

    async def _in_batch(self, asked: bytes) -> str | None:
        """One answer as it stands in the reply to a batch; None where there is none."""
        try:
            question = read_question(asked)
            fate = self._profile.fate(question["question_id"])
            if fate.latency:
                await asyncio.sleep(fate.latency)
            if fate.garbage:
                return fate.garbage.decode("latin-1")
            answer = self._answered(question, fate, await self._known(question))
            return (
                self._sign.claimed(answer, question, asked) if self._sign else json.dumps(answer, ensure_ascii=False)
            )
        except Exception as error:
            log.error("%s: a question could not be answered (%s)", self._name, type(error).__name__)
            return None

    async def _send(self, sending: Coroutine[Any, Any, None]) -> None:
        try:
            await sending
        except (nats.errors.Error, ValueError) as error:
            # The asker gave no reply subject, or the connection is closed: nobody is there to hear it.
            log.warning("%s: an answer could not be sent (%s)", self._name, type(error).__name__)

    async def _known(self, question: Question) -> Registers:
        """The registers of the world as they are now; the housing bureau's with the bans that Lianshen imposed."""
        if self._read is not None:
            self._registers = self._read()
        if self._name != BUREAU or self._nc is None or not question["persons"]:
            return self._registers
        return with_ours(self._registers, await self._bans.of(self._nc, question))

    def _said(self, asked: bytes, question: Question, fate: Fate, registers: Registers) -> bytes:
        answer = self._answered(question, fate, registers)
        return self._sign(answer, question, asked) if self._sign else json.dumps(answer, ensure_ascii=False).encode()

    def _answered(self, question: Question, fate: Fate, registers: Registers) -> Answer:
        answer = None
        if fate.deferred:
            due = self._promises.wait_until(question["question_id"], self._clock(), self._profile.deferred_seconds)
            if due is not None:
                answer = deferred(question, datetime.fromtimestamp(due, UTC).isoformat())
        return answer or self._answer(registers, question)

    def _elapsed(self) -> float:
        return self._clock() - self._since

    def _ready(self) -> None:
        """Once; a department whose profile begins with its death is ready too, or who started it would wait."""
        if not self._said_ready:
            self._said_ready = True
            print(f"ready: {self._name}", file=sys.stderr, flush=True)

    async def _drain(self, nc: Client) -> None:
        """Answers what was taken, takes nothing new, and closes; whatever needs longer is not answered."""
        self._draining = True
        if self._taken:
            _, unanswered = await asyncio.wait(self._taken, timeout=LAST_ANSWERS_WITHIN)
            for task in unanswered:
                task.cancel()
        if nc.is_connected:
            try:
                await asyncio.wait_for(nc.drain(), DRAIN_WITHIN)
            except (nats.errors.Error, TimeoutError) as error:
                log.warning("%s: the bus was lost while draining (%s)", self._name, type(error).__name__)
        if not nc.is_closed:
            await nc.close()
