"""The form as its template draws it: every field with its id, its value and what it may hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chassis.http.pages.language import language_of
from console.answering.checked import Errors, kinds_for
from console.answering.fields import Cell, cells_of
from console.answering.typed import MOST_ROWS, Typed, TypedPerson
from console.visit import Visit
from console.words.events import WORDS
from contracts.inquiries import PersonAnswer, Question
from procedures.department import Department


@dataclass(frozen=True)
class CellShown:
    id: str
    label: str
    hint: str
    control: str
    value: str
    options: dict[str, str]


@dataclass(frozen=True)
class RowShown:
    id: str
    place: str
    """As the button names it that removes the row."""
    cells: tuple[CellShown, ...]


@dataclass(frozen=True)
class PersonShown:
    id: str
    name: str
    id_number: str
    kind: str
    rows: tuple[RowShown, ...]


def form(visit: Visit, department: Department, question: Question, typed: Typed, errors: Errors) -> dict[str, Any]:
    """What `answer_form.html` needs; personal, so only after a recorded look."""
    language = language_of(visit.request)
    persons = [
        _person(n, *pair, department, language) for n, pair in enumerate(zip(question.persons, typed, strict=True))
    ]
    said = {name: visit.say(key) for name, key in errors.items()}
    kinds = {kind: getattr(WORDS[kind], language) for kind in kinds_for(department)}
    return {"persons": persons, "kinds": kinds, "errors": said, "most_rows": MOST_ROWS, "row_says": department.row}


def _person(n: int, asked: Any, typed: TypedPerson, department: Department, language: str) -> PersonShown:
    cells = cells_of(department.record)
    rows = tuple(
        RowShown(f"p{n}-{place}", f"{n}-{place}", tuple(_cell(f"p{n}-{place}", cell, row, language) for cell in cells))
        for place, row in enumerate(typed.rows)
    )
    return PersonShown(f"p{n}", asked.name or "", asked.id_number, typed.kind, rows)


def _cell(row: str, cell: Cell, typed: dict[str, str], language: str) -> CellShown:
    options = {word: getattr(title, language) for word, title in cell.options.items()}
    value = typed.get(cell.name, "")
    return CellShown(f"{row}-{cell.name}", getattr(cell.label, language), cell.hint, cell.control, value, options)


def answer(visit: Visit, department: Department, question: Question, persons: Sequence[PersonAnswer]) -> list[Any]:
    """An answer to be looked at once more: each person with kind and rows, each field under its label."""
    language = language_of(visit.request)
    cells = {cell.name: cell for cell in cells_of(department.record)}
    names = {asked.id_number: asked.name or "" for asked in question.persons}
    return [
        {
            "name": names[one.id_number],
            "id_number": one.id_number,
            "kind": one.kind,
            "rows": [[_said(cells[name], value, language) for name, value in row.items()] for row in one.records],
        }
        for one in persons
    ]


def _said(cell: Cell, value: Any, language: str) -> tuple[str, str]:
    word = {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
    title = cell.options.get(word)
    return getattr(cell.label, language), getattr(title, language) if title else word
