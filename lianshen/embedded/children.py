"""Processes that we start: by which Python, and that they end with us, however we end."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

from chassis.process.scheduling import run_as_batch

PR_SET_PDEATHSIG = 1
PYTHON = (sys.executable, "-P")
"""`-m` alone puts the working folder before everything: a file calendar.py there would be run by every child."""
FOR_CHILDREN = {"PYTHONSAFEPATH": "1", "PYTHONUTF8": "1", "PYTHONIOENCODING": "utf-8"}
"""The same for what the children start; and logs are UTF-8, whatever the console of whoever starts us shows."""


def die_with_parent(by: signal.Signals) -> Callable[[], None] | None:
    """What a child does before it becomes its program; None where the system has no such thing.

    The bus takes SIGKILL, since a server that was stopped or hangs would outlive SIGTERM and hold the store; nothing
    acknowledged is lost by it. Linux sends the signal when the *thread* that started the child ends: start on the
    thread that stays.
    """
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def tie() -> None:
        prctl(PR_SET_PDEATHSIG, by)
        if os.getppid() != parent:
            os._exit(1)

    return tie


def before_its_program(dies_by: signal.Signals) -> Callable[[], None]:
    """What each child of `lianshen up` does before it becomes its program, the bus too: see `run_as_batch`."""
    tie = die_with_parent(dies_by)

    def prepare() -> None:
        run_as_batch()
        if tie is not None:
            tie()

    return prepare
