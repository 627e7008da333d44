"""The public list as the index of what is due keeps it, and how current that is."""

from collections.abc import Mapping
from datetime import datetime

from nats.aio.client import Client

from chassis.consume.due_index import DueIndex, DueItem
from publicity.board.listing import Freshness
from publicity.closing_clock import ClosingClock


class IndexedList:
    """While the bus is away it is as it was when somebody looked last."""

    def __init__(self, nc: Client, index: DueIndex, clock: ClosingClock) -> None:
        self._nc, self._index, self._clock = nc, index, clock
        self._current_at: datetime | None = None

    @property
    def entries(self) -> Mapping[str, DueItem]:
        return self._index.entries

    def now(self) -> datetime:
        now, _ = self._clock.between()
        return now

    def freshness(self) -> Freshness:
        reading, connected = not self._index.ready, self._nc.is_connected
        if connected and not reading:
            self._current_at = self._clock.clock.clock.now()
        at = self._current_at or self._index.newest_at
        doubt = self._clock.trouble is not None
        return Freshness(self._index.sequence, at, reading, connected, doubt)
