"""What clients did and were told, as a checker reads it: one line an operation, with when it began and ended."""

from dataclasses import dataclass
from enum import Enum


class Told(Enum):
    """What the client was told."""

    OK = "ok"
    CONFLICT = "conflict"
    UNKNOWN = "unknown"
    """No definite answer: it took effect at any time since it began, or never."""


@dataclass(frozen=True)
class Operation:
    """A write of `token` to `key` where it holds `expected`, None for nothing: a claim, a write-once, a decision.

    A read has no token, and `expected` is what it found. Times are of one monotonic clock, in seconds.
    """

    key: str
    expected: str | None
    token: str | None
    told: Told
    began: float
    ended: float

    @property
    def is_read(self) -> bool:
        return self.token is None

    def after(self, state: str | None) -> tuple[str | None, ...]:
        """What the key may hold after it, if it held `state`; nothing where the client could not be told this."""
        if self.is_read or self.told is Told.CONFLICT:
            return (state,) if (state == self.expected) is self.is_read else ()
        return (self.token,) if state == self.expected else ()
