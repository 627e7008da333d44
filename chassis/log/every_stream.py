"""All streams of one kind, folded: each look reads on from where the last one ended, and costs one small read."""

import asyncio
from collections.abc import Mapping
from typing import Generic

from chassis.log.aggregate import Aggregate, E, S, Versioned
from chassis.log.history import History

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
            while True:
                page = await self._history.after(self._sequence, f"{self._aggregate.registry.prefix}.>", PAGE)
                for stored in page:
                    id = ".".join(stored.subject.split(".")[1 : 1 + self._tokens])
                    known = self._known.get(id) or self._aggregate.fold(id, ())
                    self._known[id] = self._aggregate.after(known, [self._aggregate.recorded(stored)])
                    self._sequence = stored.sequence
                if len(page) < PAGE:
                    return dict(self._known)
