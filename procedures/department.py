"""What a department is: whom a question names, what a row of its answer holds, and the hash of that contract. Pure."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from contracts.jws import sha256
from procedures.hainan_2025.records import Record, meanings_of

Narrow = Callable[[Sequence[Record], frozenset[str]], list[Record | None]]
"""The rows about one person as they are kept, given the ID numbers asked about: as they are, narrowed, or None."""


def as_they_are(rows: Sequence[Record], family: frozenset[str]) -> list[Record | None]:
    return list(rows)


def by_row(narrow: Callable[[Record, frozenset[str]], Record | None]) -> Narrow:
    return lambda rows, family: [narrow(row, family) for row in rows]


About = Literal["applicant", "adults", "everyone"]


@dataclass(frozen=True)
class Department:
    """One department: what it is asked with and how its answer is read. Pure."""

    name: str
    title: str
    article: str
    about: About
    with_name: bool
    record: type[Record]
    asked_by: str
    """The service that asks it."""
    within_question: Narrow = as_they_are
    """Keeps, narrows or drops (None) the rows about one person."""


@cache
def contract_sha256(department: Department) -> str:
    """Of everything that the department is asked with and may answer: another contract needs another check.

    Made of names and meanings of our own, never of generated text: a library that words a schema anew, or a docstring
    that reads better, changes no contract.
    """
    fields = {name: [meaning.name, meaning.of] for name, meaning in meanings_of(department.record).items()}
    contract = {"about": department.about, "with_name": department.with_name, "fields": fields}
    return sha256(json.dumps(contract, sort_keys=True, ensure_ascii=False).encode())
