"""One message of the log as it is stored, and the event in it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

from chassis.errors import ChassisError
from contracts.case.case import Recorded
from contracts.events import EVENTS
from contracts.events.registry import Registry, Writable

E = TypeVar("E", bound=Writable)


class Unreadable(ChassisError):
    """A stored message is no event of the story, or its body does not fit."""


@dataclass(frozen=True)
class Stored:
    """One message of a stream as a direct get returns it."""

    subject: str
    sequence: int
    at: datetime
    headers: Mapping[str, str]
    body: bytes

    @property
    def happened_at(self) -> datetime:
        """As its event says; the server's time where its headers do not."""
        said = self.headers.get("ce-time")
        return datetime.fromisoformat(said) if said else self.at


def recorded(stored: Stored) -> Recorded:
    """The event of a case in a stored message. Raises Unreadable."""
    return read_record(EVENTS, stored)


def read_record(registry: Registry[E], stored: Stored) -> Recorded[E]:
    """The event in a stored message. Raises Unreadable without the body, which holds personal data."""
    try:
        event: E = _event(registry, stored.headers.get("ce-type", ""), stored.body)
    except (LookupError, ValueError) as error:
        raise Unreadable(f"sequence {stored.sequence} is no readable event ({type(error).__name__})") from None
    return Recorded(
        stored.sequence, event, stored.headers.get("ce-id", ""), stored.at, stored.headers.get("traceparent")
    )


@lru_cache(maxsize=512)
def _event(registry: Registry[Any], kind: str, body: bytes) -> Any:
    """Read once a process: six durables bring the same acceptance. An event is never changed."""
    return registry.read(kind, body)


def server_time(stamp: str) -> datetime:
    """A server's time stamp; its nanoseconds are cut to microseconds."""
    seconds, _, fraction = stamp.rstrip("Z").partition(".")
    return datetime.fromisoformat(f"{seconds}.{fraction[:6]:0<6}+00:00")
