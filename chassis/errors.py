"""What can go wrong between a service and the bus, as one tree; each says when it is raised."""

USAGE = 2
"""The exit code of a process that was given something it can never work with."""


class ChassisError(Exception):
    """Base of everything the chassis raises on purpose."""


class Conflict(ChassisError):
    """The journal refused for good: the subject is taken, or the case moved on. Load and decide again."""

    def __init__(self, subject: str) -> None:
        super().__init__("another event was written first; load the case and decide again")
        self.subject = subject


class Unavailable(ChassisError):
    """The bus gave no definite answer in time. What was sent may be stored: ask again, with the same key."""


class TooLarge(ChassisError):
    """An event is larger than the bus takes; it can never be stored."""


class Stale(ChassisError):
    """A read did not yet show what triggered it (three replicas). Come back in a moment."""


class Later(ChassisError):
    """Raised by a handler that cannot go on now: the message comes back after `delay` seconds."""

    def __init__(self, reason: str, delay: float | None = None) -> None:
        super().__init__(reason)
        self.delay = delay


class Poison(ChassisError):
    """Raised by a handler that can never succeed: the message goes to the dead letters."""


class Drift(ChassisError):
    """Streams or consumers are not as provisioned. The process ends; `lianshen provision` mends it."""


class Unusable(ChassisError):
    """This process was given what it can never work with: a wrong key, no seed, a log of another version.

    It ends with USAGE, and is not started again before a person mended it; the text says how.
    """


class CommandRefused(ChassisError):
    """A command that is refused, with an HTTP status and what to do; never holds a person's data."""

    def __init__(self, status: int, title: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.title = title
        self.detail = detail
