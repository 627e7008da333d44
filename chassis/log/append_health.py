"""Whether the log takes an append, proven by appends: neither a connection nor a read says anything of the disk.

Every process writes now and then on a subject of its own, in a stream of its own on the same disk; only where it
appended nothing else meanwhile. One error while writing closes a stream until its server is restarted, whatever room
there is then; a node of a cluster gives up its whole store, and the others go on. The server itself says so where it
is asked for its health.
"""

import asyncio
import json
import time
from dataclasses import dataclass

import nats.errors
from nats.aio.client import Client

from chassis.errors import Unavailable
from chassis.log.replicas import LOG, replicas_of

STREAM = "PROBE"
SERVER_HEALTH = "$SYS.REQ.SERVER.PING.HEALTHZ"
EVERY = 60.0
WHILE_IT_FAILS = 3.0
WITHIN = 4.0
SWITCHED_OFF = "JetStream not enabled"
"""The server's words of itself, where it was a node of a cluster and an error on its disk ended its JetStream."""

DISK_FULL = "disk full, the bus must be restarted once there is room"
WRITE_ERROR = "the bus had an error while it wrote, and takes nothing until it is restarted"
GAVE_UP = "a node of the bus could not write, its disk may be full: it keeps no copy until it is restarted with room"
NOT_ACKNOWLEDGED = "the bus acknowledges no append"
TRIAL = bytes(16 * 1024)
"""More than what is left of a block of a disk that is full: an empty message would still fit in there."""
NO_STREAM = (
    "nobody takes a trial append: `lianshen provision` makes its stream, and the bus has to know the accounts of today"
)


def subject_of(process: str) -> str:
    """Where a process tries."""
    return f"probe.{process}"


@dataclass
class Appends:
    """What became of the newest append of a process: `fault` says why it failed, None where it was stored."""

    fault: str | None = None
    stored_at: float = float("-inf")
    """On the monotonic clock."""
    failures: int = 0

    @property
    def closed(self) -> bool:
        """Whether nothing is stored before the bus was restarted, however long one waits."""
        return self.fault in (DISK_FULL, WRITE_ERROR)

    def stored(self) -> None:
        self.fault, self.stored_at = None, time.monotonic()

    def failed(self, why: str = NOT_ACKNOWLEDGED) -> None:
        """Keeps what is known already: whoever appends knows less of the reason than the server."""
        self.fault = self.fault or why
        self.failures += 1


class AppendProbe:
    """Proves that the log takes an append: every minute, and every few seconds while the last one failed."""

    def __init__(
        self, nc: Client, process: str, appends: Appends, every: float = EVERY, while_it_fails: float = WHILE_IT_FAILS
    ) -> None:
        self._nc = nc
        self._process = process
        self._appends = appends
        self._every = every
        self._while_it_fails = while_it_fails

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            # A lost connection is said elsewhere, and what is written into it waits for its return.
            if self._nc.is_connected and self._is_due():
                await self._look()
            await asyncio.sleep(min(self._while_it_fails, self._every))

    def _is_due(self) -> bool:
        appends = self._appends
        return appends.fault is not None or time.monotonic() - appends.stored_at >= self._every

    async def _look(self) -> None:
        failures = self._appends.failures
        fault = await try_append(self._nc, self._process)
        if fault is not None:
            self._appends.fault = fault
        elif self._appends.failures == failures:
            self._appends.stored()


async def try_append(nc: Client, process: str) -> str | None:
    """One append on the process's own subject; None where it is on disk and the server had no error before.

    Of a cluster the one that leads the log is asked: a node that gave up stops nobody.
    """
    leader = await _leader(nc)
    fault = await write_error(nc, leader)
    if fault is None:
        fault = await _append(nc, subject_of(process))
        if fault == NOT_ACKNOWLEDGED:
            # This very append may be the one that found the disk full.
            fault = await write_error(nc, leader) or fault
    return fault


async def _leader(nc: Client) -> str | None:
    """None where a server is alone, or nobody leads: whichever answers first is asked then."""
    try:
        return (await replicas_of(nc, LOG)).leader
    except (Unavailable, LookupError):
        return None


async def write_error(nc: Client, server: str | None = None) -> str | None:
    """What a server says of its own writing, of several the one of this name; None if all is well, or it is mute."""
    of = json.dumps({"server_name": server, "exact_match": True}).encode() if server else b""
    try:
        reply = await nc.request(SERVER_HEALTH, of, timeout=WITHIN)
        said = str(json.loads(reply.data)["data"].get("error", ""))
    except (nats.errors.Error, TimeoutError, OSError, ValueError, LookupError):
        return None
    if SWITCHED_OFF in said:
        return GAVE_UP
    if "write error" not in said:
        return None
    return DISK_FULL if "no space left" in said else WRITE_ERROR


async def _append(nc: Client, subject: str) -> str | None:
    try:
        reply = await nc.request(subject, TRIAL, timeout=WITHIN)
        error = json.loads(reply.data).get("error")
    except nats.errors.NoRespondersError:
        return NO_STREAM
    except (nats.errors.Error, TimeoutError, OSError, ValueError):
        return NOT_ACKNOWLEDGED
    return f"the bus takes no append: {error.get('description', 'refused')}" if error else None
