"""One thing that `lianshen doctor` looked at, as a sentence and as data. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.describe import instant
from contracts.text import one_line


@dataclass(frozen=True)
class Finding:
    """`detail` says what there is; if something is wrong, since when, how many cases wait, and what mends it."""

    what: str
    well: bool
    detail: str
    since: datetime | None = None
    cases: int | None = None
    mend: str | None = None
    at_least: bool = False
    """Whether more cases may wait than were counted."""

    def sentence(self) -> str:
        """In one line, whatever stands in it; instants as a clock in Wuhai shows them."""
        parts = [self.detail]
        if self.since is not None:
            parts.append(f"since {instant(self.since)}")
        if self.cases is not None:
            count = f"{'at least ' if self.at_least else ''}{self.cases}"
            parts.append(f"{count} case waits" if self.cases == 1 else f"{count} cases wait")
        if self.mend is not None:
            parts.append(f"mend it: {self.mend}")
        return one_line(f"{'ok  ' if self.well else 'BAD '} {self.what}: {'; '.join(parts)}")

    def as_dict(self) -> dict[str, Any]:
        """For a program: instants in UTC, as ISO 8601."""
        return {**self.__dict__, "since": self.since.isoformat() if self.since else None}
