"""Which departments are silent: one index of open cases reminds them, says who is overdue, and tells them to stop.

Never the handler that asks: behind a closed door nothing is delivered.
"""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from chassis.consume.due_index import DueIndex, DueItem, LogRecord
from chassis.log.journal import Journal
from chassis.telemetry.spans import nothing_happened, span
from contracts.case.case import Case
from contracts.events import (
    ApplicationAccepted,
    ApplicationWithdrawn,
    DepartmentOverdue,
    DepartmentReminded,
    DeterminationMade,
    Event,
    ReverificationOpened,
)
from inquiry.department_client import DepartmentClient
from inquiry.questions import question_id
from procedures.deadlines import reminders
from procedures.procedure import Procedure, Procedures
from procedures.working_days import Calendar

FOLLOWED: tuple[type[Event], ...] = (
    ApplicationAccepted,
    ReverificationOpened,
    DeterminationMade,
    ApplicationWithdrawn,
)
"""What opens a round of questions, and what ends it; who has answered is read when their time is over."""
OFFICE_HOURS = timedelta(hours=9)
"""From opening to close of business: a reminder that was missed longer is left out, not sent at night."""
READ_AT_ONCE = 50
AT_ONCE = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Silent:
    """A question that is not answered yet, as the lists show it."""

    case: Case
    department: str
    round: int
    asked_at: datetime
    answer_by: datetime
    overdue: bool
    reminded: int


class Deadlines:
    """What the index keeps of a case until its round is over: which departments of this service are asked in it."""

    def __init__(
        self,
        askings: Mapping[str, DepartmentClient],
        journal: Journal,
        key: bytes,
        calendar: Calendar,
        drill_seconds: float | None,
        procedures: Procedures,
    ) -> None:
        self._askings = askings
        self._journal = journal
        self._key = key
        self._calendar = calendar
        self._drill_seconds = drill_seconds
        self._procedures = procedures
        self.index: DueIndex | None = None

    def note(self, entry: DueItem | None, seen: LogRecord) -> DueItem | None:
        if seen.kind in (ApplicationAccepted.__name__, ReverificationOpened.__name__):
            event = seen.event
            assert isinstance(event, ApplicationAccepted | ReverificationOpened)
            fresh = self._opened(event) | {"trace": seen.traceparent}
            self.restored({event.application: fresh})
            return fresh if fresh["asked"] else None
        if entry is None:
            return None
        self._settle(seen.application, entry)
        return {**entry, "stop": True} if seen.kind == ApplicationWithdrawn.__name__ else None

    def _settle(self, application: str, entry: DueItem) -> None:
        for name in entry["asked"]:
            token = self._token(application, name, entry["round"])
            self._askings[name].settle(token, application, entry["round"])

    def _opened(self, event: ApplicationAccepted | ReverificationOpened) -> DueItem:
        entry: DueItem = {
            "round": event.round,
            "asked": [name for name in event.asked if name in self._askings],
            "asked_at": event.at.isoformat(),
            "answer_by": event.answer_by.isoformat(),
            "remind": [],
        }
        if isinstance(event, ReverificationOpened):
            return {**entry, "law_unknown": True}  # it does not name the procedure of its case: `fire` reads the case
        return self._with_reminders(entry, self._procedures.named(event.policy))

    def _with_reminders(self, entry: DueItem, procedure: Procedure) -> DueItem:
        """The ladder of a round, by the case's own procedure on the day of the question."""
        asked_at = datetime.fromisoformat(entry["asked_at"])
        ladder = reminders(self._calendar, procedure.on(asked_at), asked_at, self._drill_seconds)
        known = {key: value for key, value in entry.items() if key != "law_unknown"}
        return {**known, "remind": [instant.isoformat() for instant in ladder]}

    def restored(self, entries: Mapping[str, DueItem]) -> None:
        """After a restart too, the questions that are still open can be answered by their ids."""
        for application, entry in entries.items():
            for name in entry["asked"] if not entry.get("stop") else ():
                self._askings[name].questions.add(
                    self._token(application, name, entry["round"]), application, entry["round"]
                )

    def _token(self, application: str, name: str, round: int) -> str:
        return question_id(self._key, application, name, round)

    @staticmethod
    def due(entry: DueItem) -> datetime | None:
        if entry.get("stop") or entry.get("law_unknown"):
            return AT_ONCE
        ahead = _ladder(entry)[entry.get("step", 0) :]
        until = [] if entry.get("told") else [datetime.fromisoformat(entry["answer_by"])]
        return min([*ahead[:1], *until], default=None)

    async def fire(self, application: str, entry: DueItem) -> DueItem | None:
        """Reminds whoever is still silent, and records them as overdue once their time is over; once is enough."""
        asked_at = datetime.fromisoformat(entry["asked_at"])
        trace = entry.get("trace")  # a checkpoint of an older version has none
        with span("remind case.{application}", parent=trace, since=asked_at, application=application):
            kept = await self._remind(application, entry)
            if kept is None or kept == entry:
                nothing_happened()
            return kept

    async def _remind(self, application: str, entry: DueItem) -> DueItem | None:
        case = await self._journal.load(application)
        asked_at, answer_by = datetime.fromisoformat(entry["asked_at"]), datetime.fromisoformat(entry["answer_by"])
        round, now = entry["round"], self._journal.clock.now()
        if entry.get("stop"):
            for name in entry["asked"]:
                if (name, round) not in case.answers:
                    await self._askings[name].tell(application, round, answer_by, step=0)
            return None
        silent = [name for name in entry["asked"] if name in case.waiting_for and case.round == round]
        if not silent:
            self._settle(application, entry)
            return None
        if entry.get("law_unknown"):
            entry = self._with_reminders(entry, self._procedures.of(case))
        passed = [instant for instant in _ladder(entry) if instant <= now]
        step = len(passed)
        if step > entry.get("step", 0) and now - passed[-1] < OFFICE_HOURS:
            for name in silent:
                reminded = DepartmentReminded(
                    application=application, at=now, department=name, round=round, step=step, answer_by=answer_by
                )
                if await self._journal.record(reminded):
                    await self._askings[name].tell(application, round, answer_by, step)
        told = entry.get("told", False) or now >= answer_by
        for name in silent if told else ():
            if (name, round) not in case.overdue:
                await self._journal.record(
                    DepartmentOverdue(
                        application=application,
                        at=now,
                        department=name,
                        round=round,
                        asked_at=asked_at,
                        answer_by=answer_by,
                    )
                )
        return {**entry, "told": told, "step": step}

    async def silent(self, department: str | None = None, overdue_only: bool = False, most: int = 500) -> list[Silent]:
        """What is still to be answered, the oldest first, up to about so many; one department's, or all."""
        assert self.index is not None
        entries = [
            (application, entry)
            for application, entry in self.index.entries.items()
            if not entry.get("stop")
            and (department is None or department in entry["asked"])
            and (entry.get("told") or not overdue_only)
        ]
        entries.sort(key=lambda item: str(item[1]["answer_by"]))
        found: list[Silent] = []
        for page in _pages(entries, READ_AT_ONCE):
            cases = await asyncio.gather(*(self._journal.load(application) for application, _ in page))
            for case, (_, entry) in zip(cases, page, strict=True):
                silent = (item for item in _silent_in(case, entry) if department in (None, item.department))
                found += [item for item in silent if item.overdue or not overdue_only]
            # Only now is it known which of them wait: cut before, those that were answered would hide the others.
            if len(found) >= most:
                break
        return found


def _pages(entries: list[tuple[str, DueItem]], size: int) -> Iterator[list[tuple[str, DueItem]]]:
    for start in range(0, len(entries), size):
        yield entries[start : start + size]


def _ladder(entry: DueItem) -> list[datetime]:
    return [datetime.fromisoformat(instant) for instant in entry.get("remind", ())]


def _silent_in(case: Case, entry: DueItem) -> Iterator[Silent]:
    for name in entry["asked"]:
        if name in case.waiting_for and case.round == entry["round"]:
            yield Silent(
                case,
                name,
                case.round,
                datetime.fromisoformat(entry["asked_at"]),
                datetime.fromisoformat(entry["answer_by"]),
                (name, case.round) in case.overdue,
                entry.get("step", 0),
            )
