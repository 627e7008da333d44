"""A row of a register as an answer gives it, and how one is read: what is not understood is not stated.

A field is None where the register states nothing, and also where it says something that its contract does not have:
then `not_understood` has the field and, escaped and cut, what was said. No rule may take that for a "no".
"""

from collections.abc import Iterable
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.json_schema import SkipJsonSchema

from contracts.text import masked
from procedures.codes import Meaning

MOST_SHOWN = 64
NOT_UNDERSTOOD = "not_understood"


class Record(BaseModel):
    """A row of a register. Fields beyond the contract are not kept; an empty one is "not stated"."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    not_understood: SkipJsonSchema[dict[str, str]] = Field(default_factory=dict, exclude_if=lambda said: not said)
    """By the names of the contract; never sent by a department."""

    def __hash__(self) -> int:
        stated = (getattr(self, name) for name in fields_of(type(self)).values())
        return hash((*stated, *self.not_understood.items()))


Row = TypeVar("Row", bound=Record)


@cache
def fields_of(record: type[Record]) -> dict[str, str]:
    """The fields of a contract as an answer names them, and as Python does."""
    return {info.alias or name: name for name, info in record.model_fields.items() if name != NOT_UNDERSTOOD}


@cache
def meanings_of(record: type[Record]) -> dict[str, Meaning]:
    """What each field of a contract holds, by the names of the contract."""
    found = {}
    for said, name in fields_of(record).items():
        meanings = [item for item in record.model_fields[name].metadata if isinstance(item, Meaning)]
        if len(meanings) != 1:
            raise TypeError(
                f"{record.__name__}.{name}: give it a type of procedures/codes.py, which says what it means"
            )
        found[said] = meanings[0]
    return found


def read_row(record: type[Row], row: dict[str, Any], stored: bool = False) -> Row:
    """A row of an answer, or one that is `stored` and knows what of it was not understood. Never raises."""
    cells = {name: value for name, value in row.items() if name in fields_of(record)}
    known = row.get(NOT_UNDERSTOOD) if stored else None
    doubts: dict[str, str] = dict(known) if isinstance(known, dict) else {}
    try:
        return record.model_validate(cells | ({NOT_UNDERSTOOD: doubts} if doubts else {}))
    except ValidationError as error:
        for fault in error.errors(include_url=False, include_context=False, include_input=False):
            name = str(fault["loc"][0])
            doubts[name] = _shown(cells.pop(name), meanings_of(record)[name])
        return record.model_validate(cells | {NOT_UNDERSTOOD: doubts})


def doubts_in(rows: Iterable[dict[str, Any]]) -> list[str]:
    """What stored rows hold that was not understood, each as `field: what was said`."""
    return [f"{name}: '{said}'" for row in rows for name, said in row.get(NOT_UNDERSTOOD, {}).items()]


def _seen(point: str) -> str:
    """A blank that is not the usual one is what was wrong with a code: it is escaped, too."""
    return point if point.isprintable() else point.encode("unicode_escape", "surrogatepass").decode()


def _shown(value: object, meaning: Meaning) -> str:
    """What was said, for an officer's eyes: in one line, cut, and never a person's number, however it is mistyped."""
    if meaning.name == "person":
        length = f", {len(value)} characters long" if isinstance(value, str) else ""
        return f"something that is no ID number{length}"
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    # Masked first: an escape within a number would hide that it is one.
    shown = "".join(map(_seen, masked(text[: 4 * MOST_SHOWN])))
    return shown if len(shown) <= MOST_SHOWN else f"{shown[:MOST_SHOWN]}…"
