"""What a determination is made from: the family by its form, and what each department said about whom."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TypeVar, cast

from pydantic import ValidationError

from contracts.answer_kinds import contradiction_about, contradiction_of_the_whole
from contracts.application import MaritalStatus
from contracts.case.answers import Counted
from contracts.events.values import FamilyMember, OwnBan
from contracts.inquiries import Kind
from contracts.people import age_on
from contracts.readings import CURRENT_READING, FIRST_READING
from procedures.hainan_2025.departments.housing import HousingRow
from procedures.hainan_2025.departments.real_estate import OwnershipRow
from procedures.hainan_2025.first_reading import row_as_read_then
from procedures.policy import InForce, Policy
from procedures.records import Record, read_row

HOUSEHOLD_REGISTRY = "household-registry"
CIVIL_AFFAIRS = "civil-affairs"
SOCIAL_SECURITY = "social-security"
TAX = "tax"
REAL_ESTATE = "real-estate"
HOUSING = "housing"

LISTS = (OwnershipRow, HousingRow)
"""Registers where a person has any number of rows; in all others `found` without a row says nothing."""

Row = TypeVar("Row", bound=Record)


@dataclass(frozen=True)
class Doubt:
    """A value that was not understood: who said it, about whom, in which field."""

    department: str
    about: str
    field: str
    said: str

    def __str__(self) -> str:
        who = self.department.replace("-", " ")
        return f"{who} says '{self.said}' as {self.field} of {self.about}, which is not understood"


def doubts_of(department: str, about: str, row: Record, fields: AbstractSet[str]) -> Iterator[Doubt]:
    for field, said in row.not_understood.items():
        if field in fields:
            yield Doubt(department, about, field, said)


def _is_unclear_today(counted: Counted) -> bool:
    """Of a case under way at an upgrade: whether an answer that an older reading took would not be clear today.

    What that reading dropped cannot be read again, so whatever it dropped makes the answer unclear.
    """
    answer = counted.answer
    kinds = [person.kind for person in answer.persons]
    whole = contradiction_of_the_whole(answer.kind, kinds, (), with_name=True)
    each = (contradiction_about(person.kind, len(person.records), with_name=True) for person in answer.persons)
    return counted.surplus > 0 or whole is not None or any(each)


@dataclass(frozen=True)
class Facts:
    """All that the rules may read; a department that is no key of `answers` has not answered yet.

    R17 looks at the day of acceptance, R18, R32 and G20 at `as_of`; both are days in Asia/Shanghai.
    """

    persons: tuple[FamilyMember, ...]
    marital_status: MaritalStatus
    own_income_shown: bool
    at_a_counter: bool
    accepted_at: datetime
    accepted_on: date
    as_of: date
    policy: Policy
    answers: Mapping[str, Counted]
    children_elsewhere: frozenset[str] = frozenset()
    """Declared children who stood in another open case of the project when this one was accepted."""
    own_ban: OwnBan | None = None
    """A ban of the applicant in our own record, as it stood when the round was opened."""
    reading: int = CURRENT_READING
    """By which version rows and law are read (contracts/readings.py)."""

    @cached_property
    def law_at_acceptance(self) -> InForce:
        return self.policy.on(self.accepted_on)

    @cached_property
    def law_today(self) -> InForce:
        return self.policy.on(self.as_of)

    @cached_property
    def applicant(self) -> FamilyMember:
        return next(person for person in self.persons if person.role == "applicant")

    @cached_property
    def spouse(self) -> FamilyMember | None:
        return next((person for person in self.persons if person.role == "spouse"), None)

    @cached_property
    def members(self) -> tuple[FamilyMember, ...]:
        """The family: a child who was grown on the day of acceptance is none of it (Art. 17, R17b)."""
        if self.reading == FIRST_READING:
            return self.persons
        adult_age = self.law_at_acceptance.adult_age
        return tuple(
            person
            for person in self.persons
            if person.role != "child" or age_on(person.id_number, self.accepted_on) < adult_age
        )

    @cached_property
    def family(self) -> frozenset[str]:
        """The ID numbers of all members."""
        return frozenset(person.id_number for person in self.members)

    def called(self, person: FamilyMember) -> str:
        """How a finding speaks of somebody: never by name or number."""
        if person.role != "child":
            return f"the {person.role}"
        children = [each.id_number for each in self.persons if each.role == "child"]
        return f"child {children.index(person.id_number) + 1}"

    def said(
        self, department: str, person: FamilyMember, record: type[Row], unmatched_is_none: bool = False
    ) -> tuple[Row, ...] | None:
        """The rows about a person, () where the department looked and found none, None where nobody can tell.

        Nobody can tell from silence, from contradicting answers, or from rows that cannot be read.
        """
        key = (department, person.id_number, unmatched_is_none)
        if key not in self._rows:
            self._rows[key] = self._read(department, person, record, unmatched_is_none)
        return cast(tuple[Row, ...] | None, self._rows[key])

    @cached_property
    def _rows(self) -> dict[tuple[str, str, bool], tuple[Record, ...] | None]:
        """What was read already: several rules ask for the same rows."""
        return {}

    def _read(
        self, department: str, person: FamilyMember, record: type[Row], unmatched_is_none: bool
    ) -> tuple[Row, ...] | None:
        counted = self.answers.get(department)
        if counted is None or counted.contradicted:
            return None
        if counted.answer.kind in self._kinds_of_everybody:
            return None
        if counted.reading < self.reading and _is_unclear_today(counted):
            return None
        about = counted.answer.about(person.id_number)
        if about.kind == "none" or (about.kind == "not_matched" and unmatched_is_none):
            return None if about.records else ()
        if about.kind != "found" or (not about.records and record not in LISTS):
            return None
        if self.reading != FIRST_READING:
            return tuple(read_row(record, row, stored=True) for row in about.records)
        try:
            return tuple(row_as_read_then(record, row) for row in about.records)
        except ValidationError:
            return None

    @property
    def _kinds_of_everybody(self) -> tuple[Kind, ...]:
        """The kinds of the whole beside which it does not count what is said of a person."""
        first = self.reading == FIRST_READING
        return ("cannot_determine", "refused", "deferred") if first else ("refused", "deferred")

    def not_understood(
        self, department: str, person: FamilyMember, record: type[Record], *fields: str
    ) -> tuple[Doubt, ...]:
        """What a department said about somebody in these fields that its contract does not have."""
        rows = self.said(department, person, record) or ()
        who = self.called(person)
        return tuple(doubt for row in rows for doubt in doubts_of(department, who, row, frozenset(fields)))
