"""How long the parts of a process wait, and how often they try: one value, handed in; a test hands in its own."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """Production's values; seconds if nothing else is said."""

    # A durable is read.
    fetch_expires: float = 0.5
    """Until a request for messages is over; a stop waits for that."""
    fetch_lost_after: float = 1.5
    """Beyond, after which a request was lost, with its server or on its way."""
    working_every: float = 2.0
    """Between two words to the server that a message is being worked on, half of the acknowledgement wait: with three
    replicas each costs as much as an acknowledgement, and on a busy day all handlers are slow at once."""
    longest_work: float = 60.0
    """After which nothing is said any more: a handler that hangs must not keep its message for ever."""
    many_deliveries: int = 12
    """Of one message that fails: then it is buried."""
    retry_after: tuple[float, ...] = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
    """Until one message comes back, by how often it was delivered. With a longer last step a case would still rest two
    minutes after its fault is gone (faults, I8)."""
    bus_again_within: float = 5.0
    """At most, where it was the bus that gave no answer: what it delivers again and again while nobody leads it counts
    as deliveries, too, and none of them says that a longer wait helps."""
    probe_after: tuple[float, ...] = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
    """Between probes of a department that is down, by how often it failed to answer one."""

    # What is due is done.
    fire_again_after: float = 60.0
    """Until something that was fired and is still due is fired again."""
    fed_every: float = 5.0
    """Between two looks whether the newest delivery of a feed was lost: a consumer with another leader may lose it."""
    checkpoint_every: float = 30.0
    most_waiting: int = 20_000
    """Deliveries kept while the log is read; beyond, they are read from the log too."""

    # The log is read and written.
    read_timeout: float = 2.5
    request_timeout: float = 2.5
    """What a leader had that stopped is answered by nobody; an append that timed out is looked for, and sent again."""
    stuck_after: float = 0.2
    shortest_rest: float = 0.004
    longest_rest: float = 0.1
    """From the beginning of one batch to that of the next, after one of two parts and at most."""
    stop_within: float = 5.0
    compare_again_after: float = 1.0
    """Between two tries of a start, while the bus cannot say what keys the log has."""
    patience: float = 1.0
    most_patience: int = 20
    """How long, and how many times as long, a fact waits at most; a message comes back after sixty."""

    def rest(self, parts: float, took: float) -> float:
        """Seconds from the beginning of a batch of so many parts to that of the next, if it took so many seconds.

        One part alone earns none: nobody waits on an idle bus, and a busy one fills its batches. With the parts
        themselves in place of their power, a rate would either need no rest or, a little higher, always the longest:
        half of what a machine can do lay just above that, and each of the three writes that somebody waits for took a
        tenth of a second. Like this the rest follows the third power of the rate: 20 ms at half, the longest at the
        whole. What is the whole on a slower machine shows in how long a batch takes there.
        """
        if parts <= 1:
            return 0.0
        return min(max(self.shortest_rest * math.pow(parts - 1, 0.75), 2 * took), self.longest_rest)

    def retry(self, attempt: int, jitter: float) -> float:
        """How long to wait after delivery number `attempt` (from 1); `jitter` in 0..1 spreads it by a fifth."""
        return self.retry_after[min(attempt, len(self.retry_after)) - 1] * (0.9 + 0.2 * jitter)


TIMING = Timing()
