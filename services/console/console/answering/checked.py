"""Whether what was typed is an answer, by the code that reads a department's; what is wrong stands at its field."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chassis.errors import CommandRefused
from console.answering.fields import Cell, cells_of
from console.answering.typed import Row, Typed, TypedPerson
from contracts.answer_kinds import contradiction_about
from contracts.inquiries import Kind, PersonAnswer, Question
from inquiry.by_people.typed_answers import BY_A_PERSON, body_of, kind_of_the_whole, read_typed
from procedures.department import Department
from procedures.records import Record, fields_of, read_row

Errors = dict[str, str]
"""The key of a text by the id of the field that it stands at."""


@dataclass(frozen=True)
class Checked:
    """The answer, or what has to be changed first."""

    kind: Kind = "none"
    persons: tuple[PersonAnswer, ...] = ()
    """As it would be stored."""
    errors: Errors = field(default_factory=dict)


def kinds_for(department: Department) -> tuple[Kind, ...]:
    """What may be said of a person: nobody is not matched by a department that is asked without names."""
    return tuple(
        kind for kind in BY_A_PERSON if contradiction_about(kind, kind == "found", department.with_name) is None
    )


def check(typed: Typed, question: Question, department: Department, now: datetime) -> Checked:
    cells = cells_of(department.record)
    errors: Errors = {}
    for n, person in enumerate(typed):
        errors.update(_faults(n, person, question, department, cells))
    if errors:
        return Checked(errors=errors)
    said = tuple(
        PersonAnswer(id_number=asked.id_number, kind=_kind(person), records=_records(person, cells))
        for asked, person in zip(question.persons, typed, strict=True)
    )
    kind = kind_of_the_whole([person.kind for person in said])
    try:
        read = read_typed(body_of(question, kind, said), question, department, now)
    except CommandRefused:
        return Checked(errors={"answer": "answer.wrong.whole"})
    return Checked(kind, read.answer.persons)


def _faults(
    n: int, person: TypedPerson, question: Question, department: Department, cells: Sequence[Cell]
) -> Iterator[tuple[str, str]]:
    if person.kind not in kinds_for(department):
        yield f"p{n}-kind", "answer.wrong.kind"
    elif person.kind == "found" and not person.filled:
        yield f"p{n}-kind", "answer.wrong.no_row"
    elif person.kind != "found" and person.filled:
        yield f"p{n}-kind", "answer.wrong.rows"
    wrong = {cell.name: cell.wrong for cell in cells}
    read = [read_row(department.record, _values(row, cells)) for _, row in person.filled]
    kept = department.within_question(read, question.family, question.asked_on)
    for (place, _), one, narrowed in zip(person.filled, read, kept, strict=True):
        yield from _of_a_row(f"p{n}-{place}", one, narrowed, wrong)


def _of_a_row(row: str, read: Record, kept: Record | None, wrong: dict[str, str]) -> Iterator[tuple[str, str]]:
    """What is not understood at its field; what is beyond the question at the row."""
    for name in read.not_understood:
        yield f"{row}-{name}", wrong[name]
    if kept is None:
        yield row, "answer.wrong.beyond"
    elif kept != read:
        fields = fields_of(type(read)).items()
        beyond = [said for said, name in fields if getattr(kept, name) != getattr(read, name)]
        doubts = [name for name in kept.not_understood if name not in read.not_understood]
        for name in dict.fromkeys((*beyond, *doubts)):
            yield f"{row}-{name}", "answer.wrong.beyond"


def _kind(person: TypedPerson) -> Kind:
    return next(kind for kind in BY_A_PERSON if kind == person.kind)


def _records(person: TypedPerson, cells: Sequence[Cell]) -> tuple[dict[str, Any], ...]:
    return tuple(_values(row, cells) for _, row in person.filled)


def _values(row: Row, cells: Sequence[Cell]) -> dict[str, Any]:
    """As JSON has them; what was left empty is not stated."""
    known = {cell.name: cell for cell in cells}
    return {name: _value(known[name], value) for name, value in row.items() if value}


def _value(cell: Cell, typed: str) -> Any:
    return {"yes": True, "no": False}.get(typed, typed) if cell.is_yes_or_no else typed


def kept_as_text(kind: Kind, persons: Sequence[PersonAnswer]) -> str:
    """For the time until somebody else has looked: by the order of the question, so that no asked number is in it."""
    return json.dumps(
        {"kind": kind, "persons": [[one.kind, list(one.records)] for one in persons]}, ensure_ascii=False
    )


def read_kept(text: str, question: Question) -> Checked:
    """What was kept, about the persons of its question."""
    said = json.loads(text)
    pairs = zip(question.persons, said["persons"], strict=True)
    persons = (PersonAnswer(id_number=one.id_number, kind=kind, records=tuple(rows)) for one, (kind, rows) in pairs)
    return Checked(said["kind"], tuple(persons))
