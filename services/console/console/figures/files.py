"""Tables as files for a spreadsheet: numbers stay numbers, and no text of a cell is ever taken for a formula. Pure."""

import csv
import io
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import xlsxwriter

from console.figures.tables import Cell, Share, Table
from console.formulas import safe

CSV = "text/csv; charset=utf-8"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HOUR = timedelta(hours=1)
LONGEST_NAME = 31
"""Characters of a sheet's name."""
WIDTHS = (32, 16)
"""Characters of the first column, and of the others."""


def plain(cell: Cell) -> str | int | float:
    """As a spreadsheet takes it: durations in hours, shares from 0 to 1."""
    match cell:
        case None:
            return ""
        case timedelta():
            return round(cell / HOUR, 4)
        case Share():
            return round(cell.of, 4)
        case str():
            return safe(cell)
    return cell


def headings(table: Table, hours: str) -> list[str]:
    """Of its columns; `hours` is what stands behind one of durations."""
    return [safe(one.heading + hours * one.in_hours) for one in table.columns]


def as_csv(table: Table, hours: str) -> bytes:
    """UTF-8 with a byte order mark, by which Excel knows Chinese; lines end as RFC 4180 says."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(headings(table, hours))
    writer.writerows(map(plain, row) for row in table.rows)
    return out.getvalue().encode("utf-8-sig")


def as_workbook(tables: Sequence[Table], about: Sequence[str], hours: str) -> bytes:
    """One sheet a table; `about` are the lines of the first one: which month, as of which record."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        first = book.add_worksheet()
        first.set_column(0, 0, 100)
        for row, line in enumerate(about):
            first.write_string(row, 0, safe(line))
        formats = {"head": book.add_format({"bold": True}), "share": book.add_format({"num_format": "0.0%"})}
        for table in tables:
            _sheet(book.add_worksheet(table.title[:LONGEST_NAME]), table, hours, formats)
    return out.getvalue()


def _sheet(sheet: Any, table: Table, hours: str, formats: dict[str, Any]) -> None:
    sheet.set_column(0, 0, WIDTHS[0])
    sheet.set_column(1, len(table.columns) - 1, WIDTHS[1])
    sheet.freeze_panes(1, 0)
    for column, heading in enumerate(headings(table, hours)):
        sheet.write_string(0, column, heading, formats["head"])
    for at, row in enumerate(table.rows, start=1):
        for column, cell in enumerate(row):
            _write(sheet, at, column, cell, formats["share"] if isinstance(cell, Share) else None)


def _write(sheet: Any, row: int, column: int, cell: Cell, form: Any) -> None:
    value = plain(cell)
    if isinstance(value, str):
        sheet.write_string(row, column, value)
    else:
        sheet.write_number(row, column, value, form)
