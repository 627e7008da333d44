"""Parts of `lianshen up` that ended and were started again: written by `up`, read by `lianshen doctor`."""

import json
import signal
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

FILE = "restarts.jsonl"
QUICKLY = 30.0
"""Seconds of life; a part that ends sooner did not get well by its restart."""
LOOP = 3
"""So many quick ends after each other are a crash loop."""
CALM_AFTER = timedelta(minutes=1)
"""Nothing ended for so long: the loop is over."""
MOST_KEPT = 1000


@dataclass(frozen=True)
class Restart:
    """One end of a part. `times` counts from the start of `up`, `lived` in seconds, `log` where it wrote."""

    part: str
    at: datetime
    how: str
    lived: float
    times: int
    log: str

    def sentence(self) -> str:
        lived = f"{self.lived:.0f} s" if self.lived < 120 else f"{self.lived / 60:.0f} minutes"
        times = "for the first time" if self.times == 1 else f"for the {ordinal(self.times)} time"
        return f"{self.part} {self.how} after {lived} and is started again, {times}; its log: {self.log}"


def ended_how(code: int) -> str:
    """An exit code as one says it. Pure."""
    if code < 0:
        try:
            return f"was ended by {signal.Signals(-code).name}"
        except ValueError:
            return f"was ended by signal {-code}"
    return f"ended with exit status {code}"


def ordinal(n: int) -> str:
    ending = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


@dataclass
class Restarts:
    """The record of one `up`: a line an end, under run/ of its data directory."""

    run: Path
    times: dict[str, int] = field(default_factory=dict)

    def begin(self) -> None:
        """What an earlier `up` wrote is over."""
        (self.run / FILE).unlink(missing_ok=True)

    def add(self, part: str, code: int, lived: float, log: Path) -> Restart:
        """Keeps one end. Where the disk is full, only `up` itself tells of it."""
        self.times[part] = self.times.get(part, 0) + 1
        restart = Restart(part, datetime.now(UTC), ended_how(code), lived, self.times[part], str(log))
        if sum(self.times.values()) <= MOST_KEPT or restart.times % 100 == 0:
            try:
                with (self.run / FILE).open("a", encoding="utf-8") as file:
                    file.write(json.dumps({**asdict(restart), "at": restart.at.isoformat()}) + "\n")
            except OSError:
                pass
        return restart


def read_restarts(run: Path) -> dict[str, list[Restart]]:
    """By part, the oldest first; a line that is cut off counts for nothing."""
    found: dict[str, list[Restart]] = {}
    try:
        lines = (run / FILE).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    for line in lines:
        try:
            said = json.loads(line)
            restart = Restart(**{**said, "at": datetime.fromisoformat(said["at"])})
        except (ValueError, TypeError, LookupError):
            continue
        found.setdefault(restart.part, []).append(restart)
    return found


def loops_since(restarts: list[Restart], now: datetime) -> datetime | None:
    """Since when a part is in a crash loop; None if it is in none. Pure."""
    quick: list[Restart] = []
    for restart in reversed(restarts):
        if restart.lived >= QUICKLY:
            break
        quick.append(restart)
    if len(quick) < LOOP or now - restarts[-1].at > CALM_AFTER:
        return None
    return quick[-1].at
