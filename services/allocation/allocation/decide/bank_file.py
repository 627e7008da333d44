"""A bank's list of payments, one a line, as CSV: each line is read alone: a bad one stops no other. Pure."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError

from allocation.decide.deposits import Payment
from contracts.events.allocation import BankReference, Pool
from contracts.model import Frozen
from contracts.money import Yuan
from contracts.numbers import ApplicationNumber

COLUMNS = ("application", "amount", "reference", "paid_on", "pool", "group", "interest")
NEEDED = COLUMNS[:4]
CURRENCY = "currency"
MOST_LINES = 2000
YUAN = frozenset({"CNY", "RMB", "人民币"})
"""What a column `currency` may say, where a bank has one."""
Line = Annotated[int, Field(ge=2)]


def _plain(amount: object) -> object:
    """To the cent, so that one payment is the same however often a bank writes it. Raises ValueError."""
    written = str(amount)
    if not re.fullmatch(r"[0-9]+(\.[0-9]{1,2})?", written, re.ASCII):
        raise ValueError("yuan are written as 20000.00")
    whole, _, cents = written.partition(".")
    return f"{whole}.{cents:0<2}"


def _day(text: object) -> object:
    """Another number would be read as seconds since 1970. Raises ValueError."""
    if not isinstance(text, date) and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", str(text), re.ASCII):
        raise ValueError("a day is written as 2026-12-05")
    return text


class PaymentLine(Frozen):
    """One payment: for whom, how much, under which reference."""

    application: ApplicationNumber
    amount: Annotated[Yuan, BeforeValidator(_plain)]
    reference: BankReference
    paid_on: Annotated[date, BeforeValidator(_day)]
    pool: Pool | None = None
    group: Pool = "none"
    interest: bool = False
    """Whether its deposit form declares a tie to a party of the draw, such as a relative who works there."""

    @property
    def payment(self) -> Payment:
        return Payment(self.amount, self.reference, self.paid_on, self.pool, self.group, self.interest)


def read_bank_file(text: str) -> Iterator[tuple[int, PaymentLine | str]]:
    """Each line of the file with its number: a payment, or why it is none. Raises ValueError for no such file."""
    rows = csv.DictReader(io.StringIO(text.lstrip("\ufeff")), strict=True)
    try:
        rows.fieldnames = _columns(rows.fieldnames or ())
        for row in rows:
            if rows.line_num > MOST_LINES + 1:
                raise ValueError(f"more than {MOST_LINES} lines: hand it in as several files")
            yield rows.line_num, _line(row)
    except csv.Error as wrong:
        raise ValueError(f"line {rows.line_num} is no CSV: {wrong}") from None


def _columns(names: Sequence[str]) -> list[str]:
    """Raises ValueError where one is missing, or which of two counts nobody could say."""
    columns = [name.strip() for name in names]
    if missing := [name for name in NEEDED if name not in columns]:
        raise ValueError(f"the first line names the columns; these are missing: {', '.join(missing)}")
    if twice := [name for name, times in Counter(columns).items() if times > 1 and name in (*COLUMNS, CURRENCY)]:
        raise ValueError(f"these columns stand twice: {', '.join(twice)}")
    return columns


def _line(row: dict[str, Any]) -> PaymentLine | str:
    if any(row.get(None, ())):  # type: ignore[call-overload]
        return "amount: more fields than columns; yuan have no mark between thousands"
    if str(row.get(CURRENCY) or "CNY").strip().upper() not in {"", *YUAN}:
        return "amount: only yuan (CNY) are taken"
    said = {name: str(row[name]).strip() for name in COLUMNS if row.get(name) and str(row[name]).strip()}
    try:
        return PaymentLine.model_validate_strings(said)
    except ValidationError as wrong:
        first = wrong.errors(include_input=False, include_context=False, include_url=False)[0]
        return f"{'/'.join(str(step) for step in first['loc'])}: {first['msg'].removeprefix('Value error, ')}"
