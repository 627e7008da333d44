"""Whether streams and durables are as they were provisioned: at the start, and now and then.

Only what is certain ends a process: a stream or durable that the server does not know, or one that differs. A server
that says nothing, or says that it cannot say now, is waited for: it may be stopped, recovering, or without a quorum.
"""

import asyncio
import logging
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from nats.aio.client import Client

from chassis.errors import Drift, Unavailable
from chassis.log import provision

if TYPE_CHECKING:
    from chassis.process.service import Service

log = logging.getLogger(__name__)
PATIENCE = 18.0
"""Seconds that a start waits for the provisioner; the last look takes up to ten more."""
LOOK_EVERY = 10.0
"""Seconds between two looks."""
SURE_AFTER = 5.0
"""Seconds until what is gone is looked for once more."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 5.0


class AsProvisioned:
    """Looks at what these services read; `fault` is why the newest look told nothing, None where it did."""

    def __init__(
        self, nc: Client, services: "Sequence[Service]", patience: float = PATIENCE, every: float = LOOK_EVERY
    ) -> None:
        self._nc = nc
        self._services = services
        self._patience = patience
        self._every = every
        self.fault: str | None = None

    async def at_start(self, ending: asyncio.Event) -> bool:
        """Waits for the bus, which may be starting too; False where the process is to end before.

        Raises Drift where the provisioner does not come in time, and NobodyThere where JetStream does not.
        """
        deadline, pause, waits = time.monotonic() + self._patience, FIRST_PAUSE, ""
        while not ending.is_set():
            try:
                await self._look()
                return True
            except (Drift, Unavailable) as wait:
                certain = isinstance(wait, Drift | provision.NobodyThere)
                if certain and time.monotonic() > deadline:
                    raise
                if str(wait) != waits:
                    waits = str(wait)
                    log.warning("waiting: %s", wait)
                with suppress(TimeoutError):
                    async with asyncio.timeout(1.0 if certain else pause):
                        await ending.wait()
                pause = min(pause * 2, LONGEST_PAUSE)
        return False

    async def run(self) -> None:
        """Until cancelled. Raises Drift once a stream or durable was changed under the running process."""
        while True:
            await asyncio.sleep(self._every)
            with suppress(Unavailable):
                try:
                    await self._look()
                except Drift:
                    # A bus that was restarted has lost what it kept in memory, and is given it again in a moment.
                    await asyncio.sleep(min(SURE_AFTER, self._every))
                    await self._look()

    async def _look(self) -> None:
        try:
            for service in self._services:
                await provision.check(self._nc, service.durables, service.streams)
        except Unavailable as error:
            self.fault = str(error)
            raise
        self.fault = None
