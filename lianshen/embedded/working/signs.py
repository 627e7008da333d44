"""Whether a process that says nothing works: by what it takes of the processor, and what it reads and writes."""

from dataclasses import dataclass

import psutil

SHARE = 0.05
BYTES = 1_000_000
"""Of one processor, or bytes a second: with less, a process waits or hangs. A server at rest takes a hundredth."""
TICK = 0.01
"""Seconds by which the clock of processes goes on; one tick may be anybody's."""
GONE = (psutil.NoSuchProcess, psutil.AccessDenied)


@dataclass(frozen=True)
class Work:
    """What a process has done since it began: seconds of the processor, and bytes that it read and wrote."""

    cpu: float = 0.0
    moved: int = 0


@dataclass
class Stillness:
    """For how long a process does nothing. Pure."""

    _looked_at: float | None = None
    _done: Work = Work()
    _since: float = 0.0

    def seconds(self, now: float, done: Work) -> float:
        """By what it has done up to now; 0 at the first look."""
        passed = None if self._looked_at is None else now - self._looked_at
        if passed is None or _works(self._done, done, passed):
            self._since = now
        self._looked_at, self._done = now, done
        return now - self._since


def _works(before: Work, after: Work, seconds: float) -> bool:
    return after.cpu - before.cpu > SHARE * seconds + TICK or after.moved - before.moved > BYTES * seconds


def work_of(pid: int) -> Work:
    """Nothing for a process that has ended."""
    try:
        process = psutil.Process(pid)
        times = process.cpu_times()
        return Work(times.user + times.system, _moved(process))
    except GONE:
        return Work()


def _moved(process: psutil.Process) -> int:
    if not hasattr(process, "io_counters"):  # macOS does not count them
        return 0
    counted = process.io_counters()
    # What goes to the disk, and what came from memory that the system kept of it.
    return sum(counted[2:])
