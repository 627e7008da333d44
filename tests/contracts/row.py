"""What the tests have to know of one kind of event."""

from collections.abc import Set
from dataclasses import dataclass

from contracts.events import Event

FACT = frozenset({"every case that exists"})


@dataclass(frozen=True)
class Row:
    """One kind of event, where it stands under its case, the filter that finds its kind, and what it may follow."""

    event: Event
    tail: str
    filter: str
    follows: Set[str]
    """Situations by the names of `test_case.SITUATIONS`; `FACT` of what moves no case."""
