"""What a department is: whom a question names, what a row of its answer holds, and the hash of that contract. Pure."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

from contracts.bilingual import Bilingual
from contracts.jws import sha256
from procedures.records import Record, meanings_of

Narrow = Callable[[Sequence[Record], frozenset[str], date], list[Record | None]]
"""The rows about one person as they are kept, given the ID numbers asked about and the day of the question (Beijing):
as they are, narrowed, or None."""


def as_they_are(rows: Sequence[Record], family: frozenset[str], day: date) -> list[Record | None]:
    return list(rows)


def by_row(narrow: Callable[[Record, frozenset[str]], Record | None]) -> Narrow:
    return lambda rows, family, day: [narrow(row, family) for row in rows]


About = Literal["applicant", "adults", "everyone"]

ABOUT: dict[About, str] = {
    "applicant": "the main applicant alone",
    "adults": "every adult of the family",
    "everyone": "every member of the family, children too",
}
"""Whom a question is about."""


@dataclass(frozen=True)
class Department:
    """One department: what it is asked with and how its answer is read. Pure."""

    name: str
    title: Bilingual
    article: str
    asked_by: str
    """The service that asks it."""
    about: About
    with_name: bool
    record: type[Record]
    row: str
    """What one row is, and of which period; part of no hash, as the descriptions of its fields."""
    within_question: Narrow = as_they_are
    """Keeps, narrows or drops (None) the rows about one person."""
    contract: str | None = None
    """The name that its questions carry, so that a responder tells them from those of another procedure; None for the
    first contract of a department, whose questions were signed before there were names."""
    former_hashes: tuple[str, ...] = ()
    """What `contract_sha256` was of this same contract until 2026-11-28, when it was made over generated text: it
    differed by the version of pydantic (2.11 to 2.14) and with docstrings or without."""


@cache
def contract_sha256(department: Department) -> str:
    """Of everything that the department is asked with and may answer: another contract needs another check.

    Made of names and meanings of our own, never of generated text: a library that words a schema anew, or a docstring
    that reads better, changes no contract.
    """
    fields = {name: [meaning.name, meaning.of] for name, meaning in meanings_of(department.record).items()}
    contract = {"about": department.about, "with_name": department.with_name, "fields": fields}
    return sha256(json.dumps(contract, sort_keys=True, ensure_ascii=False).encode())


def contract_hashes(department: Department) -> tuple[str, ...]:
    """The hashes over which a certificate counts."""
    return (contract_sha256(department), *department.former_hashes)


def about_rows(department: Department) -> str:
    """What a row is, and whom a question to this department names."""
    name = "by ID number and name" if department.with_name else "by ID number, without a name"
    whom = f"A question (Art. {department.article}) names {ABOUT[department.about]}, {name}."
    return f"{department.row} {whom} What is not stated is left out, empty or null."
