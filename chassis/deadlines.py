"""Which departments are overdue: one index of open cases says so, never the handler that asks."""

from collections.abc import Mapping
from datetime import UTC, datetime

from chassis.ask import Asking
from chassis.journal import Journal
from chassis.open_cases import Entry, Seen
from chassis.questions import question_id
from contracts.events import (
    ApplicationAccepted,
    ApplicationWithdrawn,
    DepartmentOverdue,
    DeterminationMade,
    Event,
    ReverificationOpened,
)

FOLLOWED: tuple[type[Event], ...] = (
    ApplicationAccepted,
    ReverificationOpened,
    DeterminationMade,
    ApplicationWithdrawn,
)
"""What opens a round of questions, and what ends it; who has answered is read when their time is over."""


class Deadlines:
    """What the index keeps of a case until its round is over: which departments of this service are asked in it."""

    def __init__(self, askings: Mapping[str, Asking], journal: Journal, key: bytes) -> None:
        self._askings = askings
        self._journal = journal
        self._key = key

    def note(self, entry: Entry | None, seen: Seen) -> Entry | None:
        if seen.kind in (ApplicationAccepted.__name__, ReverificationOpened.__name__):
            event = seen.event
            assert isinstance(event, ApplicationAccepted | ReverificationOpened)
            asked = [name for name in event.asked if name in self._askings]
            fresh = {
                "round": event.round,
                "asked": asked,
                "asked_at": event.at.isoformat(),
                "answer_by": event.answer_by.isoformat(),
            }
            self.restored({event.application: fresh})
            return fresh if asked else None
        if entry is not None:
            for name in entry["asked"]:
                self._askings[name].settle(
                    self._token(seen.application, name, entry["round"]), seen.application, entry["round"]
                )
        return None

    def restored(self, entries: Mapping[str, Entry]) -> None:
        """After a restart too, the questions that are still open can be answered by their ids."""
        for application, entry in entries.items():
            for name in entry["asked"]:
                self._askings[name].remember(
                    self._token(application, name, entry["round"]), application, entry["round"]
                )

    def _token(self, application: str, name: str, round: int) -> str:
        return question_id(self._key, application, name, round)

    @staticmethod
    def due(entry: Entry) -> datetime | None:
        return None if entry.get("told") else datetime.fromisoformat(entry["answer_by"])

    async def fire(self, application: str, entry: Entry) -> Entry | None:
        """Records every department that is still silent as overdue; once is enough."""
        case = await self._journal.load(application)
        silent = [name for name in entry["asked"] if name in case.waiting_for and case.round == entry["round"]]
        for name in silent:
            if (name, case.round) not in case.overdue:
                await self._journal.record(
                    DepartmentOverdue(
                        application=application,
                        at=datetime.now(UTC),
                        department=name,
                        round=case.round,
                        asked_at=datetime.fromisoformat(entry["asked_at"]),
                        answer_by=datetime.fromisoformat(entry["answer_by"]),
                    )
                )
        return {**entry, "told": True} if silent else None
