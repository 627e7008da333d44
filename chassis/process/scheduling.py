"""How our processes share the processor: who wakes up does not push aside who computes."""

import os
from contextlib import suppress


def run_as_batch() -> None:
    """Makes this thread, and whatever it starts from now on, batch work: SCHED_BATCH of sched(7).

    A case goes through half a dozen processes. Under load each word to one of them made the kernel interrupt another
    in the midst of its work, fifty times a case and more, and each time the caches were filled anew. Batch work
    waits until the other one rests or its slice is over, some milliseconds at most; on a processor that is free it
    runs at once. Everybody may ask for it. Where the system knows no such thing or forbids it, nothing changes.
    """
    if hasattr(os, "SCHED_BATCH"):
        with suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
