"""A place to die, for the fault tests: `LIANSHEN_CRASH_AT=POINT` or `POINT:N` kills the process at the N-th pass.

Points, in the order of a handler's life: after-load, after-keep, before-append, after-append, before-ack.
"""

import os
import signal

_at, _, _times = os.environ.get("LIANSHEN_CRASH_AT", "").partition(":")
_passes_left = int(_times or 1)


def here(point: str) -> None:
    """Ends the process as kill -9 would, if this is the place."""
    global _passes_left
    if point == _at:
        _passes_left -= 1
        if _passes_left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
