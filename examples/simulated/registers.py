"""The registers of a world: its CSV files, each row found again by the person or the unit it is about."""

import csv
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

Row = dict[str, str]
"""One row without its empty cells: an empty cell is "not stated"."""

PERSON_COLUMN = {"real-estate": "owner_id_number", "net-signed": "buyer_id_number"}
FILES = {"housing": ("net-signed", "tenancies", "bans")}


class Unreadable(Exception):
    """A file of the world is no register; says which one, never what is in it."""


class Register:
    """The rows of one file, by person and by unit code."""

    def __init__(self, rows: Iterable[Row], person_column: str = "id_number") -> None:
        self.of_person: dict[str, list[Row]] = {}
        self.of_unit: dict[str, list[Row]] = {}
        for row in rows:
            if person := row.get(person_column):
                self.of_person.setdefault(person, []).append(row)
            if unit := row.get("unit_code"):
                self.of_unit.setdefault(unit, []).append(row)


Registers = Mapping[str, Register]


def files_of(department: str) -> tuple[str, ...]:
    """The registers a department holds, by the stems of their files; the housing bureau holds three."""
    return FILES.get(department, (department,))


def load(world: Path, department: str, *others: Path) -> Registers:
    """Reads the registers of one department, of several worlds as one; a missing file is empty. Raises Unreadable."""
    registers = {}
    for name in files_of(department):
        column = PERSON_COLUMN.get(name, "id_number")
        rows = (row for folder in (world, *others) for row in _read(folder / f"{name}.csv", column))
        registers[name] = Register(rows, column)
    return registers


def same_number(id_number: str) -> str:
    """One spelling for each ID number: x is X everywhere it is compared (GB 11643)."""
    return id_number.strip().upper()


def _read(path: Path, person_column: str) -> Iterator[Row]:
    if not path.exists():
        return
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            table = csv.reader(lines)
            columns = [name.strip() for name in next(table, [])]
            if columns and person_column not in columns:
                raise Unreadable(f"{path.name} has no column {person_column}; its first line must name the columns")
            yield from (_row(columns, cells) for cells in table)
    except UnicodeDecodeError:
        raise Unreadable(f"{path.name} is not UTF-8; save it as UTF-8") from None
    except csv.Error as error:
        raise Unreadable(f"{path.name} is no CSV: {error}") from None


def _row(columns: list[str], cells: list[str]) -> Row:
    row: Row = {}
    for column, cell in zip(columns, cells, strict=False):
        value = same_number(cell) if column.endswith("id_number") else cell.strip()
        if value:
            # Divisions, dates and words repeat in every row; one copy of each keeps a large world small.
            row[column] = sys.intern(value)
    return row
