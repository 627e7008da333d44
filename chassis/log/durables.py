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
SECOND = 1_000_000_000
NOT_FOUND = (10059, 10014)
"""The server's codes for a stream and for a consumer that it does not know."""

FETCHED: dict[str, Any] = {
    "ack_policy": "explicit",
    "max_deliver": -1,
    "max_ack_pending": 50_000,
}
"""Explicit acknowledgement, tried for ever, backlog without a bound."""


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
    former: str | None = None
    """The durable that read this in versions before: where that one stands, this one begins."""
    is_former: bool = False
    """Read by processes of versions before alone, beside which ours run (ADR 0036)."""

    @property
    def is_read(self) -> bool:
        """Whether a process of this version fetches from it."""
        return self.pushed_to is None and not self.is_former

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


def consumer(durable: Durable, ack_wait: float = ACK_WAIT) -> dict[str, Any]:
    """The configuration of one durable; `ack_wait` in seconds."""
    config: dict[str, Any] = {
        "name": durable.name,
        "durable_name": durable.name,
        "deliver_policy": "all",
        "replay_policy": "instant",
    }
    if durable.pushed_to is None:
        config |= {**FETCHED, "ack_wait": int(ack_wait * SECOND)}
    else:
        config |= {"ack_policy": "none", "deliver_subject": durable.pushed_to}
    filters = list(durable.filters)
    return config | ({"filter_subject": filters[0]} if len(filters) == 1 else {"filter_subjects": filters})


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


def one_a_kind(former: str, *kinds: type[Event]) -> tuple[Durable, ...]:
    """Durables of one kind each, in the place of one that read several: `publicity` → `publicity-determined`.

    The server finds the next message of one pattern at once. Of several it looks through every subject of the log
    first, at each block of 2 MB and for each durable (ADR 0036). So the kinds are read in no order to each other.
    """
    return tuple(Durable(f"{former}-{kind.tail.partition('.')[0]}", (kind,), former=former) for kind in kinds)


def former_of(durables: tuple[Durable, ...]) -> Durable:
    """The one that read all of these in versions before; see `Durable.is_former`."""
    (name,) = {durable.former for durable in durables}
    assert name is not None
    return Durable(name, tuple(kind for durable in durables for kind in durable.to), is_former=True)
