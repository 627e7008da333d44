"""A case being made up: the form, and what every register holds, until it is laid down as facts."""

from dataclasses import dataclass, field
from datetime import date
from random import Random

from tests.law.facts import (
    ADULT,
    CIVIL,
    ESTATE,
    HOUSING,
    REGISTRY,
    SOCIAL,
    TAX,
    Answer,
    Facts,
    MaritalStatus,
    Member,
    OwnRecord,
    PersonAnswer,
    Record,
    Role,
    whole_kind,
)
from tests.law.idnumbers import age_on

HERE = "150303"
STATUS_CODE = {"single": "10", "married": "20", "widowed": "30", "divorced": "40"}


@dataclass
class Draft:
    """A family, and rows that situations twist; `fails` and `silent` come over them at the end."""

    random: Random
    accepted_on: date
    as_of: date
    marital_status: MaritalStatus = "single"
    at_a_counter: bool = False
    own_income_shown: bool = False
    members: list[Member] = field(default_factory=list)
    children_elsewhere: set[str] = field(default_factory=set)
    registry: dict[str, Record] = field(default_factory=dict)
    civil: dict[str, Record] = field(default_factory=dict)
    social: Record = field(default_factory=dict)
    tax: Record = field(default_factory=dict)
    homes: list[list[Record]] = field(default_factory=list)
    contracts: list[Record] = field(default_factory=list)
    bureau: list[tuple[str, Record]] = field(default_factory=list)
    fails: dict[tuple[str, str], str] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    writes_small_x: bool = False
    own_record: OwnRecord | None = None

    def add(self, role: Role, number: str) -> None:
        if all(member.id_number[:17] != number[:17] for member in self.members):
            self.members.append(Member(role, number))

    @property
    def applicant(self) -> Member:
        return self.members[0]

    @property
    def spouse(self) -> Member | None:
        return next((member for member in self.members if member.role == "spouse"), None)

    @property
    def adults(self) -> list[Member]:
        return [member for member in self.members if age_on(member.id_number, self.accepted_on) >= ADULT]

    @property
    def family(self) -> list[Member]:
        return [member for member in self.members if member.role != "child" or member not in self.adults]

    def say_what_is_declared(self) -> None:
        """Every register agrees with the form, and nobody owns anything."""
        for member in self.members:
            self.registry[member.id_number] = {"status": "normal", "hukou_division": HERE, "residence": "yes"}
        for member in self.adults:
            self.civil[member.id_number] = self._marriage(member)
        self.social = {"insured": True, "division": HERE}
        self.tax = {"income_recorded": True, "division": HERE}

    def _marriage(self, member: Member) -> Record:
        if member.role == "child":
            return {"marital_status": "10"}
        if self.marital_status != "married":
            return {"marital_status": STATUS_CODE[self.marital_status]}
        partner = self.applicant if member.role == "spouse" else self.spouse
        row = {"marital_status": self.random.choice(("20", "20", "21", "22", "23"))}
        if partner is not None and self.random.random() < 0.8:
            row["spouse_id_number"] = partner.id_number
        return row

    def facts(self) -> Facts:
        """The case as it lies on the desk."""
        said = {
            REGISTRY: {m.id_number: _one(self.registry.get(m.id_number)) for m in self.members},
            CIVIL: {m.id_number: _one(self.civil.get(m.id_number)) for m in self.adults},
            SOCIAL: {self.applicant.id_number: _one(self.social)},
            TAX: {self.applicant.id_number: _one(self.tax)},
            ESTATE: {m.id_number: _many(self._registered(m.id_number)) for m in self.members},
            HOUSING: {m.id_number: _many(self._bureau(m.id_number)) for m in self.members},
        }
        if self.writes_small_x:
            for person in (person for persons in said.values() for person in persons.values()):
                person.records[:] = [_in_small_letters(row) for row in person.records]
        for (department, number), kind in self.fails.items():
            if number in said[department]:
                said[department][number] = PersonAnswer(kind)
        answers: dict[str, Answer | None] = {
            department: None if department in self.silent else Answer(whole_kind(persons.values()), persons)
            for department, persons in said.items()
            if persons
        }
        return Facts(
            tuple(self.members),
            self.marital_status,
            self.at_a_counter,
            self.own_income_shown,
            self.accepted_on,
            self.as_of,
            frozenset(self.children_elsewhere),
            answers,
            self.own_record,
        )

    def _registered(self, number: str) -> list[Record]:
        """Every owner row of each unit in which a member has a part."""
        units = [rows for rows in self.homes if any(row.get("owner_id_number") == number for row in rows)]
        return [dict(row) for rows in units for row in rows]

    def _bureau(self, number: str) -> list[Record]:
        mine = [row for row in self.contracts if row.get("buyer_id_number") == number]
        numbers = {row.get("contract_no") for row in mine}
        nobodys = [
            row for row in self.contracts if "buyer_id_number" not in row and number == self.applicant.id_number
        ]
        together = [row for row in self.contracts if row.get("contract_no") in numbers and row not in mine + nobodys]
        rows = [*mine, *nobodys, *together, *(row for owner, row in self.bureau if owner == number)]
        return [dict(row) for row in rows]


def _one(row: Record | None) -> PersonAnswer:
    return PersonAnswer("found", [dict(row)]) if row else PersonAnswer("none")


def _many(rows: list[Record]) -> PersonAnswer:
    return PersonAnswer("found", rows) if rows else PersonAnswer("none")


def _in_small_letters(row: Record) -> Record:
    return {cell: value.lower() if cell.endswith("id_number") else value for cell, value in row.items()}
