"""Whether the wall clock may be trusted with a deadline: it must not jump, and not stand behind the log."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

JUMP = timedelta(minutes=1)


@dataclass
class TrustedClock:
    """Compares wall and monotonic time since start; once in doubt it stays so until a person says otherwise."""

    wall: datetime
    monotonic: float
    doubt: str | None = None
    _newest: datetime | None = None
    _excused: datetime | None = None
    """A record of a clock that ran ahead: a person who says that this clock is right says that one was wrong."""

    def look(self, wall: datetime, monotonic: float, newest_record: datetime | None) -> str | None:
        """The reason for doubt, or None. `newest_record` is the server's time on the log's newest event."""
        moved = wall - self.wall
        passed = timedelta(seconds=monotonic - self.monotonic)
        if abs(moved - passed) > JUMP:
            self.doubt = f"the clock jumped by {(moved - passed).total_seconds():+.0f} s"
        elif newest_record is not None and newest_record != self._excused and wall < newest_record - JUMP:
            self.doubt = "the clock stands behind the newest record of the log"
        self.wall, self.monotonic, self._newest = wall, monotonic, newest_record
        return self.doubt

    def trust(self) -> None:
        """A person looked at the clock and says it is right."""
        self.doubt, self._excused = None, self._newest

    @classmethod
    def started(cls, monotonic: float) -> "TrustedClock":
        return cls(datetime.now(UTC), monotonic)
