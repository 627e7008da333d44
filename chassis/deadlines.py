"""Which departments are overdue: one index of open cases says so, never the handler that asks."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from chassis.ask import Asking
from chassis.journal import Journal
from chassis.open_cases import Entry
from chassis.questions import question_id
from contracts.case import Recorded
from contracts.events import (
    AnsweredByHand,
    ApplicationAccepted,
    ApplicationWithdrawn,
    DepartmentAnswered,
    DepartmentOverdue,
    DeterminationMade,
    ReverificationOpened,
)


class Deadlines:
    """What the index keeps of a case until every department of this service has answered or is overdue."""

    def __init__(self, askings: Mapping[str, Asking], journal: Journal, key: bytes) -> None:
        self._askings = askings
        self._journal = journal
        self._key = key

    def note(self, entry: Entry | None, item: Recorded) -> Entry | None:
        event = item.event
        match event:
            case ApplicationAccepted() | ReverificationOpened():
                waiting = [name for name in event.asked if name in self._askings]
                self._remember(event.application, event.round, waiting)
                return {
                    "round": event.round,
                    "waiting": waiting,
                    "asked_at": event.at.isoformat(),
                    "answer_by": event.answer_by.isoformat(),
                }
            case DepartmentAnswered() | AnsweredByHand() | DepartmentOverdue() if entry:
                if event.round != entry["round"]:
                    return entry
                waiting = [name for name in entry["waiting"] if name != event.department]
                return {**entry, "waiting": waiting} if waiting else None
            case ApplicationWithdrawn() | DeterminationMade():
                return None
        return entry

    def restored(self, entries: Mapping[str, Entry]) -> None:
        """After a restart: the questions that are still open can be answered by their ids again."""
        for application, entry in entries.items():
            self._remember(application, entry["round"], entry["waiting"])

    def _remember(self, application: str, round: int, waiting: Iterable[str]) -> None:
        for name in waiting:
            self._askings[name].remember(question_id(self._key, application, name, round), application, round)

    @staticmethod
    def due(entry: Entry) -> datetime | None:
        return datetime.fromisoformat(entry["answer_by"])

    async def fire(self, application: str, entry: Entry) -> None:
        """Records every department that is still silent as overdue; once is enough."""
        now = datetime.now(UTC)
        for name in entry["waiting"]:
            await self._journal.record(
                DepartmentOverdue(
                    application=application,
                    at=now,
                    department=name,
                    round=entry["round"],
                    asked_at=datetime.fromisoformat(entry["asked_at"]),
                    answer_by=datetime.fromisoformat(entry["answer_by"]),
                )
            )
