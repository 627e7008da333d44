"""A lease in the store: who runs on it, and until when nobody else may. So a copy started beside its original is seen.

A copy carries the lease of its original. What it cannot see: a copy older than the span, one at the same path of a
machine of the same name (a cloned machine), and a log that was restored (`lianshen restore` takes no lease along).
"""

import asyncio
import base64
import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import nats.errors
from nats.aio.client import Client

from chassis.clock import WALL, Clock
from chassis.errors import Unavailable
from chassis.log.append_health import STREAM, subject_of

SUBJECT = subject_of("lease")
EVERY = 60.0
SPAN = timedelta(minutes=10)
"""A lease that was not renewed for so long binds nobody."""
WITHIN = 5.0


@dataclass(frozen=True)
class Lease:
    """`place` names machine and folder; `at` is when it was last renewed."""

    place: str
    at: datetime

    def refusal(self, place: str, now: datetime) -> str | None:
        """Why a system at `place` may not be started now; None where it may. Pure."""
        age = now - self.at
        if place == self.place or age > SPAN:
            return None
        ago, span = max(0, int(age.total_seconds())), int(SPAN.total_seconds() / 60)
        return (
            f"this log was in use at another place ({self.place}) {ago} s ago: it is a copy, or it was moved while it"
            " ran. Two systems with one set of keys decide and tell everything twice. Stop the other"
            f" one and wait {span} minutes; if it is gone for good, start with --this-is-the-only-one"
        )


async def read_lease(nc: Client) -> Lease | None:
    """The one in this store; None where there is none, or it was given up. Raises Unavailable."""
    asked = json.dumps({"last_by_subj": SUBJECT}).encode()
    reply = await nc.request(f"$JS.API.STREAM.MSG.GET.{STREAM}", asked, timeout=WITHIN)
    answer = json.loads(reply.data)
    if "error" in answer:
        if answer["error"].get("code") != 404:
            raise Unavailable(f"the bus cannot say who runs here ({answer['error'].get('description', 'refused')})")
        return None
    said = json.loads(base64.b64decode(answer["message"].get("data", "")) or b"{}")
    return Lease(str(said["place"]), datetime.fromisoformat(said["at"])) if said.get("place") else None


async def take_lease(nc: Client, place: str, now: datetime) -> None:
    await nc.request(SUBJECT, json.dumps({"place": place, "at": now.isoformat()}).encode(), timeout=WITHIN)


async def give_up_lease(nc: Client) -> None:
    """After a clean end, the store may be moved or copied and started anywhere."""
    await nc.request(SUBJECT, b"{}", timeout=WITHIN)


async def keep_lease(nc: Client, place: str, clock: Clock = WALL, every: float = EVERY) -> None:
    """Until cancelled. A bus that is away is no reason to end: nobody else can take the lease there either."""
    while True:
        await asyncio.sleep(every)
        with suppress(nats.errors.Error, TimeoutError, OSError):
            await take_lease(nc, place, clock.now())
