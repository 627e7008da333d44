"""How many cases stand where, and what departments owe: a fold of the log so small that it costs next to nothing.

The process that follows every record anyway does it, so no other one reads anything for it. What moves a case stands
in contracts/case/fold.py; here only its state is kept, and tests hold this fold against that one.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chassis.log.stored import Stored
from contracts.case.states import AT_REST, State

S = State
BY_OUTCOME = {"eligible": S.VERIFYING, "ineligible": S.INELIGIBLE_PROPOSED, "review": S.REVIEW}
MOVES = {
    "ApplicationSubmitted": S.SUBMITTED,
    "SupplementRequested": S.SUPPLEMENT_WANTED,
    "ApplicationSupplemented": S.SUBMITTED,
    "ApplicationRefused": S.REFUSED,
    "ApplicationWithdrawn": S.WITHDRAWN,
    "PoolConfirmed": S.POOL_CONFIRMED,
}
"""Events that alone say where the case stands after them."""
ABOUT_A_QUESTION = frozenset({"DepartmentAnswered", "AnsweredByHand", "DepartmentOverdue"})


@dataclass
class Open:
    """An open case: its state and since when; in a round of questions, who has not answered, and who is overdue."""

    state: State
    since: datetime
    round: str = ""
    asked_at: datetime | None = None
    waiting: set[str] = field(default_factory=set)
    overdue: set[str] = field(default_factory=set)
    objections: set[int] = field(default_factory=set)
    """In time and not decided."""


@dataclass
class Owed:
    """What one department owes at one instant."""

    backlog: int = 0
    oldest: datetime | None = None
    overdue: int = 0


class Standing:
    """The log up to `sequence`, folded."""

    def __init__(self) -> None:
        self.sequence = 0
        self.open: dict[str, Open] = {}
        self.at_rest: dict[str, State] = {}
        self.departments: set[str] = set()

    def take(self, page: Iterable[Stored]) -> None:
        """Records in the order of the log, each once; a record seen before changes nothing."""
        for stored in page:
            if stored.sequence > self.sequence:
                self.sequence = stored.sequence
                if stored.subject.startswith("case."):
                    # What cannot be read moves no case, and holds up no other; the audit names it.
                    with suppress(ValueError, LookupError, TypeError):
                        self._take(stored)

    def _take(self, stored: Stored) -> None:
        tokens, kind = stored.subject.split("."), stored.headers.get("ce-type", "")
        number = tokens[1]
        case = self.open.get(number)
        if kind in ABOUT_A_QUESTION:
            if case is not None:
                _about_a_question(case, kind, *tokens[3:5])
            return
        before = case.state if case else self.at_rest.get(number)
        state = MOVES.get(kind) or _state_by_body(kind, stored.body, before, case)
        if state is None:
            return
        self._stands(number, case, state, _at(stored))
        if kind in ("ApplicationAccepted", "ReverificationOpened"):
            self._asked(self.open[number], json.loads(stored.body), _at(stored))

    def _stands(self, number: str, case: Open | None, state: State, at: datetime) -> None:
        if state in AT_REST:
            self.open.pop(number, None)
            self.at_rest[number] = state
            return
        self.at_rest.pop(number, None)
        if case is None:
            self.open[number] = Open(state, at)
            return
        if case.state is not state:
            case.state, case.since = state, at
        case.waiting.clear()
        case.overdue.clear()

    def _asked(self, case: Open, body: Mapping[str, Any], at: datetime) -> None:
        case.round, case.asked_at = str(body["round"]), at
        case.waiting = set(body["asked"])
        self.departments |= case.waiting

    def by_state(self) -> Counter[State]:
        return Counter(case.state for case in self.open.values()) + Counter(self.at_rest.values())

    def since(self) -> dict[State, datetime]:
        """Since when the case that stands longest in an open state stands there."""
        found: dict[State, datetime] = {}
        for case in self.open.values():
            found[case.state] = min(case.since, found.get(case.state, case.since))
        return found

    def owed(self) -> dict[str, Owed]:
        """By department, those that owe nothing too."""
        found = {name: Owed() for name in self.departments}
        for case in self.open.values():
            for name in case.waiting:
                owed = found[name]
                owed.backlog += 1
                owed.overdue += name in case.overdue
                if case.asked_at is not None:
                    owed.oldest = min(case.asked_at, owed.oldest or case.asked_at)
        return found

    def overdue_cases(self) -> int:
        return sum(bool(case.overdue) for case in self.open.values())


def _at(stored: Stored) -> datetime:
    """When it happened, as its event says."""
    said = stored.headers.get("ce-time")
    return datetime.fromisoformat(said) if said else stored.at


def _about_a_question(case: Open, kind: str, department: str, round: str) -> None:
    if round != case.round:
        return
    if kind == "DepartmentOverdue":
        if department in case.waiting:
            case.overdue.add(department)
    else:
        case.waiting.discard(department)
        case.overdue.discard(department)


def _state_by_body(kind: str, body: bytes, before: State | None, case: Open | None) -> State | None:
    """The state after an event that has to be read, or that depends on where the case stood; None if it moves none."""
    match kind:
        case "ApplicationAccepted" | "ReverificationOpened":
            return S.VERIFYING
        case "DeterminationMade":
            return BY_OUTCOME[json.loads(body)["outcome"]]
        case "DeterminationConfirmed":
            return S.INELIGIBLE if json.loads(body)["outcome"] == "ineligible" else S.VERIFYING
        case "PublicityOpened":
            return S.OBJECTED if before is S.OBJECTED else S.IN_PUBLICITY
        case "ObjectionRaised" if case is not None and before in (S.IN_PUBLICITY, S.OBJECTED):
            raised = json.loads(body)
            if not raised["in_time"]:
                return None
            case.objections.add(raised["n"])
            return S.OBJECTED
        case "ObjectionDecided" if case is not None:
            decided = json.loads(body)
            case.objections.discard(decided["n"])
            if decided["upheld"]:
                return S.DISQUALIFIED
            return S.OBJECTED if case.objections else S.IN_PUBLICITY
    return None
