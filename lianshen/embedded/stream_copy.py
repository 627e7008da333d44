"""Copies a stream from one account to another with the server's own snapshot: sequences, times, headers, consumers.

Files cannot be moved instead: the name of its account is part of the key that a stream is encrypted with.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_delay, wait_fixed

from chassis.errors import ChassisError
from chassis.log.follow import records
from chassis.log.history import History
from chassis.log.stored import Stored

WITHIN = 60.0
CHUNK = 128 * 1024
_listened_to = AsyncRetrying(
    retry=retry_if_exception_type(nats.errors.NoRespondersError),
    stop=stop_after_delay(5),
    wait=wait_fixed(0.1),
    reraise=True,
)


class NotCopied(ChassisError):
    """The server did not give or take a stream, or what it took is not what was given; the text says which."""


async def api(nc: Client, verb: str, request: dict[str, Any] | None = None) -> dict[str, Any]:
    """One request to JetStream's API. Raises LookupError for what is not there, NotCopied for a refusal."""
    reply = await nc.request(f"$JS.API.{verb}", json.dumps(request).encode() if request else b"", timeout=WITHIN)
    answer: dict[str, Any] = json.loads(reply.data)
    if "error" in answer:
        if answer["error"]["code"] == 404:
            raise LookupError(verb)
        raise NotCopied(f"{verb}: {answer['error'].get('description', 'refused')}")
    return answer


@dataclass(frozen=True)
class Snapshot:
    """A stream as the server gives it: how it is made, and its content in chunks."""

    what: dict[str, Any]
    chunks: AsyncIterator[bytes]


@asynccontextmanager
async def snapshot(source: Client, stream: str, consumers: bool = True) -> AsyncIterator[Snapshot]:
    """Raises LookupError where there is no such stream, NotCopied."""
    inbox = source.new_inbox()
    chunks: asyncio.Queue[Msg] = asyncio.Queue()
    subscription = await source.subscribe(inbox, cb=chunks.put)
    try:
        wanted = {"deliver_subject": inbox, "chunk_size": CHUNK, "no_consumers": not consumers}
        described = await api(source, f"STREAM.SNAPSHOT.{stream}", wanted)
        what = {"config": described["config"], "state": described["state"]}
        yield Snapshot(what, _received(chunks, stream))
    finally:
        await subscription.unsubscribe()


async def give(target: Client, stream: str, taken: Snapshot) -> None:
    """Makes the stream of a snapshot. One of that name is an error; a copy that was cut short may lie there."""
    place = (await api(target, f"STREAM.RESTORE.{stream}", taken.what))["deliver_subject"]
    async for chunk in taken.chunks:
        await _give(target, place, chunk)
    await _give(target, place, b"")


async def copy(source: Client, target: Client, stream: str) -> None:
    """The whole stream, with its consumers."""
    async with snapshot(source, stream) as taken:
        await give(target, stream, taken)


async def _received(chunks: "asyncio.Queue[Msg]", stream: str) -> AsyncIterator[bytes]:
    """Each chunk, acknowledged once it was dealt with; the last message is empty."""
    while True:
        async with asyncio.timeout(WITHIN):
            message = await chunks.get()
        if not message.data:
            status = (message.headers or {}).get("Status", "204")
            if not status.startswith("2"):
                raise NotCopied(f"{stream}: the server ended its snapshot with status {status}")
            return
        yield message.data
        if message.reply:  # the last one has none
            await message.respond(b"")


async def _give(target: Client, subject: str, chunk: bytes) -> None:
    """Raises NotCopied, also where the server listens no more: it ends a restoration that stands still.

    In a cluster the word that its leader listens can come after the leader's own: nobody has the chunk then.
    """
    try:
        reply: Msg = await _listened_to(target.request, subject, chunk, timeout=WITHIN)
    except nats.errors.NoRespondersError:
        raise NotCopied("the server does not take the copy any more; begin it again") from None
    answer = json.loads(reply.data) if reply.data else {}
    if "error" in answer:
        raise NotCopied(f"the server does not take the copy: {answer['error'].get('description', 'refused')}")


async def compare(source: Client, target: Client, stream: str) -> int:
    """How many messages both have, each the same in both. Raises NotCopied at the first that differs or is missing."""
    count, ours, theirs = 0, _messages(source, stream), _messages(target, stream)
    while True:
        one, other = await anext(ours, None), await anext(theirs, None)
        if one is None and other is None:
            return count
        if one is None or other is None or _whole(one) != _whole(other):
            place = (one or other).sequence  # type: ignore[union-attr]
            raise NotCopied(f"{stream}: message {place} is not the same in both accounts")
        count += 1


async def _messages(nc: Client, stream: str) -> AsyncIterator[Stored]:
    history = History(nc, stream)
    await history.start()
    async for stored in records(history, ">"):
        yield stored


def _whole(stored: Stored) -> tuple[object, ...]:
    # What the server adds to a reply tells of the reading, not of the message; but for the time in nanoseconds.
    kept = {key: value for key, value in stored.headers.items() if key == "Nats-Time-Stamp" or key not in REPLY}
    return stored.subject, stored.sequence, kept, stored.body


REPLY = ("Nats-Num-Pending", "Nats-Last-Sequence", "Nats-UpTo-Sequence")
