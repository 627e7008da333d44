"""What is known of one case: as the log has it now, or as it was read last while the bus is away."""

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime

from contracts.case.case import Case, Recorded
from contracts.case.fold import fold
from contracts.looks import Look
from intake.family.looks import Looks
from intake.reception import NotNow, Reception

MOST_KEPT = 200
"""Cases that are kept in memory, for the time the bus is away; the one read longest ago goes."""


@dataclass(frozen=True)
class Known:
    """One case, its story, and the looks at it; None where those cannot be read."""

    case: Case
    history: tuple[Recorded, ...]
    looks: tuple[Look, ...] | None
    as_of: datetime
    is_stale: bool = False


class Reader:
    """Reads for the household alone: nothing here is asked for by anybody without its receipt."""

    def __init__(self, reception: Reception, looks: Looks, most: int = MOST_KEPT) -> None:
        self._reception, self._looks, self._most = reception, looks, most
        self._kept: OrderedDict[str, Known] = OrderedDict()

    async def read(self, number: str) -> Known:
        """Raises NotNow if the bus is away and nothing of this case was read before."""
        as_of = self._reception.clock.now()
        try:
            history = await self._reception.in_time(self._reception.desk.journal.history.of(number))
        except NotNow:
            if number not in self._kept:
                raise
            return replace(self._kept[number], is_stale=True)
        known = Known(fold(history, number), history, await self._looks.at(number), as_of)
        self._keep(number, known)
        return known

    def _keep(self, number: str, known: Known) -> None:
        self._kept[number] = known
        self._kept.move_to_end(number)
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
