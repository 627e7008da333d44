"""Ends a process that said it would end and does not: something swallows its cancellation, or a thread never returns.

A thread of its own, since the event loop may be what hangs. It counts what it has slept itself, so that a machine
that was suspended meanwhile costs no process its drain.
"""

import logging
import os
import threading
import time

log = logging.getLogger(__name__)
WITHIN = 20.0
"""Seconds from the first word of an end to the last; a drain takes fifteen where the bus is away."""
EXIT_CODE = 71
"""What the process ends with then, and by nothing else."""
TICK = 0.25

_armed = threading.Event()


def arm(within: float = WITHIN) -> None:
    """From now on the process has this many seconds; calling it again changes nothing."""
    if not _armed.is_set():
        _armed.set()
        threading.Thread(target=_end, args=(within,), name="last-resort", daemon=True).start()


def _end(within: float) -> None:
    for _ in range(round(within / TICK)):
        time.sleep(TICK)
    log.critical("ended by the last resort: the end itself did not come within %.0f s", within)
    for handler in logging.getLogger().handlers:
        handler.flush()
    os._exit(EXIT_CODE)
