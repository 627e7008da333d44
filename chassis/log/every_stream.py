"""All streams of one kind, folded; each look takes up what is new.

Up to a thousand messages are read at once by their subjects, whatever lies between them: to find the next of a kind in
a log of millions takes the server a tenth of a second and more, and whoever looks every few seconds must not do that.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Generic

from chassis.log.aggregate import Aggregate, E, S, Versioned
from chassis.log.history import History
from chassis.log.stored import Stored

PAGE = 1000


class EveryStream(Generic[S, E]):
    """As the log has them; for kinds of which there are few. `tokens` of a subject make an id."""

    def __init__(self, history: History, aggregate: Aggregate[S, E], tokens: int = 1) -> None:
        self._history = history
        self._aggregate = aggregate
        self._tokens = tokens
        self._known: dict[str, Versioned[S]] = {}
        self._sequence = 0
        self._looking = asyncio.Lock()

    @property
    def newest(self) -> Mapping[str, Versioned[S]]:
        """As last looked at; empty before the first look."""
        return self._known

    async def look(self) -> Mapping[str, Versioned[S]]:
        """By id. Raises Unavailable, Unreadable, and what the fold raises for an event that may not follow."""
        async with self._looking:
            subjects = f"{self._aggregate.registry.prefix}.>"
            if (found := await self._history.under_at_once(subjects)) is not None:
                self._take(found)
                return dict(self._known)
            while page := await self._history.after(self._sequence, subjects, PAGE):
                self._take(page)
            return dict(self._known)

    def _take(self, found: Sequence[Stored]) -> None:
        for stored in sorted(found, key=lambda stored: stored.sequence):
            if stored.sequence > self._sequence:
                id = ".".join(stored.subject.split(".")[1 : 1 + self._tokens])
                known = self._known.get(id) or self._aggregate.fold(id, ())
                self._known[id] = self._aggregate.after(known, [self._aggregate.recorded(stored)])
                self._sequence = stored.sequence
