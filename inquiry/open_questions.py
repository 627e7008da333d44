"""Which questions of one department have no answer yet, and which were settled lately."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime

REMEMBERED = 20_000
"""How many settled questions may still be answered a second time (recorded, never counted)."""

Place = tuple[str, int]
"""The application and the round that a question belongs to."""


@dataclass
class OpenQuestions:
    """The questions that one department may answer, by their ids."""

    waiting: dict[str, Place] = field(default_factory=dict)
    settled: OrderedDict[str, Place] = field(default_factory=OrderedDict)
    promised: dict[str, datetime] = field(default_factory=dict)
    """The newest promise by question; the log holds only the first, so a restart may ask once too early."""

    def add(self, token: str, application: str, round: int) -> None:
        """From now on the department may answer this question without being asked again."""
        self.waiting[token] = (application, round)

    def find(self, token: str) -> Place | None:
        return self.waiting.get(token) or self.settled.get(token)

    def settle(self, token: str, application: str, round: int) -> None:
        """The question needs no answer any more; for a while, a late one is still recognised."""
        self.waiting.pop(token, None)
        self.promised.pop(token, None)
        self.settled[token] = (application, round)
        while len(self.settled) > REMEMBERED:
            self.settled.popitem(last=False)
