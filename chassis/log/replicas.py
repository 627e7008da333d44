"""The copies of a stream in a cluster, as its leader sees them: who is current, who lags, who is away."""

import asyncio
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import nats.errors
from nats.aio.client import Client

from chassis.errors import Unavailable

LOG = "CASES"
SERVER_STATE = "$SYS.REQ.SERVER.PING.JSZ"
"""Where a server is asked what it holds itself; with a name in the request, one of several."""
WITHIN = 2.0
LOOK_EVERY = 0.2


@dataclass(frozen=True)
class Copy:
    """One that follows the leader. `lag` in messages or operations, `silent` in seconds."""

    node: str
    current: bool
    offline: bool
    lag: int
    silent: float


@dataclass(frozen=True)
class Replicas:
    """Of one stream: how many were asked for, who leads, who follows."""

    stream: str
    wanted: int
    leader: str | None
    copies: tuple[Copy, ...]

    @property
    def behind(self) -> tuple[Copy, ...]:
        return tuple(copy for copy in self.copies if copy.offline or not copy.current)

    @property
    def whole(self) -> bool:
        """Whether the record stands in full on as many nodes as were asked for."""
        all_there = self.leader is not None and len(self.copies) + 1 == self.wanted
        return self.wanted == 1 or (all_there and not self.behind)


def replicas_in(info: dict[str, Any]) -> Replicas:
    """What a stream's own description says of its copies. Pure."""
    config, cluster = info["config"], info.get("cluster", {})
    copies = tuple(
        Copy(
            one["name"],
            one.get("current", False),
            one.get("offline", False),
            one.get("lag", 0),
            one.get("active", 0) / 1e9,
        )
        for one in cluster.get("replicas") or ()
    )
    # A server that is alone calls itself the leader, too, and names no cluster.
    leader = cluster.get("leader") if "name" in cluster else None
    return Replicas(config["name"], config["num_replicas"], leader or None, copies)


async def replicas_of(nc: Client, stream: str) -> Replicas:
    """Raises Unavailable where the bus does not say, as it does without a leader, and LookupError."""
    try:
        reply = await nc.request(f"$JS.API.STREAM.INFO.{stream}", b"", timeout=WITHIN)
    except (nats.errors.Error, TimeoutError) as error:
        raise Unavailable(f"the bus does not say how {stream} is kept ({type(error).__name__})") from error
    found = json.loads(reply.data)
    if "error" not in found:
        return replicas_in(found)
    if found["error"].get("code") == 404:
        raise LookupError(stream)
    raise Unavailable(f"the bus does not say how {stream} is kept ({found['error'].get('description', 'refused')})")


async def until_whole(nc: Client, streams: Iterable[str], within: float) -> None:
    """Waits until every copy of these streams is current. Raises Unavailable, saying which are not."""
    deadline = time.monotonic() + within
    for stream in streams:
        while not (found := await _or_none(nc, stream)) or not found.whole:
            if time.monotonic() > deadline:
                raise Unavailable(f"not every copy of {stream} is current after {within:.0f} s: {_words(found)}")
            await asyncio.sleep(LOOK_EVERY)


async def until_led(nc: Client, stream: str, within: float) -> None:
    """Waits until the bus says of a stream that somebody leads it, or that there is none. Raises Unavailable."""
    deadline = time.monotonic() + within
    while True:
        try:
            await replicas_of(nc, stream)
            return
        except LookupError:
            return
        except Unavailable:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(LOOK_EVERY)


async def _or_none(nc: Client, stream: str) -> Replicas | None:
    try:
        return await replicas_of(nc, stream)
    except Unavailable:
        return None


def _words(found: Replicas | None) -> str:
    if found is None:
        return "the bus does not answer"
    if missing := found.wanted - len(found.copies) - 1:
        return f"{missing} of {found.wanted} are missing"
    return ", ".join(f"{copy.node} {'is away' if copy.offline else f'is {copy.lag} behind'}" for copy in found.behind)
