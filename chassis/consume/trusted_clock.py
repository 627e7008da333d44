"""Whether the wall clock may be trusted with a deadline: it must not jump, not stand behind the log, nor far ahead."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chassis.clock import WALL, Clock

JUMP = timedelta(minutes=1)
AHEAD = timedelta(hours=24)
"""A start may be so much later than the last sign of the time before; beyond, somebody has to vouch for the clock."""


@dataclass
class TrustedClock:
    """Compares wall and monotonic time since start; once in doubt it stays so until somebody vouches for it."""

    wall: datetime
    monotonic: float
    """Both as they were when the clock was last right."""
    clock: Clock = WALL
    """Guarded as the machine shows it: by how much a rehearsal turned it is no doubt."""
    doubt: str | None = None
    _seen: tuple[datetime, float, datetime | None] | None = None
    _excused: datetime | None = None
    """A record of a clock that ran ahead: a person who says that this clock is right says that one was wrong."""

    def begin(self, last_right: datetime | None, doubt: str | None = None) -> None:
        """What is known of the time before this start: when a clock was last right, and a doubt that nobody ended.

        On one machine the bus's clock is the same clock: what was written before the start is the only other witness.
        """
        if last_right is None or self.doubt is not None:
            return
        ahead = self.wall - last_right
        if doubt is None and ahead > AHEAD:
            hours = ahead.total_seconds() / 3600
            doubt = f"the clock is {hours:.0f} h past the newest record from before the start"
        if doubt is not None:
            self.doubt, self.wall = doubt, last_right

    def look(self, wall: datetime, monotonic: float, newest_record: datetime | None) -> str | None:
        """The reason for doubt, or None. `newest_record` is the server's time on the log's newest event."""
        self._seen = wall, monotonic, newest_record
        if self.doubt is None:
            jump = wall - self._steady(monotonic)
            if abs(jump) > JUMP:
                self.doubt = f"the clock jumped by {jump.total_seconds():+.0f} s"
            elif newest_record is not None and newest_record != self._excused and wall < newest_record - JUMP:
                self.doubt = "the clock stands behind the newest record of the log"
        if self.doubt is None:
            self.wall, self.monotonic = wall, monotonic
        return self.doubt

    def between(self, wall: datetime, monotonic: float, newest_record: datetime | None) -> tuple[datetime, datetime]:
        """The earliest and the latest that it can be now; the same where the clock is trusted."""
        if self.look(wall, monotonic, newest_record) is None:
            return wall, wall
        steady = self._steady(monotonic)
        return min(wall, steady), max(wall, steady, newest_record or wall)

    def _steady(self, monotonic: float) -> datetime:
        """What a clock would show that ran on evenly since this one was last right."""
        return self.wall + timedelta(seconds=monotonic - self.monotonic)

    def trust(self) -> None:
        """A person looked at the clock and says it is right, or another clock agrees with it."""
        self.doubt = None
        if self._seen is not None:
            self.wall, self.monotonic, self._excused = self._seen

    @classmethod
    def started(cls, clock: Clock, monotonic: float) -> "TrustedClock":
        return cls(clock.wall(), monotonic, clock)
