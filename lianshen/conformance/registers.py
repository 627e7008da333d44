"""What a department has to say about a synthetic person, read from the registers the kit ships."""

from pathlib import Path

from contracts.inquiries import Question
from contracts.text_file import read_text
from lianshen.simulation.registers import OF_THE_KIT, Row, files_of, load
from procedures.department import Department
from procedures.hainan_2025.questions.encumbrances import ENCUMBRANCES
from procedures.records import Record, meanings_of, read_row

YES_NO = {"yes": True, "no": False}
WORDS = {"net-signed": "net_signed", "tenancies": "tenancy", "bans": "ban"}
"""How the housing bureau names its registers in a row."""


class Registers:
    """One department's part of a world, and its contract."""

    def __init__(self, department: Department, world: Path = OF_THE_KIT) -> None:
        self._department = department
        self._world = world
        self._files = load(world, department.name)

    @property
    def known(self) -> bool:
        """Whether the world has a register of this department at all."""
        return any(register.of_person for register in self._files.values())

    def of(self, number: str, question: Question) -> list[Record]:
        """The rows about one person, as the contract wants them in an answer to this question."""
        rows = [self._record(file, row) for file in self._files for row in self._rows(file, number)]
        within = self._department.within_question(rows, question.family, question.asked_on)
        return [row for row in within if row is not None]

    def burdens(self, home: str) -> list[Record]:
        """What the register of burdens has on one home, as the contract for homes wants it."""
        rows = self._files["encumbrances"].of_unit.get(home, [])
        return [read_row(ENCUMBRANCES.record, dict(row)) for row in rows]

    def tables(self) -> dict[str, str]:
        """The files a department loads into its test system: name → CSV."""
        paths = [self._world / f"{name}.csv" for name in files_of(self._department.name)]
        return {path.name: read_text(path) for path in paths if path.exists()}

    def _rows(self, file: str, number: str) -> list[Row]:
        register = self._files[file]
        own = register.of_person.get(number, [])
        if file != "real-estate":
            return own
        return [row for code in dict.fromkeys(row["unit_code"] for row in own) for row in register.of_unit[code]]

    def _record(self, file: str, row: Row) -> Record:
        record = self._department.record
        cells = {name: self._cell(name, cell) for name, cell in row.items()}
        return read_row(record, cells | ({"register": WORDS[file]} if file in WORDS else {}))

    def _cell(self, name: str, cell: str) -> object:
        """A file writes yes and no; JSON has true and false of its own."""
        meaning = meanings_of(self._department.record).get(name)
        return YES_NO.get(cell, cell) if meaning is not None and meaning.name == "yes or no" else cell
