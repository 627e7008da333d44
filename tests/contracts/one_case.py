"""What all examples of events share: the number and days of one case, and what the tests know of a kind."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from contracts.events import Event
from contracts.numbers import application_number

NUMBER = application_number("the key of a form", b"a key of a test that is long enough")
AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
DAY = date(2026, 11, 23)
LATER = AT + timedelta(days=7)

FACT = frozenset({"every case that exists"})


@dataclass(frozen=True)
class Row:
    """One kind of event, where it stands under its case, the filter that finds its kind, and what it may follow."""

    event: Event
    tail: str
    filter: str
    follows: Set[str]
    """Situations by the names of `test_case.SITUATIONS`; `FACT` of what moves no case."""
