"""How long the parts of a process wait, and how often they try: one value, handed in; a test hands in its own."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """Production's values; seconds if nothing else is said."""

    # A durable is read.
    fetch_expires: float = 0.5
    """Until a request for messages is over; a stop waits for that."""
    fetch_lost_after: float = 1.5
    """Beyond, after which a request was lost, with its server or on its way."""
    many_deliveries: int = 12
    """Of one message that fails: then it is buried."""
    retry_after: tuple[float, ...] = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
    """Until one message comes back, by how often it was delivered. With a longer last step a case would still rest two
    minutes after its fault is gone (faults, I8)."""
    probe_after: tuple[float, ...] = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
    """Between probes of a department that is down, by how often it failed to answer one."""

    # What is due is done.
    fire_again_after: float = 60.0
    """Until something that was fired and is still due is fired again."""
    checkpoint_every: float = 30.0
    most_waiting: int = 20_000
    """Deliveries kept while the log is read; beyond, they are read from the log too."""

    # The log is read and written.
    read_timeout: float = 5.0
    request_timeout: float = 4.0
    stuck_after: float = 0.2
    rest_per_message: float = 0.002
    longest_rest: float = 0.1
    """From one batch to the next, by the size of the first: nobody waits on an idle bus, a busy one fills them."""
    stop_within: float = 5.0
    compare_again_after: float = 1.0
    """Between two tries of a start, while the bus cannot say what keys the log has."""
    patience: float = 1.0
    most_patience: int = 20
    """How long, and how many times as long, a fact waits at most; a message comes back after sixty."""

    def retry(self, attempt: int, jitter: float) -> float:
        """How long to wait after delivery number `attempt` (from 1); `jitter` in 0..1 spreads it by a fifth."""
        return self.retry_after[min(attempt, len(self.retry_after)) - 1] * (0.9 + 0.2 * jitter)


TIMING = Timing()
