"""The signature over a batch, kept once however many answers name it: on disk before the first of them is."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field

from chassis.log.journal import Claim, Journal
from contracts.batches.proof import sha256_of_signed, subject_of

MOST_REMEMBERED = 512


@dataclass
class SignedRoots:
    """Of one department. Stored once more after a restart, which the log takes for the same."""

    journal: Journal
    department: str
    _kept: OrderedDict[str, asyncio.Task[None]] = field(default_factory=OrderedDict)

    async def keep(self, signed: str) -> None:
        """Returns once the log has it. Raises Unavailable."""
        task = self._kept.get(signed)
        if task is None or (task.done() and (task.cancelled() or task.exception())):
            claim = Claim(subject_of(self.department, sha256_of_signed(signed)), signed, 0)
            task = self._kept[signed] = asyncio.create_task(self.journal.keep(claim))
            while len(self._kept) > MOST_REMEMBERED:
                self._kept.popitem(last=False)
        if not task.done():
            # Whoever waits for it may be cancelled; the others of the batch wait on.
            await asyncio.shield(task)
        task.result()
