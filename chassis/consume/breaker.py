"""When to ask a department and when to leave it alone. Pure but for the clock it is given."""

from collections.abc import Callable
from dataclasses import dataclass, field

from chassis.timing import TIMING, Timing

FAILURES_TO_OPEN = 3


@dataclass
class Breaker:
    """Closed: fetch freely. Open: fetch nothing until `next_probe`, then one question; its answer closes it.

    Held, by a person or by the policy: fetch nothing at all; says why.
    """

    timing: Timing = TIMING
    failures: int = 0
    spoilt: set[str] = field(default_factory=set)
    """Questions whose answer was none since the last one that was heard: one that is asked again counts once."""
    probes: int = 0
    next_probe: float | None = None
    held: str | None = None
    concurrency: int | None = None
    """How many questions at once, if that may change while the service runs."""
    running: int = 0
    """How many are handled now, of all durables that share it."""
    waiting: list[Callable[[], None]] = field(default_factory=list)
    """Told when a place is free, or the busiest of those durables would always be the first to take it."""

    @property
    def is_open(self) -> bool:
        return self.next_probe is not None

    @property
    def is_full(self) -> bool:
        """Whether one more would be too many: the durables that share it do not know what each has asked for."""
        return self.concurrency is not None and self.running >= self.concurrency

    def until_probe(self, now: float) -> float | None:
        """Seconds until the next probe; None while it is closed."""
        return None if self.next_probe is None else max(0.1, self.next_probe - now)

    def allowance(self, free: int, now: float, running: int = 0) -> int:
        """How many questions may be fetched now beside those running; 0 while it is better to wait."""
        if self.held is not None:
            return 0
        if self.next_probe is None:
            return free
        return min(1, free) if now >= self.next_probe and not running else 0

    def succeeded(self) -> None:
        self.failures, self.probes, self.next_probe = 0, 0, None
        self.spoilt.clear()

    def failed(self, now: float, spoilt: str | None = None) -> None:
        """One question found no answer; in a row, they open the breaker.

        `spoilt` names a question that was answered with what is no answer: the department is there, so that one such
        question, however often it is asked again, must not hold the others.
        """
        if spoilt is not None and spoilt in self.spoilt:
            # It tells nothing new: if it was the probe, the next one may be another question's.
            if self.next_probe is not None and now >= self.next_probe:
                self.next_probe = now + self.timing.probe_after[0]
            return
        if spoilt is not None:
            self.spoilt.add(spoilt)
        self.failures += 1
        if self.failures >= FAILURES_TO_OPEN and (self.next_probe is None or now >= self.next_probe):
            steps = self.timing.probe_after
            self.next_probe = now + steps[min(self.probes, len(steps) - 1)]
            self.probes += 1
