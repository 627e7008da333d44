"""What tests leave running is named and ended, so that the next run has the machine to itself."""

import ctypes
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil

PR_SET_CHILD_SUBREAPER = 36
WITHIN = 10.0
"""Seconds for what was killed to be gone."""


def adopt_orphans() -> None:
    """Where the system can: whoever's parent is gone becomes a child of this process, in whatever session it is."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def run_whole(command: Sequence[str]) -> int:
    """Its exit code. Orphans that end meanwhile are not kept: a test may wait until one is gone."""
    started = subprocess.Popen(command)
    while True:
        pid, status = os.wait()
        if pid == started.pid:
            started.returncode = os.waitstatus_to_exitcode(status)
            return started.returncode


def end_children() -> Iterator[str]:
    """Ends all of them, and says which program each one ran."""
    while children := psutil.Process().children(recursive=True):
        for child in children:
            try:
                name, is_over = _words(child), child.status() == psutil.STATUS_ZOMBIE
                child.kill()
            except psutil.NoSuchProcess:
                continue
            if not is_over:
                yield name
        psutil.wait_procs(children, timeout=WITHIN)


def _words(process: psutil.Process) -> str:
    """Without the folders, which say nothing."""
    return " ".join(Path(word).name for word in process.cmdline()[:6]) or process.name()
