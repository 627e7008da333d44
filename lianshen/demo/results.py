"""What became of each application of a world: the results file, and how they compare to what the law gives. Pure."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

from contracts.case.case import Case
from contracts.text_file import read_text
from procedures.hainan_2025.view import conditions, failed_rules, intake_word, unknown_rules


@dataclass(frozen=True)
class Posted:
    """One application of a world as it was posted, and what intake said."""

    file: str
    http_status: int
    application_number: str | None = None
    secret: str | None = field(default=None, repr=False)
    """Of the receipt, by which a family sees its case."""


def result(posted: Posted, case: Case | None) -> dict[str, Any]:
    """One row of the results file; values that do not apply are null."""
    row: dict[str, Any] = {
        "file": posted.file,
        "http_status": posted.http_status,
        "application_number": posted.application_number,
        "intake": "invalid" if posted.http_status == 422 else None,
        "state": None,
        "outcome": None,
        "failed": [],
        "unknown": [],
        "conditions": [],
    }
    if case is not None:
        row |= {
            "intake": intake_word(case),
            "state": str(case.state),
            "outcome": case.determination.outcome if case.determination else None,
            "failed": list(dict.fromkeys(failed_rules(case))),
            "unknown": unknown_rules(case),
            "conditions": conditions(case),
        }
    return row


def read_expected(world: Path) -> dict[str, dict[str, str]]:
    """The rows of a world's `expected.csv` by file; empty where it has none. Raises ValueError naming it."""
    path = world / "expected.csv"
    if not path.is_file():
        return {}
    table = csv.DictReader(StringIO(read_text(path)))
    if missing := {"file", "intake"} - set(table.fieldnames or ()):
        raise ValueError(f"{path.name} has no column {min(missing)}; its first line must name the columns")
    return {row["file"]: row for row in table}


def differences(row: dict[str, Any], expected: dict[str, str]) -> list[str]:
    """Where a result is not as stated; `failed`, `unknown` and `conditions` are at least those named."""
    found = []
    if row["intake"] != expected["intake"]:
        found.append(f"intake is {row['intake']}, not {expected['intake']}")
    if (row["outcome"] or "") != (expected.get("outcome") or ""):
        found.append(f"outcome is {row['outcome']}, not {expected.get('outcome') or 'none'}")
    for column in ("failed", "unknown", "conditions"):
        missing = set(_words(expected.get(column))) - set(row[column])
        if missing:
            found.append(f"{column} lacks {', '.join(sorted(missing))}")
    return found


def _words(cell: str | None) -> Iterable[str]:
    return [word for word in re.split(r"[\s,;|]+", cell or "") if word]
