"""I9 on every copy of a cluster: what each node counts of its own, and each record of it, read by the log's owner.

A direct get says nothing of one copy: the server spreads them over all nodes. A consumer of one replica reads the copy
of the node it sits on (ADR 0032).
"""

import asyncio
import hashlib
import json
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

from chassis.errors import Unavailable
from chassis.log.journal import STREAM
from chassis.log.replicas import SERVER_STATE, replicas_of
from chassis.log.stored import Stored
from evidence.archive.chain import record_bytes

WITHIN = 5.0
CATCHES_UP = 10
"""Looks, a second apart, at a node that has not all that was read: it may be a moment behind."""
TRIES = 60
"""Consumers made until each node has one: the server chooses where."""
BATCH = 500
SECOND = 1_000_000_000


class Digests:
    """What was read of the log once, a digest a record: what each copy is held against."""

    def __init__(self) -> None:
        self._all: list[bytes] = []

    def take(self, stored: Stored) -> None:
        # A sequence that is missing was told by whoever reads; its place stays empty.
        self._all += [b""] * (stored.sequence - 1 - len(self._all))
        stamp = stored.headers.get("Nats-Time-Stamp", "")
        self._all.append(digest(stored.subject, stamp, stored.headers, stored.body))

    def __len__(self) -> int:
        return len(self._all)

    def same(self, sequence: int, found: bytes) -> bool:
        return self._all[sequence - 1] == found


def digest(subject: str, stamp: str, headers: Mapping[str, str], body: bytes) -> bytes:
    return hashlib.sha256(record_bytes(subject, stamp, headers, body)).digest()


async def counted(nc: Client, last: int) -> list[str]:
    """What does not hold of any copy by its own node's count; `last` is the sequence that was read last."""
    found: list[str] = []
    for name in await _nodes(nc):
        state = await _state_with(name, nc, last)
        faults = ["its copy was not counted: the node does not answer"] if state is None else about_state(state, last)
        found += [f"I9 {name}: {what}" for what in faults]
    return found


def about_state(state: Mapping[str, Any], last: int) -> Iterator[str]:
    """What one node counts of its own copy. Pure."""
    if state["first_seq"] > 1:
        yield f"its copy begins at sequence {state['first_seq']}, not 1"
    if state.get("num_deleted") or state.get("lost"):
        yield f"deleted {state.get('num_deleted', 0)}, lost {state.get('lost')}"
    if state["last_seq"] < last:
        yield f"its copy ends at sequence {state['last_seq']}, the log at {last}"
    elif state["messages"] != state["last_seq"]:
        yield f"{state['messages']} messages under {state['last_seq']} sequences"


async def compared(owner: Client, read: Digests) -> list[str]:
    """Every copy, record by record; `owner` may make consumers. What came after the reading is not compared."""
    found: dict[str, str | Another | None] = {}
    for name, consumer in (await _consumers(owner)).items():
        if consumer is None:
            found[name] = "its copy was not read: the server makes no consumer there; is the node away?"
            continue
        try:
            found[name] = await _first_fault(owner, consumer, read)
        except (nats.errors.Error, TimeoutError) as error:
            found[name] = f"its copy cannot be read ({type(error).__name__})"
        finally:
            await _api(owner, f"CONSUMER.DELETE.{STREAM}.{consumer}")
    return [f"I9 {name}: {fault}" for name, fault in blamed(found)]


@dataclass(frozen=True)
class Another:
    """The first record of a copy that is not the one that was read first."""

    sequence: int
    digest: bytes


def blamed(found: Mapping[str, str | Another | None]) -> Iterator[tuple[str, str]]:
    """Which node's copy is at fault, and how. Pure.

    What was read first is one node's copy, too: where more than half have another record at a place, and all the same,
    it is the nodes without a difference there that are at fault.
    """
    differ = Counter(fault for fault in found.values() if isinstance(fault, Another))
    by_most = next((fault for fault, times in differ.items() if times > len(found) / 2), None)
    if None not in found.values():
        by_most = None  # what was read is on no node: each is told
    for name, fault in found.items():
        if isinstance(fault, str):
            yield name, fault
        elif by_most is not None and fault is None:
            others = ", ".join(other for other, one in found.items() if one == by_most)
            yield name, f"sequence {by_most.sequence} is another record here than on {others}"
        elif fault is not None and fault != by_most:
            yield name, f"sequence {fault.sequence} is another record here than where the log was read first"


async def _first_fault(owner: Client, consumer: str, read: Digests) -> str | Another | None:
    sequence = 0
    async for message in _messages(owner, consumer, len(read)):
        at = message.metadata.sequence.stream
        if at != sequence + 1:
            return f"sequences {sequence + 1} to {at - 1} are missing"
        sequence = at
        # Not `timestamp`: a datetime knows no nanoseconds.
        stamp = _stamp(int(message.reply.split(".")[-2]))
        here = digest(message.subject, stamp, message.headers or {}, message.data)
        if not read.same(sequence, here):
            return Another(sequence, here)
    return None if sequence == len(read) else f"its copy ends at sequence {sequence}, the log at {len(read)}"


async def _messages(owner: Client, consumer: str, most: int) -> AsyncIterator[Msg]:
    """The first `most` messages as that consumer's node has them."""
    inbox = await owner.subscribe(owner.new_inbox())
    left, looks = most, CATCHES_UP
    try:
        while left > 0 and looks > 0:
            batch = min(BATCH, left)
            request = json.dumps({"batch": batch, "no_wait": True}).encode()
            await owner.publish(f"$JS.API.CONSUMER.MSG.NEXT.{STREAM}.{consumer}", request, reply=inbox.subject)
            brought = 0
            async for message in _batch(inbox, batch):
                yield message
                brought += 1
            left -= brought
            if brought < batch:
                # A copy that was just made may be called current before it holds anything.
                looks -= 1
                await asyncio.sleep(1)
    finally:
        await inbox.unsubscribe()


async def _batch(inbox: Subscription, most: int) -> AsyncIterator[Msg]:
    """What comes to one request, until the server says that there is no more now."""
    for _ in range(most):
        message = await inbox.next_msg(WITHIN)
        if (message.headers or {}).get("Status"):
            return
        yield message


async def _consumers(owner: Client) -> dict[str, str | None]:
    """A consumer on each node that has a copy; None for a node that got none."""
    found: dict[str, str | None] = dict.fromkeys(await _nodes(owner))
    for _ in range(TRIES):
        if None not in found.values():
            break
        name = f"audit-{secrets.token_hex(6)}"
        node = await _make(owner, name)
        if node in found and found[node] is None:
            found[node] = name
        else:
            await _api(owner, f"CONSUMER.DELETE.{STREAM}.{name}")
    return found


async def _make(owner: Client, name: str) -> str | None:
    """Makes a consumer that its node forgets by itself; returns the node."""
    config: dict[str, Any] = {"name": name, "ack_policy": "none", "deliver_policy": "all", "replay_policy": "instant"}
    config |= {"mem_storage": True, "num_replicas": 1, "inactive_threshold": 60 * SECOND}
    request = {"stream_name": STREAM, "config": config, "action": "create"}
    made = await _api(owner, f"CONSUMER.CREATE.{STREAM}.{name}", request)
    return str(made.get("cluster", {}).get("leader", "")) or None


async def _api(owner: Client, verb: str, request: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """An answer without a word of what was made is no answer: the next try may do better."""
    try:
        reply = await owner.request(f"$JS.API.{verb}", json.dumps(request or {}).encode(), timeout=WITHIN)
    except nats.errors.NoRespondersError:
        raise Unavailable("to read every copy takes an owner of the log: run it as the provisioner") from None
    except (nats.errors.Error, TimeoutError):
        return {}
    return dict(json.loads(reply.data))


async def _nodes(nc: Client) -> list[str]:
    kept = await replicas_of(nc, STREAM)
    return sorted({*(copy.node for copy in kept.copies), *([kept.leader] if kept.leader else [])})


async def _state_with(name: str, nc: Client, last: int) -> dict[str, Any] | None:
    """What a node holds, once it has as much as was read, or after it had its time."""
    state = None
    for _ in range(CATCHES_UP):
        state = await _state(name, nc)
        if state is None or state["last_seq"] >= last:
            break
        await asyncio.sleep(1)
    return state


async def _state(name: str, nc: Client) -> dict[str, Any] | None:
    """Its own count, whoever leads."""
    only = {"server_name": name, "exact_match": True, "accounts": True, "streams": True}
    try:
        reply = await nc.request(SERVER_STATE, json.dumps(only).encode(), timeout=WITHIN)
        accounts = json.loads(reply.data)["data"].get("account_details") or ()
    except (nats.errors.Error, TimeoutError, ValueError, LookupError):
        return None
    streams = (stream for account in accounts for stream in account.get("stream_detail") or ())
    return next((stream["state"] for stream in streams if stream["name"] == STREAM), None)


def _stamp(nanoseconds: int) -> str:
    """As the server writes it with a direct get: without zeros at the end."""
    whole, rest = divmod(nanoseconds, SECOND)
    fraction = f".{rest:09d}".rstrip("0").rstrip(".")
    return f"{datetime.fromtimestamp(whole, UTC):%Y-%m-%dT%H:%M:%S}{fraction}Z"
