"""What processes cost: CPU time and memory of a process and all its descendants; what the disk below had to do."""

import contextlib
import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType

import psutil

GONE = (psutil.NoSuchProcess, psutil.ZombieProcess)


def tree(*roots: int) -> set[int]:
    """The roots that live and every living descendant of them.

    A process whose parent has ended belongs to init and is no longer found: start daemons in the foreground.
    """
    found: set[int] = set()
    for root in roots:
        with contextlib.suppress(*GONE):
            process = psutil.Process(root)
            found |= {root, *(child.pid for child in process.children(recursive=True))}
    return found


def cpu_seconds(pids: Iterable[int]) -> float:
    """CPU seconds, user and system, that these processes have used, with the children that they have reaped.

    Of a whole tree it never falls while the roots live, as what a child used goes to the parent that reaps it.
    """
    return sum(_cpu_seconds(pid) for pid in pids)


def pss_mb(pids: Iterable[int]) -> float:
    """Memory in MB (10^6 bytes): the sum of proportional set sizes, so that a page shared by several counts once.

    Raises psutil.AccessDenied if a process belongs to someone else.
    """
    return sum(_pss_bytes(pid) for pid in pids) / 1e6


def disk_flushes(place: Path) -> int | None:
    """How often the disk below was told to write down what it holds, by whomever; None where that is not counted."""
    device = os.stat(place).st_dev
    for line in Path("/proc/diskstats").read_text().splitlines():
        fields = line.split()
        if (int(fields[0]), int(fields[1])) == (os.major(device), os.minor(device)):
            return int(fields[18]) if len(fields) > 18 else None
    return None


class Watch:
    """Looks at the memory of some processes' trees in a thread, and keeps the peak.

    Roots may be given as a function if they change: a service that is started again, for one.
    """

    def __init__(self, roots: Iterable[int] | Callable[[], Iterable[int]], every: float = 0.5) -> None:
        """`every` is in seconds."""
        self.peak_pss_mb = 0.0
        self._roots = roots if callable(roots) else (lambda fixed=tuple(roots): fixed)
        self._every = every
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="usage", daemon=True)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        """Looks a last time, so that even the shortest watch has seen something."""
        self._over.set()
        self._thread.join()
        self._look()

    def _run(self) -> None:
        while not self._over.wait(self._every):
            self._look()

    def _look(self) -> None:
        self.peak_pss_mb = max(self.peak_pss_mb, pss_mb(tree(*self._roots())))


def _cpu_seconds(pid: int) -> float:
    with contextlib.suppress(*GONE):
        times = psutil.Process(pid).cpu_times()
        return times.user + times.system + times.children_user + times.children_system
    return 0.0


def _pss_bytes(pid: int) -> int:
    with contextlib.suppress(*GONE):
        return int(psutil.Process(pid).memory_full_info().pss)
    return 0
