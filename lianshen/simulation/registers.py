"""The registers of a world: its CSV files, each row found again by the person or the unit it is about."""

import csv
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from lianshen.simulation.numbers import SHORTENED, NoNumber, id_number, is_shortened, owner_number

OF_THE_KIT = Path(__file__).with_name("kit")
"""The registers with the persons that the conformance kit asks about, in the shape of every world's."""
Row = dict[str, str]
"""One row without its empty cells: an empty cell is "not stated"."""

PERSON_COLUMN = {"real-estate": "owner_id_number", "net-signed": "buyer_id_number", "encumbrances": "unit_code"}
"""By what the rows of a register are found, if it is not the person's number: of a burden, by the home's code."""
MAY_BE_AN_ORGANISATION = frozenset(PERSON_COLUMN.values())
FILES = {"housing": ("net-signed", "tenancies", "bans"), "real-estate": ("real-estate", "encumbrances")}


class Unreadable(Exception):
    """A file of the world is no register; says which one and in which line, never what is in it."""


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


class Reread:
    """The registers of one department, read again whenever a file of theirs was changed; raises Unreadable at first
    alone. What is written only in part is read when it is whole."""

    def __init__(self, department: str, world: Path, *others: Path) -> None:
        self._department = department
        self._worlds = world, others
        self._files = [folder / f"{name}.csv" for folder in (world, *others) for name in files_of(department)]
        self._stamp = self._changed()
        self._known = load(world, department, *others)

    def __call__(self) -> Registers:
        if (stamp := self._changed()) != self._stamp:
            world, others = self._worlds
            with suppress(Unreadable):
                self._known = load(world, self._department, *others)
            self._stamp = stamp
        return self._known

    def _changed(self) -> list[tuple[int, int] | None]:
        return [_stamp(path) for path in self._files]


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def same_number(id_number: str) -> str:
    """One spelling for each ID number: x is X everywhere it is compared (GB 11643)."""
    return id_number.strip().upper()


def _read(path: Path, person_column: str) -> Iterator[Row]:
    if not path.exists():
        return
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            # Strict: a quote that is never closed would swallow the rest of the file.
            table = csv.reader(lines, strict=True)
            columns = _columns(path.name, next(table, []), person_column)
            line = table.line_num + 1
            for cells in table:
                if any(cell.strip() for cell in cells):
                    yield _row(f"{path.name}, line {line}", columns, cells)
                line = table.line_num + 1
    except UnicodeDecodeError:
        raise Unreadable(f"{path.name} is not UTF-8; save it as UTF-8") from None
    except csv.Error as error:
        raise Unreadable(f"{path.name}, line {table.line_num}: no CSV ({error})") from None


def _columns(file: str, header: list[str], person_column: str) -> list[str]:
    """Their names, whatever case and width they are written in."""
    columns = [unicodedata.normalize("NFKC", name).strip().lower() for name in header]
    if columns and person_column not in columns:
        raise Unreadable(f"{file} has no column {person_column}; its first line must name the columns")
    if twice := next((name for name in columns if name and columns.count(name) > 1), None):
        raise Unreadable(f"{file} has two columns {twice!r}; which of them counts?")
    return columns


def _row(where: str, columns: list[str], cells: list[str]) -> Row:
    # A comma too many or too few moves every cell behind it under another name.
    if len(cells) != len(columns):
        raise Unreadable(f"{where}: {len(cells)} cells under {len(columns)} columns; is a comma missing, or too many?")
    row: Row = {}
    for column, cell in zip(columns, cells, strict=True):
        value = _number(where, column, cell) if column.endswith("id_number") else _text(where, column, cell)
        if value and not column:
            raise Unreadable(f"{where}: a cell stands under no column's name")
        if value:
            # Divisions, dates and words repeat in every row; one copy of each keeps a large world small.
            row[column] = sys.intern(value)
    return row


def _number(where: str, column: str, cell: str) -> str:
    """Nobody is found under a number that is none: an owner would pass for somebody without a home."""
    try:
        return (owner_number if column in MAY_BE_AN_ORGANISATION else id_number)(cell)
    except NoNumber as wanted:
        raise Unreadable(f"{where}: no ID number in {column}: {wanted}") from None


def _text(where: str, column: str, cell: str) -> str:
    text = cell.strip()
    if is_shortened(text):
        # Two units whose codes were shortened to the same would be one.
        raise Unreadable(f"{where}: {column} holds {SHORTENED}")
    return text
