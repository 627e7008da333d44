"""What time it is: one clock, handed to everything that asks, so that a rehearsal or a test can turn it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


class Clock:
    """This machine's clock; what it shows is UTC."""

    drill = False
    """Whether it may be turned: then all that is written by it is marked as a rehearsal's (chassis/log/journal.py)."""
    ahead = timedelta()

    def wall(self) -> datetime:
        """What the machine shows, as other machines may vouch for it."""
        return datetime.now(UTC)

    def now(self) -> datetime:
        """What everything goes by."""
        return self.wall() + self.ahead


@dataclass
class TurnedClock(Clock):
    """A rehearsal's, that may be turned on while services run."""

    ahead: timedelta
    drill = True


WALL = Clock()
