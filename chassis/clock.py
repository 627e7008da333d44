"""Whether the wall clock may be trusted with a deadline: it must not jump, and not stand behind the log."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

JUMP = timedelta(minutes=1)


@dataclass
class TrustedClock:
    """Compares wall and monotonic time since start; once in doubt it stays so until a person says otherwise."""

    wall: datetime
    monotonic: float
    """Both as they were when the clock was last right."""
    doubt: str | None = None
    _seen: tuple[datetime, float, datetime | None] | None = None
    _excused: datetime | None = None
    """A record of a clock that ran ahead: a person who says that this clock is right says that one was wrong."""

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
        """A person looked at the clock and says it is right."""
        self.doubt = None
        if self._seen is not None:
            self.wall, self.monotonic, self._excused = self._seen

    @classmethod
    def started(cls, monotonic: float) -> "TrustedClock":
        return cls(datetime.now(UTC), monotonic)
