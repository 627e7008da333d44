"""Every answer that is tried: one value of one clean case made dirty in one way."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from procedures.codes import Meaning
from procedures.records import meanings_of
from tests.dirty.bases import BASES, Base, Rows
from tests.dirty.through import DEPARTMENTS
from tests.dirty.ways import ABSENT, EMPTY, ways
from tests.rules.rules_world import MAN, WIFE

USUAL: dict[str, Any] = {
    "register": "ban",
    "use": "residential",
    "status": "filed",
    "kind": "public_rental",
    "article": "32",
    "spouse_id_number": WIFE,
    "share": "1/2",
    "last_paid_month": "2026-10",
}
"""What stands in a field that the clean row leaves empty, before it is made dirty; by its meaning if not here."""
USUAL_OF = {
    "text": "U-7",
    "day": "2027-01-01",
    "person": MAN,
    "area in m²": "30",
    "yes or no": True,
    "like": "150303",
}


@dataclass(frozen=True)
class Place:
    """One cell of a clean case."""

    base: Base
    person: str
    row: int
    field: str

    @property
    def meaning(self) -> Meaning:
        return meanings_of(DEPARTMENTS[self.base.department].record)[self.field]

    @property
    def clean(self) -> Any:
        return self.base.rows[self.person][self.row].get(self.field)

    @property
    def key(self) -> tuple[str, int, str]:
        """The case, the row of the answer counted over all persons, and the field."""
        rows = [(person, n) for person, said in self.base.rows.items() for n in range(len(said))]
        return self.base.name, rows.index((self.person, self.row)) + 1, self.field

    def holding(self, value: Any) -> Rows:
        """The rows of the case with this value in this cell."""
        rows = [dict(row) for row in self.base.rows[self.person]]
        rows[self.row][self.field] = value
        if value is ABSENT:
            del rows[self.row][self.field]
        return {**self.base.rows, self.person: tuple(rows)}


@dataclass(frozen=True)
class Try:
    """A cell, the way it is dirty, and what stands in it then."""

    place: Place
    way: str
    value: Any

    def __str__(self) -> str:
        at = self.place
        return f"{at.base.name}, row {at.row + 1}, {at.field} {self.way} ({str(self.value)[:40]!r})"


@cache
def places(base: Base) -> tuple[Place, ...]:
    return tuple(
        Place(base, person, n, field)
        for person, rows in base.rows.items()
        for n in range(len(rows))
        for field in meanings_of(DEPARTMENTS[base.department].record)
    )


def dirty(base: Base) -> Iterator[Try]:
    """Each cell of the case in each way in which a value can be wrong."""
    for place in places(base):
        clean = place.clean
        if clean in (None, ""):
            clean = USUAL.get(place.field, USUAL_OF.get(place.meaning.name))
        each = [Try(place, way, value) for way, value in ways(place.meaning, clean)]
        # A ban has no area: such a cell is tried in every eighth way, and in all of them over the cases.
        yield from each if place.field in base.rows[place.person][place.row] else each[BASES.index(base) % 8 :: 8]


def emptied(base: Base) -> Iterator[Try]:
    """Each cell of the case in each way in which nothing is stated."""
    for place in places(base):
        yield from (Try(place, way, value) for way, value in (*EMPTY.items(), (ABSENT, ABSENT)))


def everything() -> Iterator[Try]:
    for base in BASES:
        yield from dirty(base)
        yield from emptied(base)
