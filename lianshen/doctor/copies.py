"""The nodes of a cluster: which is away or behind, and which streams have fewer copies than they should."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from nats.aio.client import Client

from chassis.clock import WALL
from chassis.errors import Unavailable
from chassis.log.append_health import GAVE_UP, write_error
from chassis.log.provision import STREAMS
from chassis.log.replicas import Copy, Replicas, replicas_of
from lianshen.doctor.finding import Finding

AWAY = (
    "start its machine or its nats-server again, and it catches up; `lianshen up` does so by itself (its log: "
    "nodes/NAME/logs/nats-server.log). If it never comes back: an empty node of its name is filled by the others, and "
    "under a new name `lianshen cluster remove NAME` takes the old one off the list"
)
BEHIND = "it catches up by itself; if it does not, its log says why. Until then a second loss stops intake"
NO_ROOM = (
    "make room on its disk, or enlarge it, and restart its nats-server: it catches up. `lianshen up` restarts it once "
    "there is room, Kubernetes without being asked. Until then a second loss stops intake"
)
ALONE = "`lianshen provision --replicas 3`"
NO_LEADER = "the nodes choose within ten seconds if two of three are there: look at the findings on nodes, then again"
SILENT = 10.0
"""Seconds without a word from a copy. The server calls one offline only if that one said that it goes."""


async def copies(nc: Client) -> list[Finding]:
    streams = {named["name"]: await _of(nc, named["name"]) for named in STREAMS}
    behind = {copy.node for stream in streams.values() if stream is not None for copy in stream.behind}
    gave_up = {node for node in sorted(behind) if await write_error(nc, node) is not None}
    return about_copies(streams, WALL.now(), gave_up)


async def _of(nc: Client, stream: str) -> Replicas | None:
    try:
        return await replicas_of(nc, stream)
    except (Unavailable, LookupError):
        return None  # that a stream is not there at all was said before


@dataclass(frozen=True)
class Fault:
    """What one stream's leader sees of one copy."""

    stream: str
    copy: Copy

    @property
    def away(self) -> bool:
        return self.copy.offline or self.copy.silent > SILENT


def about_copies(
    streams: Mapping[str, Replicas | None], now: datetime, gave_up: Collection[str] = ()
) -> list[Finding]:
    """Nothing for a server that is alone; else one a node, and what else is wrong. Pure.

    `gave_up` are the nodes that could not write to their disks.
    """
    found = [stream for stream in streams.values() if stream is not None and stream.leader is not None]
    findings = [
        Finding(f"node {name}", False, GAVE_UP, mend=NO_ROOM) if name in gave_up else _node(name, faults, now)
        for name, faults in sorted(_by_node(found).items())
    ]
    if few := [stream.stream for stream in found if len(stream.copies) + 1 < max(stream.wanted, 2)]:
        findings.append(Finding("copies of the log", False, f"too few of {', '.join(few)}", mend=ALONE))
    if (none := [name for name, stream in streams.items() if stream is None]) and findings:
        findings.append(Finding("copies of the log", False, f"nobody leads {', '.join(none)}", mend=NO_LEADER))
    return findings


def _by_node(streams: Iterable[Replicas]) -> dict[str, list[Fault]]:
    nodes: dict[str, list[Fault]] = {}
    for stream in streams:
        assert stream.leader is not None
        nodes.setdefault(stream.leader, [])
        for copy in stream.copies:
            faults = nodes.setdefault(copy.node, [])
            if copy.offline or not copy.current:
                faults.append(Fault(stream.stream, copy))
    return nodes


def _node(name: str, faults: list[Fault], now: datetime) -> Finding:
    what, streams = f"node {name}", ", ".join(fault.stream for fault in faults)
    if not faults:
        return Finding(what, True, "has a current copy of everything")
    if away := [fault.copy.silent for fault in faults if fault.away]:
        since = now - timedelta(seconds=max(away))
        return Finding(what, False, f"is away or hangs; it has no current copy of {streams}", since, mend=AWAY)
    lag = max(fault.copy.lag for fault in faults)
    return Finding(what, False, f"is {lag} operations behind with {streams}", mend=BEHIND)
