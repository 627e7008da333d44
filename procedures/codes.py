"""What a value of an answer means: every code has a closed list or a pattern, and nothing else is guessed (ADR 0010).

Each type reads what a register writes: a text in one form (NFKC, ends trimmed), an empty cell as "not stated" (None).
A value that is none of these is refused with ValueError; `records.read_row` makes of that "not understood".
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from contracts.people import PROVINCES, eighteen_digits, valid_id_number
from contracts.text import plain, readable

A_DIVISION = "six digits, a county or district of GB/T 2260 such as 150303 (Hainan District, Wuhai), never twelve"
A_DAY = "a day, YYYY-MM-DD, Beijing time"
"""How a division and a day are said to whoever fills a row in."""
LONGEST = 64
"""Characters of a text of a register: a unit code, the number of a contract."""
EARLIEST, LATEST = date(1901, 1, 1), date(2199, 12, 31)
EPOCH = date(1970, 1, 1)
"""Beyond these, and on the first day of the epoch, a day is what a register writes for "unknown" or "never"."""
LARGEST_AREA = Decimal(100_000)
MOST_DIGITS = 20
"""An area of more digits than any register writes is a slip, and would cost time to count with."""
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
DIVISION = re.compile("[1-9][0-9]{5}")
INNER_MONGOLIA, WUHAI, IN_WUHAI = "150000", "1503", frozenset({"150302", "150303", "150304"})
STANDS_FOR_NONE = frozenset(
    ["0", "null", "none", "nil", "n/a", "na", "nan", "undefined", "unknown", "无", "未知", "空"]
)
# Bounded digits: a share of a million digits would hold the process up.
_FRACTION = re.compile(r"([0-9]{1,9})/([0-9]{1,9})")
_DECIMAL = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,9})?)(%?)")
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


def _division(said: str) -> str:
    """Wuhai and Inner Mongolia hold the district, so they are not elsewhere; a code of no province is none."""
    if not DIVISION.fullmatch(said) or said[:2] not in PROVINCES or len(set(said)) == 1:
        raise ValueError("this is no division's code")
    if said == INNER_MONGOLIA or (said.startswith(WUHAI) and said not in IN_WUHAI):
        raise ValueError("the district lies within this division")
    return said


def share_of(text: str | None) -> Fraction | None:
    """A share above 0 and up to 1, as `1/2`, `0.5`, `50%` or `1`; None where none can be read."""
    stated = "".join((text or "").split())
    share = Fraction(0)
    if (fraction := _FRACTION.fullmatch(stated)) and int(fraction[2]):
        share = Fraction(int(fraction[1]), int(fraction[2]))
    elif number := _DECIMAL.fullmatch(stated):
        share = Fraction(number[1]) / (100 if number[2] else 1)
    return share if 0 < share <= 1 else None


def _share(said: str) -> str:
    if share_of(said) is None:
        raise ValueError("a share is a fraction above 0 and up to 1")
    return said


def _identifier(said: str) -> str:
    if said.casefold() in STANDS_FOR_NONE or not any(point.isalnum() for point in said):
        raise ValueError("this stands for no code at all")
    return _short(said)


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
    return Decimal(f"{area:f}")  # written out, as it is read again from the log


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
DivisionCode = Annotated[
    str | None,
    *_typed(Meaning("like", "a division of GB/T 2260"), _division, {"type": "string", "pattern": "^[1-9][0-9]{5}$"}),
    Field(description="GB/T 2260, of a county or district"),
]
Township = Annotated[str | None, *like("[1-9][0-9]{8}")]
Month = Annotated[str | None, *like("(19|20)[0-9]{2}-(0[1-9]|1[0-2])")]
Share = Annotated[
    str | None,
    *_typed(Meaning("like", "a share above 0 and up to 1"), _share, {"type": "string", "maxLength": 24}),
    Field(description="a fraction, such as 1/3"),
]
Identifier = Annotated[
    str | None, *_typed(Meaning("text", "identifier"), _identifier, {"type": "string", "maxLength": LONGEST})
]
"""The code of a unit, the number of a contract: what two rows have in common."""
HomeUse = Annotated[str | None, *one_of("residential", "commercial", "garage", "storage")]
