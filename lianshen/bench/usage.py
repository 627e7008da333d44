"""What processes cost: CPU time and memory of a process and all its descendants, read from Linux's /proc."""

import contextlib
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")
"""Clock ticks a second, /proc's unit of CPU time."""
NOT_THERE = (FileNotFoundError, ProcessLookupError)
"""What reading a process raises once it has ended: its folder is gone, or it went during the read."""
PARENT, OWN_AND_REAPED = 1, slice(11, 15)
"""Where a stat line has the parent and utime, stime, cutime, cstime, counted after the program's name."""


def tree(*roots: int) -> set[int]:
    """The roots that live and every living descendant of them.

    A process whose parent has ended belongs to init and is no longer found: start daemons in the foreground.
    """
    children: dict[int, list[int]] = {}
    for pid in _living():
        if stat := _stat(pid):
            children.setdefault(int(stat[PARENT]), []).append(pid)
    found: set[int] = set()
    look = [pid for pid in roots if _stat(pid)]
    while look:
        pid = look.pop()
        if pid not in found:
            found.add(pid)
            look += children.get(pid, ())
    return found


def cpu_seconds(pids: Iterable[int]) -> float:
    """CPU seconds, user and system, that these processes have used, with the children that they have reaped.

    Of a whole tree it never falls while the roots live, as what a child used goes to the parent that reaps it.
    """
    return sum(int(ticks) for pid in pids for ticks in _stat(pid)[OWN_AND_REAPED]) / TICKS


def pss_mb(pids: Iterable[int]) -> float:
    """Memory in MB (10^6 bytes): the sum of proportional set sizes, so that a page shared by several counts once.

    Raises PermissionError where a process belongs to someone else.
    """
    return sum(_pss_kib(pid) for pid in pids) * 1024 / 1e6


class Watch:
    """Looks at the memory of some processes' trees in a thread, and keeps the peak.

    Roots may be given as a function where they change, a service that is started again for one.
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


def _living() -> Iterator[int]:
    return (int(name) for name in os.listdir(PROC) if name.isdigit())


def _stat(pid: int) -> list[str]:
    """The fields of a process's stat line after its name, which may hold spaces and brackets; none once it is gone."""
    with contextlib.suppress(*NOT_THERE):
        return (PROC / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()
    return []


def _pss_kib(pid: int) -> int:
    with contextlib.suppress(*NOT_THERE):
        for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
