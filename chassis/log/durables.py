"""A durable consumer: which events it reads, and whether the server knows it."""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import nats.errors
from nats.aio.client import Client

from chassis.errors import Drift
from contracts.events import EVENTS, Event

ACK_WAIT = 4.0
"""Seconds until a message of which nobody said a word comes again; whoever works on one says so (ADR 0030)."""
FORMER_ACK_WAIT = 60.0
"""Until nobody said so; the provisioner changes it where nobody chose another."""
NOT_FOUND = (10059, 10014)
"""The server's codes for a stream and for a consumer that it does not know."""


@dataclass(frozen=True)
class Durable:
    """One durable consumer as it is provisioned: its name, and the events it reads."""

    name: str
    to: tuple[type[Event], ...]
    stream: str = "CASES"
    subjects: tuple[str, ...] = ()
    """Only for streams that hold no events of the story."""
    pushed_to: str | None = None
    """Not fetched and acknowledged but pushed to this subject, to whoever listens (chassis/consume/due_index.py)."""

    @property
    def filters(self) -> tuple[str, ...]:
        return self.subjects or tuple(EVENTS.subjects_of(kind) for kind in self.to)

    def wants(self, subject: str) -> bool:
        """Whether this version asked for it: beside a newer one a durable brings more."""
        return any(_fits(pattern, subject) for pattern in self.filters)


@lru_cache(maxsize=4096)
def _fits(pattern: str, subject: str) -> bool:
    asked, there = pattern.split("."), subject.split(".")
    if asked[-1] == ">":
        asked, there = asked[:-1], there[: len(asked) - 1] if len(there) >= len(asked) else []
    return len(asked) == len(there) and all(one in ("*", other) for one, other in zip(asked, there, strict=True))


async def is_there(nc: Client, durable: Durable) -> dict[str, Any] | None:
    """What the server says of a durable; None while it says nothing. Raises Drift where it knows none."""
    try:
        reply = await nc.request(f"$JS.API.CONSUMER.INFO.{durable.stream}.{durable.name}", b"", timeout=2)
    except (nats.errors.Error, TimeoutError):
        return None
    answer: dict[str, Any] = json.loads(reply.data)
    if "error" not in answer:
        return answer
    if answer["error"].get("err_code") in NOT_FOUND:
        raise Drift(f"durable {durable.name} is not there; run `lianshen provision`, then start again")
    return None
