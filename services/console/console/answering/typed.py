"""What somebody has typed into the form of an answer so far; rows come and go by buttons, without any script. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chassis.http.pages.posted import Posted
from console.answering.fields import Cell

MOST_ROWS = 24
"""Of all persons together: so many fields come in one form."""
ADD, REMOVE = "add", "remove"

Row = dict[str, str]


@dataclass(frozen=True)
class TypedPerson:
    """About one person: a kind, and the rows of a register."""

    kind: str = ""
    rows: tuple[Row, ...] = ()

    @property
    def filled(self) -> tuple[tuple[int, Row], ...]:
        """Rows in which anything stands, with their places; a row that was left empty says nothing."""
        return tuple((n, row) for n, row in enumerate(self.rows) if any(row.values()))


Typed = tuple[TypedPerson, ...]
"""In the order of the question."""


def nothing_typed(persons: int) -> Typed:
    return tuple(TypedPerson(rows=({},)) for _ in range(persons))


def read_form(posted: Posted, persons: int, cells: Sequence[Cell]) -> Typed:
    """As it was posted, with one more row, or one less, if such a button was pressed."""
    left, typed = MOST_ROWS, []
    for person in range(persons):
        rows = min(_number(posted.one(f"p{person}-rows")), left)
        left -= rows
        typed.append(
            TypedPerson(posted.one(f"p{person}-kind"), tuple(_row(posted, person, n, cells) for n in range(rows)))
        )
    return _pressed(posted, tuple(typed))


def is_another_row(posted: Posted) -> bool:
    """Whether the form itself was to change, and nothing is to be checked yet."""
    return posted.has(ADD) or posted.has(REMOVE)


def _row(posted: Posted, person: int, n: int, cells: Sequence[Cell]) -> Row:
    return {cell.name: posted.one(f"p{person}-{n}-{cell.name}") for cell in cells}


def _pressed(posted: Posted, typed: Typed) -> Typed:
    person, _, row = posted.one(REMOVE).partition("-")
    if posted.has(REMOVE):
        return tuple(_without(one, _number(row)) if str(n) == person else one for n, one in enumerate(typed))
    if posted.has(ADD) and sum(len(one.rows) for one in typed) < MOST_ROWS:
        wanted = posted.one(ADD)
        return tuple(_longer(one) if str(n) == wanted else one for n, one in enumerate(typed))
    return typed


def _without(person: TypedPerson, gone: int) -> TypedPerson:
    return replace(person, rows=tuple(row for n, row in enumerate(person.rows) if n != gone))


def _longer(person: TypedPerson) -> TypedPerson:
    """Whoever has a row to write down has found something."""
    return replace(person, kind="found", rows=(*person.rows, {}))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
