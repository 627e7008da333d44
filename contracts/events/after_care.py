"""After the choice and after the keys: exits, buy-back, owners (Art. 27-31)."""

from datetime import date
from typing import Literal, get_args

from pydantic import Field

from contracts.events.allocation import AfterPool, BankReference, Document, Home
from contracts.events.values import BanAnswer, Count, Officer, Reason
from contracts.model import Frozen
from contracts.money import Yuan

Ground = Literal["31(1)", "31(2)", "31(3)", "31(4)", "31(5)", "31(6)"]
Condition = Literal[
    "loan",
    "mortgage",
    "lease",
    "residence_right",
    "dispute",
    "use_unchanged",
    "structure_unaltered",
    "fittings_whole",
    "fees_paid",
    "legal_bar",
]
CONDITIONS: tuple[Condition, ...] = get_args(Condition)
BY_INSPECTION: frozenset[Condition] = frozenset(
    {"use_unchanged", "structure_unaltered", "fittings_whole", "fees_paid"}
)
"""Which the project unit sees; the others an officer reads from a paper of the registry or a court."""


class Line(Frozen):
    """One line of a price: what it is, how much of it, and how that was reckoned."""

    what: str
    amount: Yuan
    how: str | None = None


class AfterCare(AfterPool):
    """Something that happened after a family chose its home, and may happen after it has the keys."""


class ExitProposed(AfterCare):
    """That the family counts as having left is proposed on one ground, and it is heard first (Art. 31)."""

    tail = "exit-proposed.{n}"
    n: Count
    ground: Ground
    document: Document | None = None
    reason: Reason
    heard_until: date
    by: Officer


class ExitDropped(AfterCare):
    """An officer heard the family and drops the proposal."""

    tail = "exit-dropped.{n}"
    n: Count
    reason: Reason
    by: Officer


class ExitConfirmed(AfterCare):
    """An officer confirmed the exit (Art. 31): before the keys the home is free, after them it is bought back."""

    tail = "exit-confirmed.{n}"
    n: Count
    ground: Ground
    reason: Reason
    by: Officer


class BuyBackAsked(AfterCare):
    """The owner asks the bureau to buy the home back (Art. 27, 28)."""

    tail = "buy-back-asked.{n}"
    n: Count
    home: Home
    by: Officer


class BuyBackConditionShown(AfterCare):
    """Whether one condition is met, and what shows it; the newest of a condition counts (Art. 27, 28)."""

    tail = "buy-back-condition-shown.{n}"
    n: Count
    condition: Condition
    met: bool
    document: Document
    said: BanAnswer | None = Field(default=None, description="what real-estate registration answered, if it was asked")
    by: Officer


class BuyBackRefused(AfterCare):
    """Not now: conditions that are not met, each may be mended, and it may be asked again (Art. 28)."""

    tail = "buy-back-refused.{n}"
    n: Count
    unmet: tuple[Condition, ...]
    reason: Reason
    by: Officer


class BuyBackOffered(AfterCare):
    """All conditions are met: the price, line by line (Art. 28)."""

    tail = "buy-back-offered.{n}"
    n: Count
    lines: tuple[Line, ...]
    price: Yuan
    by: Officer


class BuyBackAccepted(AfterCare):
    """The owner takes the offer."""

    tail = "buy-back-accepted.{n}"
    n: Count
    by: Officer


class BuyBackPaid(AfterCare):
    """Paid, and the home is back in stock (Art. 28)."""

    tail = "buy-back-paid.{n}"
    n: Count
    amount: Yuan
    reference: BankReference | None = Field(default=None, description="the bank's; older records have none")
    by: Officer


class EnforcementHandedOver(AfterCare):
    """A home that was not left after an exit: handed to the court under a file number, and nothing more (Art. 28)."""

    tail = "enforcement-handed-over.{n}"
    n: Count
    file_number: Document
    by: Officer


class OwnersChanged(AfterCare):
    """Who owns the home changed by divorce or inheritance, by the paper that says so (Art. 29, 30)."""

    tail = "owners-changed.{n}"
    n: Count
    home: Home
    cause: Literal["divorce", "inheritance"]
    document: Document
    by: Officer
