"""Makes a stream of given records: each with its own sequence and its own time to the nanosecond (ADR 0031).

No client may choose either. A mirror takes both from what it mirrors: so the stream begins as the mirror of one that
we play, over a leaf node's connection that the server of a restore alone offers, and is made a stream of its own then.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from nats.aio.client import Client
from nats.aio.msg import Msg

from lianshen.backup.kept import Kept
from lianshen.embedded.stream_copy import NotCopied, api

API = "RESTORE.API"
DELIVER = "RESTORE.DELIVER"
ASKED_WITHIN = 30.0
AHEAD = 5000
"""Records that are sent before the server is asked how many it has."""
STALLED = 30.0
FIXED_BY_THE_SERVER = ("Nats-Expected-", "Nats-Batch-")
"""What a mirror leaves out: what the writer of a record told the server about writing it."""


@dataclass(frozen=True)
class LeafPlace:
    """Where a leaf node comes in, and as whom."""

    port: int
    user: str
    password: str


@dataclass
class Leaf:
    """A leaf node's connection, on which messages with any reply subject may be sent."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    listened_to: set[str] = field(default_factory=set)
    """The subjects that the server wants from it."""

    async def answer(self) -> None:
        """Until the connection ends."""
        while line := await self.reader.readline():
            verb, *rest = line.split()
            if verb == b"PING":
                self.writer.write(b"PONG\r\n")
            elif verb == b"LS+":
                self.listened_to.add(rest[0].decode())
            elif verb in (b"LMSG", b"HMSG"):
                await self.reader.readexactly(int(rest[-1]) + 2)

    async def until_listened_to(self, subject: str) -> None:
        """What is sent before that is lost."""
        async with asyncio.timeout(ASKED_WITHIN):
            while subject not in self.listened_to:
                await asyncio.sleep(0.02)


@asynccontextmanager
async def leaf(place: LeafPlace) -> AsyncIterator[Leaf]:
    """One connection; closed at the end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", place.port)
    made = Leaf(reader, writer)
    answering: asyncio.Task[None] | None = None
    try:
        await reader.readline()
        says = {"name": "restore", "server_id": "restore", "headers": True, "user": place.user, "pass": place.password}
        writer.write(f"CONNECT {json.dumps(says)}\r\nPING\r\n".encode())
        answering = asyncio.create_task(made.answer())
        yield made
    finally:
        if answering is not None:
            answering.cancel()
        writer.close()


async def feed(
    nc: Client,
    over: Leaf,
    config: Mapping[str, Any],
    records: Iterator[Kept],
    count: int,
    each: Callable[[int], None] = lambda done: None,
) -> None:
    """The stream `config` with these records, `count` of them. Raises NotCopied, and what `records` raises."""
    name = config["name"]
    asked: asyncio.Queue[Msg] = asyncio.Queue()
    subscription = await nc.subscribe(f"{API}.CONSUMER.CREATE.{name}", cb=asked.put)
    try:
        mirror = {"name": name, "external": {"api": API, "deliver": DELIVER}}
        begun = {key: config[key] for key in ("name", "storage", "retention", "max_age", "allow_direct")}
        await api(nc, f"STREAM.CREATE.{name}", {**begun, "num_replicas": 1, "mirror": mirror})
        consumer, subject = await _taken_up(asked, count)
        await _send(nc, over, name, (consumer, subject), records, count, each)
        if not asked.empty():
            raise NotCopied(f"{name}: the server asked for the records once more; restore again")
        await api(nc, f"STREAM.UPDATE.{name}", {**config, "num_replicas": 1})
    finally:
        await subscription.unsubscribe()


async def _taken_up(asked: "asyncio.Queue[Msg]", count: int) -> tuple[str, str]:
    """The name of the consumer that the mirror wanted made, and where it takes its records."""
    async with asyncio.timeout(ASKED_WITHIN):
        message = await asked.get()
    wanted = json.loads(message.data)
    consumer = wanted["config"]
    nothing = {"consumer_seq": 0, "stream_seq": 0}
    made = {"stream_name": wanted["stream_name"], "name": consumer["name"], "config": consumer}
    counted = {"num_pending": count, "num_ack_pending": 0, "num_redelivered": 0, "num_waiting": 0}
    says = {"type": "io.nats.jetstream.api.v1.consumer_create_response", "created": "2025-01-01T00:00:00Z"}
    await message.respond(json.dumps({**says, **made, **counted, "delivered": nothing, "ack_floor": nothing}).encode())
    return consumer["name"], consumer["deliver_subject"]


async def _send(
    nc: Client,
    over: Leaf,
    stream: str,
    to: tuple[str, str],
    records: Iterator[Kept],
    count: int,
    each: Callable[[int], None],
) -> None:
    await over.until_listened_to(to[1])
    sent = 0
    for kept in records:
        over.writer.write(_message(stream, to, kept, count))
        sent = kept.sequence
        if sent % AHEAD == 0:
            await over.writer.drain()
            await _until_stored(nc, stream, sent - AHEAD)
            each(sent)
    await over.writer.drain()
    await _until_stored(nc, stream, sent)
    if sent != count:
        raise NotCopied(f"{stream}: {sent} of {count} records")


async def _until_stored(nc: Client, stream: str, sequence: int) -> None:
    """Raises NotCopied where nothing goes on."""
    last, loop = -1, asyncio.get_running_loop()
    moved = loop.time()
    while True:
        stored = (await api(nc, f"STREAM.INFO.{stream}"))["state"]["last_seq"]
        if stored >= sequence:
            return
        if stored != last:
            last, moved = stored, loop.time()
        elif loop.time() - moved > STALLED:
            raise NotCopied(f"{stream}: the server takes nothing after record {stored}")
        await asyncio.sleep(0.05)


def _message(stream: str, to: tuple[str, str], kept: Kept, count: int) -> bytes:
    """As the server of a mirrored stream would deliver it."""
    consumer, subject = to
    record, n = kept.record, kept.sequence
    reply = f"$JS.ACK.{stream}.{consumer}.1.{n}.{n}.{nanoseconds(record.stored_at)}.{count - n}@{record.subject}"
    lines = "".join(f"{name}: {value}\r\n" for name, value in record.headers.items())
    if not lines:
        return f"LMSG {subject} {reply} {len(record.body)}\r\n".encode() + record.body + b"\r\n"
    headers = f"NATS/1.0\r\n{lines}\r\n".encode()
    sizes = f"{len(headers)} {len(headers) + len(record.body)}"
    return f"HMSG {subject} {reply} {sizes}\r\n".encode() + headers + record.body + b"\r\n"


def nanoseconds(stamp: str) -> int:
    """A server's time stamp, in nanoseconds since 1970; it leaves zeros at the end out."""
    seconds, _, fraction = stamp.rstrip("Z").partition(".")
    return int(datetime.fromisoformat(f"{seconds}+00:00").timestamp()) * 1_000_000_000 + int(f"{fraction:0<9}")
