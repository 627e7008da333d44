"""Whether a process that lives also answers; one that hangs is ended, so that its supervisor starts it again."""

import asyncio
from dataclasses import dataclass

import httpx

from lianshen.embedded.working.stopping import Finishing


@dataclass(frozen=True)
class Patience:
    """How long a process may be silent. `every` and `within` in seconds: the pause between looks, and one look."""

    every: float = 5.0
    within: float = 4.0
    misses: int = 5
    to_drain: float = 8.0
    """Seconds from SIGTERM to SIGKILL."""
    finishing: Finishing | None = None
    """What it may be at after that; then those seconds are of doing nothing."""


@dataclass
class Pulse:
    """Counts looks without an answer. Pure."""

    patience: Patience
    _missed: int = 0
    _looked_at: float | None = None

    def hangs(self, now: float, answered: bool) -> bool:
        """Whether so many looks after each other found no answer.

        If much more time went by between two looks than between looks, this machine slept or the one who looks was
        stopped: then nothing counts that was before.
        """
        gap = 0.0 if self._looked_at is None else now - self._looked_at
        slept = gap > 2 * (self.patience.every + self.patience.within)
        self._looked_at = now
        self._missed = 0 if answered or slept else self._missed + 1
        return self._missed >= self.patience.misses


async def answers(health: str, within: float) -> bool:
    """Whether a process serves its liveness page, at the address of its health."""
    try:
        # Plain HTTP on this machine. To load the public CAs would cost thirty milliseconds a look.
        async with asyncio.timeout(within), httpx.AsyncClient(verify=False, trust_env=False, timeout=within) as client:
            return (await client.get(f"{health}/livez")).status_code == 200
    except (httpx.HTTPError, OSError, TimeoutError):
        return False
