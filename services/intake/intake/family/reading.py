"""What is known of one case: as the log has it now, or as it was read last while the bus is away."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from contracts.case.case import Case, Recorded
from contracts.case.fold import fold
from contracts.homes.events import HomeData
from contracts.homes.home import HomeFile
from contracts.looks import Look
from intake.family.looks import Looks
from intake.family.way_to_home import free_homes
from intake.reception import NotNow, Reception

V = TypeVar("V")
Homes = Callable[[], Awaitable[Iterable[HomeFile]]]
"""Every home that a project offers. Raises Unavailable."""
PAUSES = (0.01, 0.05, 0.2, 0.0)
"""Between reads that do not show yet what was written here; the last read counts as it is."""
MOST_KEPT = 200
"""Cases that are kept in memory, for the time the bus is away; the one read longest ago goes."""


@dataclass(frozen=True)
class Known:
    """One case and its story."""

    case: Case
    history: tuple[Recorded, ...]
    as_of: datetime
    is_stale: bool = False


class Reader:
    """Reads for the household alone: nothing here is asked for by anybody without its receipt."""

    def __init__(self, reception: Reception, looks: Looks, homes: Homes, most: int = MOST_KEPT) -> None:
        self._reception, self._looks, self._homes, self._most = reception, looks, homes, most
        self._kept: OrderedDict[str, Known] = OrderedDict()
        self._written: OrderedDict[str, int] = OrderedDict()

    async def read(self, number: str) -> Known:
        """Raises NotNow if the bus is away and nothing of this case was read before."""
        as_of = self._reception.clock.now()
        try:
            history = await self._history(number)
        except NotNow:
            if number not in self._kept:
                raise
            return replace(self._kept[number], is_stale=True)
        known = Known(fold(history, number), history, as_of)
        self._put(self._kept, number, known)
        return known

    async def looks(self, number: str) -> tuple[Look, ...] | None:
        """Every look at it; None where they cannot be read now."""
        return await self._looks.at(number)

    async def free_homes(self, known: Known) -> tuple[HomeData, ...] | None:
        """Which homes of its pool are free now; None where they cannot be read now."""
        try:
            return free_homes(known.case.allocation, await self._reception.in_time(self._homes()))
        except NotNow:
            return None

    def wrote(self, case: Case) -> None:
        """The next page shows at least this: a replica may lag behind what was just acknowledged."""
        self._put(self._written, case.application, case.sequence)

    async def _history(self, number: str) -> tuple[Recorded, ...]:
        at_least = self._written.get(number, 0)
        for pause in PAUSES:
            history = await self._reception.in_time(self._reception.desk.journal.history.of(number))
            if not at_least or (history and history[-1].sequence >= at_least):
                break
            await asyncio.sleep(pause)
        return history

    def _put(self, kept: OrderedDict[str, V], number: str, value: V) -> None:
        kept[number] = value
        kept.move_to_end(number)
        if len(kept) > self._most:
            kept.popitem(last=False)
