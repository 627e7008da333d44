"""What a regulation consists of, as one value, and the procedures that one deployment knows. Pure.

A procedure is handed in: nothing here or above reads "the current one". A case that was accepted names its own, and
its limits, reminders, view and notices follow that one, whatever is in force for the next application.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Literal

from contracts.case.case import Case
from contracts.events import DeterminationMade, Event
from contracts.inquiries import Answer
from contracts.local_time import SHANGHAI
from procedures.department import Department, contract_sha256
from procedures.policy import InForce, Policy


@dataclass(frozen=True)
class Procedure:
    """One regulation: its numbers, whom it asks what, how it decides, and how it tells what was decided."""

    subject: Literal["family", "project"]
    """What a case of it is about."""
    policy: Policy
    departments: tuple[Department, ...]
    """Every department that it may ask; `policy` says which are asked on a day."""
    ban_question: Department
    """Who is asked at intake already, before anything is accepted."""
    assess: Callable[[Any, Any], Any]
    """Refused, to be supplemented or accepted, from a form and what intake knows; in types of its own."""
    decide: Callable[[Case, datetime], tuple[Event, ...]]
    """The determination of a case that is settled, and what follows from it."""
    determine_again: Callable[[Case, DeterminationMade], DeterminationMade]
    """The same determination from the case's answers, under the law and by the reading of its time."""
    would_change: Callable[[Case, str, Answer], bool | None]
    """Whether a late answer of a department would have made another outcome."""
    law_for: Callable[[Case, str], InForce]
    """The law of the day that one rule looks at."""
    view: Callable[[Case], Any]
    """What the household and the officers see of a case, as one frozen model."""
    notices: Mapping[type[Event], Any]
    """The events that the household is told about, and the notices for each."""

    @property
    def name(self) -> str:
        return self.policy.name

    def on(self, instant: datetime) -> InForce:
        """Its numbers on the day of an instant, in Shanghai."""
        return self.policy.on(instant.astimezone(SHANGHAI).date())

    def department(self, name: str) -> Department:
        """Raises LookupError for one that this procedure never asks."""
        found = next((department for department in self.departments if department.name == name), None)
        if found is None:
            raise LookupError(f"{self.name} asks no department {name!r}")
        return found


@dataclass(frozen=True)
class Procedures:
    """The procedures of one deployment: under which new applications are accepted, and those of older cases."""

    accepting: Procedure
    others: tuple[Procedure, ...] = ()

    def __post_init__(self) -> None:
        """Raises ValueError if two procedures ask one department for other rows, and their questions look alike."""
        hashes: dict[tuple[str, str | None], str] = {}
        for department in self._departments():
            made = contract_sha256(department)
            if hashes.setdefault((department.name, department.contract), made) != made:
                raise ValueError(f"{department.name} is asked for other rows: give that contract a name of its own")

    @cached_property
    def by_name(self) -> dict[str, Procedure]:
        return {procedure.name: procedure for procedure in (self.accepting, *self.others)}

    def named(self, name: str) -> Procedure:
        """Raises LookupError for a name that this version does not know."""
        if name not in self.by_name:
            raise LookupError(f"there is no procedure {name!r}; there are {', '.join(self.by_name)}")
        return self.by_name[name]

    def of(self, case: Case) -> Procedure:
        """The procedure that a case was accepted under; before that, the one it would be accepted under."""
        return self.accepting if case.accepted is None else self.named(case.accepted.policy)

    def decide(self, case: Case, now: datetime) -> tuple[Event, ...]:
        return self.of(case).decide(case, now)

    def view(self, case: Case) -> dict[str, Any]:
        """What is shown of a case, as JSON."""
        return dict(self.of(case).view(case).model_dump(mode="json"))

    @property
    def events_told(self) -> Collection[type[Event]]:
        """The events that any of them tells the household about."""
        return dict.fromkeys(event for procedure in self.by_name.values() for event in procedure.notices)

    def asked_by(self, service: str) -> tuple[Department, ...]:
        """The departments that one service asks, each once, with the first of its contracts."""
        found: dict[str, Department] = {}
        for department in sorted(self._departments(), key=lambda it: it.contract is not None):
            if department.asked_by == service:
                found.setdefault(department.name, department)
        return tuple(found.values())

    def named_contracts(self, department: str) -> dict[str, Department]:
        """What the cases of a procedure ask a department, by the procedure's name, if the contract has one."""
        return {
            procedure.name: one
            for procedure in self.by_name.values()
            for one in procedure.departments
            if one.name == department and one.contract is not None
        }

    def _departments(self) -> Iterator[Department]:
        return (department for procedure in self.by_name.values() for department in procedure.departments)

    def asked_on(self, day: date) -> Collection[str]:
        """Whom cases that are accepted on a day are asked about."""
        return self.accepting.policy.on(day).departments

    def certified_only(self, department: str, now: datetime) -> bool:
        """Whether a procedure that asks this department asks only those that are certified."""
        asking = (it for it in self.by_name.values() if any(one.name == department for one in it.departments))
        return any(procedure.on(now).certified_departments_only for procedure in asking)
