"""Clients that write the three kinds of appends of the journal to few keys at once, and note what they are told."""

import asyncio
import base64
import json
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import nats.errors
from nats.aio.client import Client

from chassis.errors import Conflict, Unavailable
from chassis.log.journal import STREAM, Claim, Journal
from tests.bus.wire import a_decision, a_known_case, a_notice
from tests.linearizable.history import Operation, Told
from tests.support.families import an_application_number

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
NOTHING = 0, None
Seen = tuple[int, str | None]
"""The newest message of a key: its sequence and whose it is."""


@dataclass(frozen=True)
class Key:
    """What is written in one way: how a token is written where a key is as it was seen, and how it is found again."""

    subject: str
    write: Callable[[Journal, str, int], Awaitable[object]]
    token: Callable[[bytes], str]
    once: bool = False
    """Written where nothing is, whatever was seen."""


def claim() -> Key:
    """A claim: compare-and-set on its one subject; whoever holds it may change."""
    subject = f"claim.test.{an_application_number()}"

    async def write(journal: Journal, token: str, sequence: int) -> None:
        await journal.hold("A-TEST", [Claim(subject, token, sequence)])

    return Key(subject, write, bytes.decode)


def write_once() -> Key:
    """A fact: the first is stored, each later one meets it."""
    application = an_application_number()

    async def write(journal: Journal, token: str, sequence: int) -> None:
        await journal.once(a_notice(application).model_copy(update={"notice_id": token}))

    return Key(f"case.{application}.>", write, lambda body: str(json.loads(body)["notice_id"]), once=True)


def decision() -> Key:
    """A decision: compare-and-set on a whole case."""
    application = an_application_number()

    async def write(journal: Journal, token: str, sequence: int) -> None:
        # An event has a subject of its own by its round and step, of which there are 99 each.
        round, step = divmod(int(token), 99)
        event = a_decision(application).model_copy(update={"round": 1 + round % 99, "step": 1 + step})
        await journal.decide(a_known_case(application, sequence), event.model_copy(update={"answer_by": _day(token)}))

    return Key(f"case.{application}.>", write, lambda body: _token(json.loads(body)["answer_by"]))


def _day(token: str) -> datetime:
    return EPOCH + timedelta(days=int(token))


def _token(day: str) -> str:
    return str((datetime.fromisoformat(day) - EPOCH).days)


KINDS = claim, write_once, decision


async def newest(nc: Client, key: Key) -> Seen:
    """As the stream's leader has it. Raises nats.errors.Error or TimeoutError."""
    asked = json.dumps({"last_by_subj": key.subject}).encode()
    answer = json.loads((await nc.request(f"$JS.API.STREAM.MSG.GET.{STREAM}", asked, timeout=2)).data)
    if "error" not in answer:
        message = answer["message"]
        return message["seq"], key.token(base64.b64decode(message["data"]))
    if answer["error"]["code"] == 404:
        return NOTHING
    raise TimeoutError


@asynccontextmanager
async def clients(connect: Callable[[], Awaitable[Client]], count: int = 8) -> AsyncIterator["Clients"]:
    """So many, each with a connection and a journal of its own."""
    connections = [await connect() for _ in range(count)]
    # A caller who waits this short is left without an answer at every fault.
    writing = [Journal(nc, within=0.3) for nc in connections]
    for journal in writing:
        await journal.start()
    yield Clients(writing, connections)
    for journal in writing:
        await journal.stop()


@dataclass
class Clients:
    """`journals` have a connection each; what they were told stands in `history`."""

    journals: Sequence[Journal]
    clients: Sequence[Client]
    history: list[Operation] = field(default_factory=list)
    _tokens: int = 0

    async def run(self, operations: int, seed: int, keys_at_once: int = 8, on_a_key: int = 60) -> None:
        """So many operations, on fresh keys again and again; then every key is read once more by everybody."""
        left = operations
        while left > 0:
            keys = [kind() for kind in KINDS for _ in range(keys_at_once)]
            here = min(left, on_a_key * len(keys))
            each = -(-here // len(self.journals))
            await asyncio.gather(*(self._client(n, keys, each, seed + left) for n in range(len(self.journals))))
            left -= here
            await asyncio.gather(*(self._read_for_certain(nc, key) for nc in self.clients for key in keys))

    @asynccontextmanager
    async def meanwhile(self, fault: Callable[[], Awaitable[None]], every: int) -> AsyncIterator[list[float]]:
        """A fault for so many operations; yields when there was one."""
        times: list[float] = []

        async def again_and_again() -> None:
            while True:
                await asyncio.sleep(0.05)
                if len(self.history) >= every * (len(times) + 1):
                    times.append(time.monotonic())
                    await fault()

        faults = asyncio.create_task(again_and_again())
        try:
            yield times
            if faults.done():
                await faults
        finally:
            faults.cancel()

    async def _client(self, n: int, keys: Sequence[Key], operations: int, seed: int) -> None:
        chance = random.Random(f"{seed} {n}")
        seen: dict[str, Seen] = {}
        for _ in range(operations):
            key = chance.choice(keys)
            if chance.random() < 0.4:
                seen[key.subject] = await self._read(self.clients[n], key) or seen.get(key.subject, NOTHING)
            else:
                await self._write(self.journals[n], key, seen.get(key.subject, NOTHING))

    async def _write(self, journal: Journal, key: Key, seen: Seen) -> None:
        self._tokens += 1
        token = str(self._tokens)
        expected = None if key.once else seen[1]
        began = time.monotonic()
        try:
            await key.write(journal, token, seen[0])
            told = Told.OK
        except Conflict:
            told = Told.CONFLICT
        except Unavailable:
            told = Told.UNKNOWN
        self.history.append(Operation(key.subject, expected, token, told, began, time.monotonic()))

    async def _read(self, nc: Client, key: Key) -> Seen | None:
        began = time.monotonic()
        try:
            found = await newest(nc, key)
        except (nats.errors.Error, TimeoutError, OSError):
            await asyncio.sleep(0.05)
            return None
        self.history.append(Operation(key.subject, found[1], None, Told.OK, began, time.monotonic()))
        return found

    async def _read_for_certain(self, nc: Client, key: Key) -> None:
        while await self._read(nc, key) is None:
            await asyncio.sleep(0.2)
