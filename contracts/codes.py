"""What a value of an answer means: every code has a closed list or a pattern, and nothing else is guessed (ADR 0010).

Each type reads what a register writes: a text in one form (NFKC, ends trimmed), an empty cell as "not stated" (None).
A value that is none of these is refused with ValueError; `contracts.records.read_row` makes of that "not understood".
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from contracts.people import eighteen_digits, valid_id_number
from contracts.text import plain, readable

LONGEST = 64
"""Characters of a text of a register: a unit code, the number of a contract."""
EARLIEST, LATEST = date(1901, 1, 1), date(2199, 12, 31)
EPOCH = date(1970, 1, 1)
"""Beyond these, and on the first day of the epoch, a day is what a register writes for "unknown" or "never"."""
LARGEST_AREA = Decimal(100_000)
MOST_DIGITS = 20
"""An area of more digits than any register writes is a slip, and would cost time to count with."""
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
NUMBER = re.compile(r"[0-9]{1,20}(\.[0-9]{1,20})?")


@dataclass(frozen=True)
class Meaning:
    """What kind of value a field holds, in our own words: contract hashes are made of these."""

    name: str
    of: str = ""
    """The pattern, or the words of the list."""


def _said(value: object) -> str | None:
    """A text in one form; None where nothing is stated. Raises ValueError for what is no text: a number is no code."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError("this is no text")
    if value.isascii() and value.isprintable() and value == value.strip():
        return value or None  # as nearly every register writes
    return plain(value) or None


def _typed(meaning: Meaning, read: Callable[[str], Any], schema: dict[str, Any]) -> Any:
    def read_cell(value: object) -> Any:
        said = _said(value)
        return None if said is None else read(said)

    nullable = {"anyOf": [schema, {"type": "null"}]}
    return (BeforeValidator(read_cell), WithJsonSchema(nullable), meaning)


def one_of(*words: str) -> Any:
    """A code out of a closed list."""
    known = frozenset(words)

    def read(said: str) -> str:
        if said not in known:
            raise ValueError("this is none of the words of its list")
        return said

    return _typed(Meaning("one of", " ".join(sorted(words))), read, {"type": "string", "enum": list(words)})


def like(pattern: str) -> Any:
    """A code by its pattern."""
    compiled = re.compile(pattern, re.ASCII)

    def read(said: str) -> str:
        if not compiled.fullmatch(said):
            raise ValueError("this has another form than its code")
        return said

    return _typed(Meaning("like", pattern), read, {"type": "string", "pattern": f"^({pattern})$"})


def _short(said: str) -> str:
    if len(said) > LONGEST:
        raise ValueError("this text is longer than any in a register")
    return readable(said)  # two codes that look alike, for a NUL in one of them, are no two homes


def _day(said: str) -> date:
    if not DAY.fullmatch(said):
        raise ValueError("a day is written YYYY-MM-DD")
    day = date.fromisoformat(said)
    if not EARLIEST <= day <= LATEST or day == EPOCH:
        raise ValueError("this day stands for none")
    return day


def _person(said: str) -> str:
    """15 digits are the same person's number as it was until 1999 (GB 11643-1989)."""
    return valid_id_number(eighteen_digits(said))


def _yes_or_no(value: object) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str) and not plain(value):
        return None
    raise ValueError("this is neither true nor false")


def _area(value: object) -> Decimal | None:
    """A number of JSON, or the same as text; 0 is what a register writes for "unknown"."""
    if isinstance(value, Decimal | int | float) and not isinstance(value, bool):
        area = Decimal(str(value))
    else:
        said = _said(value)
        if said is None:
            return None
        if not NUMBER.fullmatch(said):
            raise ValueError("this is no area in m²")
        area = Decimal(said)
    if not area.is_finite() or not 0 < area <= LARGEST_AREA or digits_of(area) > MOST_DIGITS:
        raise ValueError("an area is above 0, and no larger than any home's")
    return area


def digits_of(number: Decimal) -> int:
    """How many it has when it is written out; 1E-400000000 is not written out to find that."""
    _, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)
    return max(len(digits), -exponent) + max(exponent, 0)


Text = Annotated[str | None, *_typed(Meaning("text"), _short, {"type": "string", "maxLength": LONGEST})]
Day = Annotated[date | None, *_typed(Meaning("day"), _day, {"type": "string", "format": "date"})]
Person = Annotated[
    str | None,
    *_typed(Meaning("person"), _person, {"type": "string", "pattern": "^[1-9][0-9]{16}[0-9Xx]$|^[1-9][0-9]{14}$"}),
]
YesNo = Annotated[bool | None, BeforeValidator(_yes_or_no), Meaning("yes or no")]
SquareMetres = Annotated[
    Decimal | None,
    BeforeValidator(_area),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "exclusiveMinimum": 0, "maximum": 100_000},
                {"type": "string", "pattern": f"^{NUMBER.pattern}$"},
                {"type": "null"},
            ]
        }
    ),
    Meaning("area in m²"),
]
DivisionCode = Annotated[str | None, *like("[1-9][0-9]{5}"), Field(description="GB/T 2260")]
Township = Annotated[str | None, *like("[1-9][0-9]{8}")]
Month = Annotated[str | None, *like("(19|20)[0-9]{2}-(0[1-9]|1[0-2])")]
Share = Annotated[
    str | None,
    *like(r"[0-9]{1,9} ?/ ?[0-9]{1,9}|[0-9]{1,3}(\.[0-9]{1,9})?%?"),
    Field(description="a fraction, such as 1/3"),
]
