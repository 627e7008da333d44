"""What is read alike of a registered unit and of a contract: areas, fractions, uses, divisions."""

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from tests.law.facts import Record
from tests.law.rules.kleene import both, stated_as

DIVISIONS = frozenset({"150302", "150303", "150304"})  # Art. 18(2)
HOUSING_USE = frozenset({"residential"})
NOTHING, WHOLE = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class Home:
    """One home, counted once: square metres of the family, at least and at most."""

    least: Fraction
    most: Fraction | None
    because: str


def agreed(rows: list[Record], cell: str) -> str | None:
    """What the rows of a unit say of it; None where none does, or two disagree."""
    values = {row[cell] for row in rows if cell in row}
    return str(values.pop()) if len(values) == 1 else None


def is_housing(rows: list[Record]) -> bool | None:
    """A residential unit in the three divisions."""
    use = stated_as(agreed(rows, "use"), HOUSING_USE)
    return both(use, stated_as(agreed(rows, "division"), DIVISIONS))


def area_of(rows: list[Record]) -> Fraction | None:
    text = agreed(rows, "building_area_m2")
    return None if text is None else number(text)


@lru_cache(maxsize=65536)
def number(text: str) -> Fraction:
    return Fraction(text)


@lru_cache(maxsize=4096)
def fraction(text: str | None) -> Fraction | None:
    """A share such as "1/2"; None where it is not stated or no part of a whole."""
    try:
        value = Fraction(text) if text else None
    except (ValueError, ZeroDivisionError):
        return None
    return value if value is not None and value > 0 else None
