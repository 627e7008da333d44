"""Ports that are still free after their server was restarted: below those that a system gives to whoever calls."""

import os
import random
import socket
from contextlib import ExitStack, suppress
from itertools import chain, count, islice

LASTING = range(20_000, 32_000)
BLOCK = 64
"""A process chooses within one block, in turn: of several that start at once no two take what the other chose."""
_turns = count(random.randrange(BLOCK))


def lasting_port(until: ExitStack | None = None) -> int:
    """One of them, which stays bound until then; of the OS's own choice where none of this process's is free."""
    begins = os.getpid() % (len(LASTING) // BLOCK) * BLOCK
    with ExitStack() as here:
        for port in chain((LASTING[begins + turn % BLOCK] for turn in islice(_turns, BLOCK)), [0]):
            probe = (until or here).enter_context(socket.socket())
            with suppress(OSError):
                probe.bind(("127.0.0.1", port))
                break
        return int(probe.getsockname()[1])
