"""A trace as a table for a spreadsheet: one line an event, and nothing in it that one would run as a formula. Pure."""

import csv
import io
from collections.abc import Sequence

from console.formulas import safe
from console.trace.rows import Row
from contracts.describe import instant

COLUMNS = ("sequence", "at", "lane", "name", "round", "event", "sign", "trace")


def as_csv(rows: Sequence[Row]) -> str:
    """In the order of the log; instants as a clock in Wuhai shows them. With a mark of UTF-8 for spreadsheets."""
    lines = sorted(
        (mark.sequence, instant(mark.at), row.lane, row.name, row.round or "", mark.kind, mark.sign, mark.trace or "")
        for row in rows
        for mark in row.marks
    )
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([safe(str(cell)) for cell in line] for line in lines)
    return "\ufeff" + text.getvalue()
