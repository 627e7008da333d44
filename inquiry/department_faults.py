"""What is wrong with a department now: since when, and how many questions have no answer over it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Kind = Literal["silent", "no answer", "not believed"]
"""Nobody answered in time · what came is no answer by the contract · its signature does not hold."""


@dataclass(frozen=True)
class Fault:
    kind: Kind
    why: str
    since: datetime


@dataclass
class Faults:
    """The newest fault of every question that has no answer over one; gone once it is answered or settled."""

    of_questions: dict[str, Fault] = field(default_factory=dict)
    newest: Fault | None = None

    def add(self, question: str, kind: Kind, why: str, now: datetime) -> bool:
        """Whether this is news: another fault than the newest one."""
        known = self.of_questions.pop(question, None)  # so that the newest stands last
        since = known.since if known is not None and known.kind == kind else now
        self.of_questions[question] = Fault(kind, why, since)
        news = self.newest is None or self.newest.why != why
        self.newest = self.of_questions[question]
        return news

    def mended(self, question: str) -> None:
        self.of_questions.pop(question, None)
        if not self.of_questions:
            self.newest = None

    def heard(self, question: str) -> None:
        """The question was answered: the department is there, so nothing of it is silent any more."""
        for token in [token for token, fault in self.of_questions.items() if fault.kind == "silent"]:
            del self.of_questions[token]
        self.mended(question)

    def listed(self) -> list[dict[str, Any]]:
        """Every kind of fault there is now: why (the newest), since when, over how many questions."""
        found: dict[Kind, list[Fault]] = {}
        for fault in self.of_questions.values():
            found.setdefault(fault.kind, []).append(fault)
        return [
            {
                "kind": kind,
                "why": faults[-1].why,
                "since": min(fault.since for fault in faults).isoformat(),
                "questions": len(faults),
            }
            for kind, faults in found.items()
        ]
