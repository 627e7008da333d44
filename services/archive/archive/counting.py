"""Shows how many cases stand where and what departments owe, as gauges, by what the archive reads anyway.

Pages are handed on by the archive. What was in the log before this process began, and all if the archive is in
trouble, is read here, at leisure: until the log was read to its end, the gauges show NaN.
"""

import asyncio
import logging
import math
import time
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import nats.errors

from archive.standing import Standings
from chassis.clock import WALL, Clock
from chassis.errors import Unavailable
from chassis.log.follow import pages
from chassis.log.history import History
from chassis.log.stored import Stored
from chassis.telemetry.metrics import BACKLOG, CASES, OLDEST_CASE, OLDEST_QUESTION, OVERDUE, OVERDUE_CASES
from contracts.case.states import AT_REST, State

PAGE = 1000
REST = 0.1
"""Seconds between two pages of an old log: nobody waits for this, and others need the bus."""
SHOWN_EVERY = 2.0
ALONE_AFTER = 15.0
"""Seconds without a word of the archive, after which the log is read here."""
log = logging.getLogger(__name__)


class Counting:
    """The fold, fed by the archive's pages or by its own reads."""

    def __init__(
        self,
        departments: Iterable[str],
        rest: float = REST,
        shown_every: float = SHOWN_EVERY,
        alone_after: float = ALONE_AFTER,
    ) -> None:
        self._rest, self._shown_every, self._alone_after = rest, shown_every, alone_after
        self._standing = Standings()
        self._standing.departments |= set(departments)
        self._behind = True
        self._heard = time.monotonic()
        self._show_nothing()

    def take(self, page: Sequence[Stored]) -> None:
        """What the archive has read; an empty page says that there was nothing new."""
        self._heard = time.monotonic()
        if page and page[0].sequence > self._standing.sequence + 1:
            self._behind = True
        elif not self._behind:
            self._standing.take(page)

    async def run(self, history: History, clock: Clock = WALL) -> None:
        """Until cancelled. A bus that is away is waited for."""
        while True:
            try:
                if self._behind or time.monotonic() - self._heard > self._alone_after:
                    await self._read_on(history)
            except (Unavailable, nats.errors.Error, TimeoutError):
                log.warning("the log cannot be read now; trying again")
            if not self._behind:
                self.show(clock.now())
            await asyncio.sleep(self._shown_every)

    async def _read_on(self, history: History) -> None:
        async for page in pages(history, ">", self._standing.sequence, size=PAGE):
            self._standing.take(page)
            await asyncio.sleep(self._rest)
        self._behind, self._heard = False, time.monotonic()

    def show(self, now: datetime) -> None:
        by_state, since = self._standing.by_state(), self._standing.since()
        for state in State:
            CASES.labels(state).set(by_state[state])
            if state not in AT_REST:
                OLDEST_CASE.labels(state).set(_age(since.get(state), now))
        for name, owed in self._standing.owed().items():
            BACKLOG.labels(name).set(owed.backlog)
            OLDEST_QUESTION.labels(name).set(_age(owed.oldest, now))
            OVERDUE.labels(name).set(owed.overdue)
        OVERDUE_CASES.set(self._standing.overdue_cases())

    def _show_nothing(self) -> None:
        """Not counted yet is not zero."""
        for state in State:
            CASES.labels(state).set(math.nan)
        for name in self._standing.departments:
            for gauge in (BACKLOG, OLDEST_QUESTION, OVERDUE):
                gauge.labels(name).set(math.nan)
        OVERDUE_CASES.set(math.nan)


def _age(since: datetime | None, now: datetime) -> float:
    return max(timedelta(), now - since).total_seconds() if since is not None else 0.0
