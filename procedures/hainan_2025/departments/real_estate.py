"""Real-estate registration (不动产登记): units in the three divisions in which the family has a part (Art. 18(2))."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from procedures.department import Department
from procedures.hainan_2025.records import OwnershipRow, Record
from procedures.policy import CURRENT, policy_named

DIVISIONS = frozenset(policy_named(CURRENT).parameters["housing_divisions"].values[-1][1])


TWO_DIVISIONS = "two divisions of one unit"


def within_question(rows: Sequence[Record], family: frozenset[str]) -> list[Record | None]:
    """Units elsewhere are beyond the question and dropped; an owner outside the family stays without a number.

    A unit that is here by one row and elsewhere by another is not elsewhere: where it is, nobody can tell.
    """
    elsewhere = {row.unit_code for row in rows if isinstance(row, OwnershipRow) and _is_elsewhere(row)} - {None}
    return [_narrowed(row, family, elsewhere) for row in rows if isinstance(row, OwnershipRow)]


def _is_elsewhere(row: OwnershipRow) -> bool:
    return row.division is not None and row.division not in DIVISIONS


def _narrowed(row: OwnershipRow, family: frozenset[str], elsewhere: AbstractSet[str | None]) -> OwnershipRow | None:
    if _is_elsewhere(row):
        return None
    if row.owner_id_number is not None and row.owner_id_number not in family:
        row = row.model_copy(update={"owner_id_number": None})
    if row.unit_code in elsewhere:
        doubts = {**row.not_understood, "division": TWO_DIVISIONS}
        row = row.model_copy(update={"division": None, "not_understood": doubts})
    return row


REAL_ESTATE = Department(
    name="real-estate",
    title="real-estate registration",
    article="18(2)",
    about="everyone",
    with_name=False,
    record=OwnershipRow,
    asked_by="verify-property",
    within_question=within_question,
)
