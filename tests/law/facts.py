"""The facts of one case as an officer would lay them on a desk, and the shapes in which a reading of the law answers.

Written from the text of the regulation alone; nothing of the project is imported in this folder but in bridge.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Literal

from tests.law.idnumbers import age_on

Role = Literal["applicant", "spouse", "child", "parent"]
MaritalStatus = Literal["single", "married", "widowed", "divorced"]
Truth = Literal["met", "not_met", "unknown"]
Outcome = Literal["eligible", "review", "ineligible"]
Conditions = Literal["none", "carried", "to_be_checked"]
Record = dict[str, Any]

REGISTRY, CIVIL, SOCIAL, TAX, ESTATE, HOUSING = DEPARTMENTS = (
    "household-registry",
    "civil-affairs",
    "social-security",
    "tax",
    "real-estate",
    "housing",
)
RULES = ("R17a", "R17b", "R17c", "R18a", "R18b", "R18c", "R32", "G20")

ADULT = 18  # Art. 17
UNCLEAR = frozenset({"cannot_determine", "refused"})
"""Kinds by which a department says that it cannot or will not say: unknown, never "no"."""


@dataclass(frozen=True)
class Member:
    """One person on the form."""

    role: Role
    id_number: str


@dataclass(frozen=True)
class PersonAnswer:
    """What one department said about one person. A key that is missing in a record is "not stated"."""

    kind: str
    records: list[Record] = field(default_factory=list)


@dataclass(frozen=True)
class OwnRecord:
    """A ban that was imposed here, as it stands in the office's own file: it always has both its days."""

    since: date
    until: date


@dataclass(frozen=True)
class Answer:
    """What one department said: a kind for the whole, and one for each person it was asked about."""

    kind: str
    persons: dict[str, PersonAnswer]


def whole_kind(persons: Iterable[PersonAnswer]) -> str:
    """The kind that the persons' kinds make together."""
    kinds = {person.kind for person in persons}
    if "found" in kinds:
        return "found"
    if len(kinds) == 1:
        return kinds.pop()
    return "cannot_determine" if kinds & UNCLEAR else "none"


@dataclass(frozen=True)
class Facts:
    """Everything a determination rests on. A department that is no key of `answers` was not asked."""

    members: tuple[Member, ...]
    marital_status: MaritalStatus
    at_a_counter: bool
    own_income_shown: bool
    accepted_on: date
    as_of: date
    children_elsewhere: frozenset[str] = frozenset()
    answers: dict[str, Answer | None] = field(default_factory=dict)
    own_record: OwnRecord | None = None

    @cached_property
    def applicant(self) -> Member:
        return next(member for member in self.members if member.role == "applicant")

    @cached_property
    def spouse(self) -> Member | None:
        return next((member for member in self.members if member.role == "spouse"), None)

    @cached_property
    def strangers(self) -> tuple[Member, ...]:
        """Who stands on the form and is neither spouse nor minor child on the day of acceptance."""
        return tuple(m for m in self.members if m.role not in ("applicant", "spouse") and m not in self.family)

    @cached_property
    def family(self) -> tuple[Member, ...]:
        """The applicant, the declared spouse, the declared minor children: who counts "per member"."""
        return tuple(
            member
            for member in self.members
            if member.role in ("applicant", "spouse") or (member.role == "child" and not self.is_adult(member))
        )

    @cached_property
    def family_numbers(self) -> frozenset[str]:
        return frozenset(member.id_number for member in self.family)

    def is_adult(self, member: Member) -> bool:
        """Eighteen on the day of acceptance: the day on which members are counted and questions are asked."""
        return age_on(member.id_number, self.accepted_on) >= ADULT

    def asked(self, department: str) -> tuple[Member, ...]:
        """Whom a department is asked about (§4)."""
        if department in (SOCIAL, TAX):
            return (self.applicant,)
        if department == CIVIL:
            return tuple(member for member in self.members if self.is_adult(member))
        return self.members

    def is_silent(self, department: str) -> bool:
        return department in self.answers and self.answers[department] is None

    def said(self, department: str, member: Member) -> PersonAnswer | None:
        """What a department said about a member; None while it is silent."""
        answer = self.answers.get(department)
        if answer is None:
            return None
        unnamed = "cannot_determine" if answer.persons else answer.kind
        return answer.persons.get(member.id_number) or PersonAnswer(unnamed)

    def records(self, department: str, member: Member) -> list[Record]:
        """The rows a department found about a member; none where it found or said nothing."""
        said = self.said(department, member)
        return said.records if said is not None and said.kind == "found" else []


@dataclass(frozen=True)
class Finding:
    """One rule's truth, and the branches of the text that led to it (names of `branches.BRANCHES`)."""

    truth: Truth
    because: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """What the law says about a case."""

    outcome: Outcome
    truths: dict[str, Truth]
    conditions: Conditions
    waits_for: frozenset[str]
    because: tuple[str, ...] = field(default=(), compare=False)
