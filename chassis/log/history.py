"""Reads the log: the whole history of a case in one direct multi-get, or the log's tail in order."""

import asyncio
import itertools
import json
from collections.abc import Mapping
from contextlib import suppress

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from chassis.errors import Stale, Unavailable
from chassis.log.aggregate import CASES, Aggregate, E, S, Versioned
from chassis.log.stored import Stored, recorded, server_time
from chassis.telemetry.metrics import READS
from chassis.timing import TIMING, Timing
from contracts.case.case import Case, Recorded

MOST_AT_ONCE = 1000
"""Messages of one direct get; a multi-get over more than 1,024 subjects is refused altogether."""
TOO_MANY = "413"
LOOK_EVERY = 0.5
"""Seconds between two looks whether the connection was lost meanwhile."""


class History:
    """Direct gets over one inbox that lives as long as the connection."""

    def __init__(self, nc: Client, stream: str, timing: Timing = TIMING) -> None:
        self._nc = nc
        self._within = timing.read_timeout
        self._stream = stream
        self._reads = READS.labels(stream)
        self._inbox = nc.new_inbox()
        self._tokens = itertools.count()
        self._replies: dict[str, asyncio.Queue[Msg]] = {}

    async def start(self) -> None:
        await self._nc.subscribe(f"{self._inbox}.*", cb=self._route)

    async def _route(self, message: Msg) -> None:
        queue = self._replies.get(message.subject.rsplit(".", 1)[1])
        if queue is not None:
            queue.put_nowait(message)

    async def load(self, application: str, at_least: int = 0) -> Case:
        """The case as the log has it. Raises Stale if the read does not show sequence `at_least` yet."""
        return (await self.read(CASES, application, at_least)).state

    async def read(self, aggregate: Aggregate[S, E], id: str, at_least: int = 0) -> Versioned[S]:
        """One stream as the log has it. Raises Stale if the read does not show sequence `at_least` yet."""
        for pause in (0.01, 0.05, 0.2, None):
            found = await self.under(f"{aggregate.stream(id)}.>")
            known = aggregate.fold(id, map(aggregate.recorded, found))
            if known.sequence >= at_least:
                return known
            if pause is not None:
                await asyncio.sleep(pause)
        raise Stale("the read does not show the newest event yet")

    async def of(self, application: str, *tails: str) -> tuple[Recorded, ...]:
        """Every event of one application, or those under these tails, in order; empty where there is none."""
        subjects = (f"case.{application}.{tail}" for tail in tails or (">",))
        return tuple(recorded(stored) for stored in await self.under(*subjects))

    async def under(self, *subjects: str) -> list[Stored]:
        """The last message of every subject under these, in order; each of them was written once."""
        found, more = await self._get({"multi_last": subjects, "batch": MOST_AT_ONCE})
        if more:
            # Every event stands on a subject of its own, so the scan goes on where the multi-get stopped.
            sequence = found[-1].sequence if found else 0
            rest = {one.sequence: one for each in subjects for one in await self._from(sequence, each)}
            found += [rest[each] for each in sorted(rest)]
        return found

    async def _from(self, sequence: int, subjects: str) -> list[Stored]:
        """All messages after a sequence."""
        found: list[Stored] = []
        more = True
        while more:
            page = await self.after(found[-1].sequence if found else sequence, subjects, MOST_AT_ONCE)
            found += page
            more = len(page) == MOST_AT_ONCE
        return found

    async def under_at_once(self, subjects: str) -> list[Stored] | None:
        """The same in one request, whose cost does not grow with the log; None where there are too many."""
        found, more = await self._get({"multi_last": [subjects], "batch": MOST_AT_ONCE})
        return None if more else found

    async def last(self, subject: str) -> Stored | None:
        """The newest message on one subject."""
        found, _ = await self._get({"multi_last": [subject], "batch": 1})
        return found[0] if found else None

    async def after(self, sequence: int, subjects: str, most: int) -> list[Stored]:
        """The next messages after a sequence, in order; fewer than `most` means the end of the log."""
        found: list[Stored] = []
        more = True
        while more and len(found) < most:
            # The server ends a reply at 64 MB, whatever is still to come.
            request = {"seq": sequence + 1, "next_by_subj": subjects, "batch": most - len(found)}
            page, more = await self._get(request)
            if not page:
                break
            found += page
            sequence = page[-1].sequence
        return found

    async def _get(self, request: Mapping[str, object]) -> tuple[list[Stored], bool]:
        """What one direct get returns, and whether there is more of it."""
        token = str(next(self._tokens))
        queue: asyncio.Queue[Msg] = asyncio.Queue()
        self._replies[token] = queue
        self._reads.inc()
        try:
            await self._nc.publish(
                f"$JS.API.DIRECT.GET.{self._stream}",
                json.dumps(request).encode(),
                reply=f"{self._inbox}.{token}",
            )
            found: list[Stored] = []
            loop, connection = asyncio.get_running_loop(), self._nc.stats["reconnects"]
            async with asyncio.timeout(self._within) as limit:
                while True:
                    if queue.empty():
                        # Of each wait: what has come already needs no timer.
                        limit.reschedule(loop.time() + self._within)
                        message = await self._next(queue, connection)
                    else:
                        message = queue.get_nowait()
                    headers = message.headers or {}
                    status = headers.get("Status")
                    if status in (None, "204"):
                        _follows(headers, found)
                    if status is None:
                        found.append(_stored(message, headers))
                    elif status in ("204", "404"):
                        return found, status == "204" and int(headers.get("Nats-Num-Pending", 0)) > 0
                    elif status == TOO_MANY:
                        return [], True
                    else:
                        raise Unavailable(f"the bus cannot read the log now (status {status})")
        except (TimeoutError, nats.errors.Error) as error:
            raise Unavailable("the bus did not answer a read in time") from error
        finally:
            del self._replies[token]

    async def _next(self, queue: asyncio.Queue[Msg], connection: int) -> Msg:
        """Raises Unavailable once another connection is there: what was asked over the one before may be lost."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY):
                    return await queue.get()
            if self._nc.stats["reconnects"] != connection:
                raise Unavailable("the connection to the bus was lost while the log was read")


def _follows(headers: Mapping[str, str], found: list[Stored]) -> None:
    """Every reply names the one before: a connection lost and found again midway leaves a hole, not a short read."""
    if int(headers["Nats-Last-Sequence"]) != (found[-1].sequence if found else 0):
        raise Unavailable("a part of a read was lost on its way")


def _stored(message: Msg, headers: Mapping[str, str]) -> Stored:
    return Stored(
        headers["Nats-Subject"],
        int(headers["Nats-Sequence"]),
        server_time(headers["Nats-Time-Stamp"]),
        headers,
        message.data,
    )
