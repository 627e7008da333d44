"""A bank's list of payments, one a line, as CSV: each line is read alone: a bad one stops no other. Pure."""

import csv
import io
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from pydantic import Field, ValidationError

from allocation.decide.deposits import Payment
from contracts.events.allocation import BankReference, Pool
from contracts.model import Frozen
from contracts.money import Yuan
from contracts.numbers import ApplicationNumber

COLUMNS = ("application", "amount", "reference", "paid_on", "pool", "group")
NEEDED = COLUMNS[:4]
MOST_LINES = 2000
Line = Annotated[int, Field(ge=2)]


class PaymentLine(Frozen):
    """One payment: for whom, how much, under which reference."""

    application: ApplicationNumber
    amount: Yuan
    reference: BankReference
    paid_on: date
    pool: Pool | None = None
    group: Pool = "none"

    @property
    def payment(self) -> Payment:
        return Payment(self.amount, self.reference, self.paid_on, self.pool, self.group)


def read_bank_file(text: str) -> Iterator[tuple[int, PaymentLine | str]]:
    """Each line of the file with its number: a payment, or why it is none. Raises ValueError for no such file."""
    rows = csv.DictReader(io.StringIO(text.lstrip("\ufeff")), strict=True)
    columns = [name.strip() for name in rows.fieldnames or ()]
    if missing := [name for name in NEEDED if name not in columns]:
        raise ValueError(f"the first line names the columns; these are missing: {', '.join(missing)}")
    rows.fieldnames = columns
    try:
        for row in rows:
            if rows.line_num > MOST_LINES + 1:
                raise ValueError(f"more than {MOST_LINES} lines: hand it in as several files")
            yield rows.line_num, _line(row)
    except csv.Error as wrong:
        raise ValueError(f"line {rows.line_num} is no CSV: {wrong}") from None


def _line(row: dict[str, Any]) -> PaymentLine | str:
    said = {name: str(row[name]).strip() for name in COLUMNS if row.get(name) and str(row[name]).strip()}
    try:
        return PaymentLine.model_validate_strings(said)
    except ValidationError as wrong:
        first = wrong.errors(include_input=False, include_context=False, include_url=False)[0]
        return f"{'/'.join(str(step) for step in first['loc'])}: {first['msg']}"
