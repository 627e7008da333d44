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
    """What the index keeps of a case until every department of this service has answered.

    `waiting` are the departments that may still answer in time, `overdue` those that are silent for good or late.
    """

    def __init__(self, askings: Mapping[str, Asking], journal: Journal, key: bytes) -> None:
        self._askings = askings
        self._journal = journal
        self._key = key

    def note(self, entry: Entry | None, item: Recorded) -> Entry | None:
        event = item.event
        match event:
            case ApplicationAccepted() | ReverificationOpened():
                waiting = [name for name in event.asked if name in self._askings]
                fresh = {
                    "round": event.round,
                    "waiting": waiting,
                    "overdue": [],
                    "asked_at": event.at.isoformat(),
                    "answer_by": event.answer_by.isoformat(),
                }
                self.restored({event.application: fresh})
                return fresh if waiting else None
            case DepartmentAnswered() | AnsweredByHand() if entry and event.round == entry["round"]:
                self._settle(event.application, event.round, [event.department])
                return _without(entry, event.department)
            case DepartmentOverdue() if entry and event.round == entry["round"]:
                if event.department not in entry["waiting"]:
                    return entry
                overdue = [*entry["overdue"], event.department]
                return {**entry, "waiting": _others(entry["waiting"], event.department), "overdue": overdue}
            case ApplicationWithdrawn() | DeterminationMade() if entry:
                self._settle(event.application, entry["round"], entry["waiting"] + entry["overdue"])
                return None
        return entry

    def restored(self, entries: Mapping[str, Entry]) -> None:
        """After a restart too, the questions that are still open can be answered by their ids."""
        for application, entry in entries.items():
            for name in entry["waiting"] + entry["overdue"]:
                self._askings[name].remember(
                    self._token(application, name, entry["round"]), application, entry["round"]
                )

    def _settle(self, application: str, round: int, names: Iterable[str]) -> None:
        for name in names:
            if name in self._askings:
                self._askings[name].settle(self._token(application, name, round), application, round)

    def _token(self, application: str, name: str, round: int) -> str:
        return question_id(self._key, application, name, round)

    @staticmethod
    def due(entry: Entry) -> datetime | None:
        return datetime.fromisoformat(entry["answer_by"]) if entry["waiting"] else None

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


def _others(names: Iterable[str], name: str) -> list[str]:
    return [other for other in names if other != name]


def _without(entry: Entry, name: str) -> Entry | None:
    """The entry without a department that has answered; None where it was the last."""
    left = {**entry, "waiting": _others(entry["waiting"], name), "overdue": _others(entry["overdue"], name)}
    return left if left["waiting"] or left["overdue"] else None
