"""One message of the log as it is stored, and the event in it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import ValidationError

from chassis.errors import ChassisError, Unavailable
from contracts.case.case import Recorded
from contracts.events import EVENTS
from contracts.events.registry import Registry, Writable

E = TypeVar("E", bound=Writable)


class Unreadable(ChassisError):
    """A stored message is no event of the story, or its body does not fit."""


class Newer(Unreadable, Unavailable):
    """A stored event that a newer version wrote: a kind, a field or a word that this one does not know.

    It is no fault of the record: whoever meets it waits, until a process of that version takes it.
    """


OF_TOMORROW = frozenset({"extra_forbidden", "literal_error", "union_tag_invalid"})
"""What is wrong with the body of an event, where all that is wrong is that it says more than is known here."""


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
    """The event in a stored message. Raises Newer or Unreadable without the body, which holds personal data."""
    kind = stored.headers.get("ce-type", "")
    try:
        event: E = _event(registry, kind, stored.body)
    except (LookupError, ValueError) as error:
        if _of_tomorrow(registry, kind, error):
            words = f"sequence {stored.sequence} was written by a newer version; a process of that one reads it"
            raise Newer(words) from None
        raise Unreadable(f"sequence {stored.sequence} is no readable event ({type(error).__name__})") from None
    return Recorded(
        stored.sequence, event, stored.headers.get("ce-id", ""), stored.at, stored.headers.get("traceparent")
    )


@lru_cache(maxsize=512)
def _event(registry: Registry[Any], kind: str, body: bytes) -> Any:
    """Read once a process: six durables bring the same acceptance. An event is never changed."""
    return registry.read(kind, body)


def _of_tomorrow(registry: Registry[Any], kind: str, error: Exception) -> bool:
    if isinstance(error, ValidationError):
        return {one["type"] for one in error.errors(include_input=False)} <= OF_TOMORROW
    return bool(kind) and kind not in registry.by_name


def server_time(stamp: str) -> datetime:
    """A server's time stamp; its nanoseconds are cut to microseconds."""
    seconds, _, fraction = stamp.rstrip("Z").partition(".")
    return datetime.fromisoformat(f"{seconds}.{fraction[:6]:0<6}+00:00")
