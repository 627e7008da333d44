"""Owns streams and consumers: the one place that makes or changes them. Idempotent; `--dry-run` shows the difference.

Services never declare anything; they compare and stop with a clear message on drift.
"""

import asyncio
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from chassis.errors import Drift, Unavailable
from chassis.log.append_health import STREAM as PROBE
from chassis.log.durables import ACK_WAIT, FORMER_ACK_WAIT, NOT_FOUND, SECOND, Durable, consumer
from chassis.log.replicas import LOG, until_whole
from chassis.log.store_version import METADATA, STAMPED, refuse_other
from contracts.log_subjects import LOG_SUBJECTS

OLDEST_SERVER = (2, 15, 1)
CURRENT_WITHIN = 300.0
"""Seconds that new copies of the streams may take to be the same as the first."""
FILTERS = frozenset({"filter_subject", "filter_subjects"})
BEGINNING = ("deliver_policy", "opt_start_seq")
ANSWERS_WITHIN = 10.0
READS = 5
"""Seconds for an answer of JetStream's API, and how often a read is sent within them."""
PAUSES = (0.5, 1.5)
"""Seconds before a change that was refused is tried again."""

STREAMS: tuple[dict[str, Any], ...] = (
    {
        "name": "CASES",
        "description": "The system of record: every event, who holds which claim, who may be believed",
        "subjects": list(LOG_SUBJECTS),
        "storage": "file",
        "retention": "limits",
        "discard": "new",
        "max_age": 0,
        "deny_delete": True,
        "deny_purge": True,
        "allow_atomic": True,
        "allow_direct": True,
        "metadata": STAMPED,
    },
    {
        "name": "LOOKS",
        "description": "Who looked at whose data, when and why: one message a person, case, reason and hour",
        "subjects": ["look.>"],
        "storage": "file",
        "retention": "limits",
        "discard": "new",
        "max_age": 0,
        "deny_delete": True,
        "deny_purge": True,
        "allow_direct": True,
    },
    {
        "name": "OBJECTORS",
        "description": "Who objected, sealed to a key that no service has; no part of the record, and erased",
        "subjects": ["objector.*.*"],
        "storage": "file",
        "retention": "limits",
        "max_msgs_per_subject": 1,
        "allow_direct": True,
    },
    {
        "name": "TIMERS",
        "description": "An alarm clock for publicity; the due instants themselves stand in CASES",
        "subjects": ["timer.>"],
        "storage": "file",
        "retention": "limits",
        "max_age": 40 * 24 * 3600 * SECOND,
        "allow_msg_schedules": True,
        "persist_mode": "async",
        "allow_direct": True,
    },
    {
        "name": "DEAD",
        "description": "Pointers to messages that could never be handled",
        "subjects": ["dead.>"],
        "storage": "file",
        "retention": "limits",
        "max_msgs_per_subject": 5,
        "allow_direct": True,
    },
    {
        "name": PROBE,
        "description": "Proves that the disk takes an append; one message a process, can be lost",
        "subjects": ["probe.>"],
        "storage": "file",
        "retention": "limits",
        "max_msgs_per_subject": 1,
    },
    {
        "name": "CHECKPOINTS",
        "description": "Where each index of open cases has read to; can be lost",
        "subjects": ["checkpoint.>"],
        "storage": "file",
        "persist_mode": "async",
        "retention": "limits",
        "max_msgs_per_subject": 1,
        "allow_direct": True,
    },
    {
        "name": "SPANS",
        "description": "Spans for showing traces with nothing else installed, and hops of the server; can be lost",
        "subjects": ["telemetry.spans", "telemetry.hops"],
        "storage": "memory",
        "retention": "limits",
        "discard": "old",
        "max_bytes": 64 * 1024 * 1024,
        "max_age": 24 * 3600 * SECOND,
        "allow_direct": True,
    },
)


def stream(config: Mapping[str, Any], replicas: int) -> dict[str, Any]:
    """The configuration of one stream. What can be lost need not wait for the disk, but replicas always do."""
    kept = {key: value for key, value in config.items() if replicas == 1 or key != "persist_mode"}
    return {**kept, "num_replicas": replicas}


@dataclass(frozen=True)
class Change:
    """One difference between what is wanted and what is there."""

    what: str
    name: str
    differences: Mapping[str, tuple[Any, Any]]

    def __str__(self) -> str:
        if not self.differences:
            return f"create {self.what} {self.name}"
        parts = ", ".join(f"{key}: {was!r} → {now!r}" for key, (was, now) in self.differences.items())
        return f"update {self.what} {self.name} ({parts})"


def check_server(nc: Client) -> None:
    """Raises Drift for a server that had faults with atomic batches (before 2.15.1)."""
    version = nc.connected_server_version
    if (version.major, version.minor, version.patch) < OLDEST_SERVER:
        wanted = ".".join(str(part) for part in OLDEST_SERVER)
        found = f"{version.major}.{version.minor}.{version.patch}"
        raise Drift(f"the bus runs nats-server {found}; Lianshen needs {wanted} or later")


class NobodyThere(Unavailable):
    """Nobody answers for JetStream here: it is switched off, or this user's account does not reach it."""


async def _api(nc: Client, subject: str, request: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """One request to JetStream's API.

    Raises LookupError for what the server does not know, Drift for a change that it refuses, and Unavailable for all
    else: "temporarily unavailable" (503) says nothing of what is there.
    """
    try:
        reply = await _reply(nc, f"$JS.API.{subject}", request)
    except nats.errors.NoRespondersError:
        raise NobodyThere(
            "the bus does not answer (NoRespondersError); is this the seed of whoever runs here?"
        ) from None
    except Exception as silence:
        raise Unavailable(f"the bus does not answer ({type(silence).__name__})") from None
    answer: dict[str, Any] = json.loads(reply.data)
    if "error" not in answer:
        return answer
    error = answer["error"]
    if error.get("err_code") in NOT_FOUND:
        raise LookupError(subject)
    words = f"{subject}: {error.get('description', 'refused')}"
    if request is None or error.get("code", 503) >= 500:
        raise Unavailable(words)
    raise Drift(words)


async def _reply(nc: Client, subject: str, request: Mapping[str, Any] | None) -> Msg:
    """A read is sent again: what has no leader gives no answer, and its next leader none to what was asked before."""
    if request is not None:
        return await nc.request(subject, json.dumps(request).encode(), timeout=ANSWERS_WITHIN)
    for _ in range(READS - 1):
        with suppress(TimeoutError):
            return await nc.request(subject, b"", timeout=ANSWERS_WITHIN / READS)
    return await nc.request(subject, b"", timeout=ANSWERS_WITHIN / READS)


async def _change(nc: Client, subject: str, request: Mapping[str, Any]) -> None:
    """Makes or changes a stream or consumer.

    A stream that is changing its replicas may refuse a consumer once, and take it a second later.
    """
    for pause in (*PAUSES, None):
        try:
            await _api(nc, subject, request)
            return
        except (Drift, Unavailable):
            if pause is None:
                raise
            await asyncio.sleep(pause)


async def stream_config(nc: Client, name: str) -> dict[str, Any]:
    """How a stream is made, without the server's own metadata. Raises LookupError, Unusable, Drift or Unavailable."""
    config: dict[str, Any] = (await _api(nc, f"STREAM.INFO.{name}"))["config"]
    metadata = config.pop("metadata", {})
    refuse_other(metadata)
    if METADATA in metadata:
        config["metadata"] = {METADATA: metadata[METADATA]}
    return config


def _differences(wanted: Mapping[str, Any], actual: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    missing = {"max_age": 0, "discard": "old"}
    return {
        key: (actual.get(key, missing.get(key)), value)
        for key, value in wanted.items()
        if actual.get(key, missing.get(key)) != value and not (value in (False, 0) and key not in actual)
    }


async def provision(
    nc: Client,
    durables: Iterable[Durable],
    replicas: int | None = None,
    dry_run: bool = False,
    lower: bool = False,
    ack_wait: float | None = None,
) -> list[Change]:
    """Makes streams and consumers what they should be; returns what was (or would be) done.

    Without `replicas` each stream keeps as many as it has, and a new one gets as many as the log. Without `ack_wait`,
    the seconds after which an unacknowledged message comes again, each durable keeps its own. Asked for several
    replicas it returns once each is current; raises Unavailable where that lasts too long. Raises Drift, before
    anything is changed, where that would be fewer than there are and `lower` does not ask for it, or more than some
    stream can be given.
    """
    check_server(nc)
    there = {named["name"]: await _config(nc, named["name"]) for named in STREAMS}
    most = max(have.get("num_replicas", 1) for have in there.values())
    if replicas is not None and replicas < most and not lower:
        raise Drift(
            f"there are {most} replicas, and {replicas} would be fewer copies of the record: leave --replicas out to"
            " keep them, or ask for it with --lower-replicas"
        )
    if replicas is not None and (stay := _of_one_copy(there, replicas)):
        raise Drift(
            f"{' and '.join(stay)} were made for one copy, and the server gives them no more: `lianshen cluster grow`"
            " makes three of one on one machine; elsewhere stop the system, delete these streams and provision again:"
            " what they hold is made anew from the log"
        )
    changes: list[Change] = []
    for named in STREAMS:
        name, actual = named["name"], there[named["name"]]
        wanted = stream(named, replicas or actual.get("num_replicas") or _as_the_log(there))
        if not actual:
            changes.append(Change("stream", name, {}))
            if not dry_run:
                await _change(nc, f"STREAM.CREATE.{name}", wanted)
            continue
        # Chosen when a stream is made; the server changes it no more.
        wanted.pop("persist_mode", None)
        if differences := _differences(wanted, actual):
            changes.append(Change("stream", name, differences))
            if not dry_run:
                await _change(nc, f"STREAM.UPDATE.{name}", {**actual, **wanted})
    for durable in durables:
        wanted, change = await _difference_of(nc, durable, ack_wait, anew=True)
        if change is not None:
            changes.append(change)
            if not dry_run:
                beginning = {} if change.differences else await _beginning(nc, durable)
                request = {"stream_name": durable.stream, "config": wanted | beginning, "action": ""}
                await _change(nc, f"CONSUMER.CREATE.{durable.stream}.{durable.name}", request)
    if replicas is not None and replicas > 1 and not dry_run:
        await until_whole(nc, (named["name"] for named in STREAMS), CURRENT_WITHIN)
    return changes


async def remake_memory_streams(nc: Client, dry_run: bool = False) -> list[Change]:
    """Makes again what a server forgets when it is restarted, and nothing else; returns what was (or would be) made.

    Raises Drift where the log itself is missing: whoever makes that anew hides that it is lost.
    """
    check_server(nc)
    there = {named["name"]: await _config(nc, named["name"]) for named in STREAMS}
    if not there[LOG]:
        raise Drift(f"the bus has no stream {LOG}: was its store lost? `lianshen provision` would begin an empty one")
    missing = [named for named in STREAMS if named["storage"] == "memory" and not there[named["name"]]]
    for named in missing if not dry_run else ():
        await _change(nc, f"STREAM.CREATE.{named['name']}", stream(named, _as_the_log(there)))
    return [Change("stream", named["name"], {}) for named in missing]


async def _config(nc: Client, name: str) -> dict[str, Any]:
    """A stream's configuration; empty where there is no such stream."""
    try:
        return await stream_config(nc, name)
    except LookupError:
        return {}


def _of_one_copy(there: Mapping[str, Mapping[str, Any]], replicas: int) -> list[str]:
    """Streams that need not wait for the disk: the server makes no replicated ones of them."""
    more = {name: have for name, have in there.items() if have.get("num_replicas", replicas) < replicas}
    return [name for name, have in more.items() if have.get("persist_mode") == "async"]


def _as_the_log(there: Mapping[str, Mapping[str, Any]]) -> int:
    return int(there[LOG].get("num_replicas") or 1)


async def _difference_of(
    nc: Client, durable: Durable, ack_wait: float | None = None, anew: bool = False
) -> tuple[dict[str, Any], Change | None]:
    """How a durable should be, and what of that it is not. Its ack wait is the operator's choice.

    `anew`: one that stands at what was usual before is given what is usual now; to services, both are right.
    """
    try:
        actual = (await _api(nc, f"CONSUMER.INFO.{durable.stream}.{durable.name}"))["config"]
    except LookupError:
        return consumer(durable, ack_wait or ACK_WAIT), Change("consumer", durable.name, {})
    kept = actual.get("ack_wait", 0) / SECOND
    wanted = consumer(durable, ack_wait or (ACK_WAIT if anew and kept == FORMER_ACK_WAIT else kept))
    if durable.former is not None:
        # Where it began depends on the log that it was made for, and is changed no more.
        wanted |= {key: actual[key] for key in BEGINNING if key in actual}
    differences = _differences(wanted, actual)
    if differences.keys() & FILTERS:
        # One filter has a name of its own: what is brought, and what is wanted, is compared as a list.
        differences = {key: value for key, value in differences.items() if key not in FILTERS}
        differences["filter_subjects"] = _filters(actual), _filters(wanted)
    return wanted, Change("consumer", durable.name, differences) if differences else None


async def _beginning(nc: Client, durable: Durable) -> dict[str, Any]:
    """Where a durable that is made anew begins: after what its former one has acknowledged, else at the first."""
    try:
        stands = await _api(nc, f"CONSUMER.INFO.{durable.stream}.{durable.former}") if durable.former else {}
    except LookupError:
        stands = {}
    floor = stands.get("ack_floor", {}).get("stream_seq", 0)
    return {"deliver_policy": "by_start_sequence", "opt_start_seq": floor + 1} if floor else {}


def _filters(config: Mapping[str, Any]) -> list[str]:
    return list(config.get("filter_subjects") or [config["filter_subject"]] * bool(config.get("filter_subject")))


async def _difference_of_stream(nc: Client, name: str) -> Change | None:
    """How many replicas there are is the operator's choice."""
    wanted = next(named for named in STREAMS if named["name"] == name)
    try:
        actual = await stream_config(nc, name)
    except LookupError:
        return Change("stream", name, {})
    differences = _differences({key: value for key, value in wanted.items() if key != "persist_mode"}, actual)
    return Change("stream", name, differences) if differences else None


def reads_more(change: Change) -> bool:
    """Whether a durable brings all that is wanted and more: of a newer version, which runs beside this one. Pure."""
    if change.what != "consumer" or change.differences.keys() != {"filter_subjects"}:
        return False
    was, wanted = change.differences["filter_subjects"]
    return set(wanted) < set(was or ())


async def check(nc: Client, durables: Iterable[Durable], streams: Iterable[str] = ()) -> None:
    """What a service does at start, and now and then: raises Drift where something is not as provisioned.

    A durable that brings more than is wanted is none: what it brings besides is given back (chassis/consume).
    """
    check_server(nc)
    for name in streams:
        if change := await _difference_of_stream(nc, name):
            raise Drift(f"not as provisioned: {change}; run `lianshen provision`, then start again")
    for durable in durables:
        _, change = await _difference_of(nc, durable)
        if change is not None and not reads_more(change):
            raise Drift(f"not as provisioned: {change}; run `lianshen provision`, then start again")
