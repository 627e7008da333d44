"""Real-estate registration (不动产登记): units in the three divisions in which the family has a part (Art. 18(2))."""

from contracts.departments import Department
from contracts.policy import CURRENT, policy_named
from contracts.records import OwnershipRow, Record

DIVISIONS = frozenset(policy_named(CURRENT).parameters["housing_divisions"].values[-1][1])


def within_question(record: Record, family: frozenset[str]) -> Record | None:
    """Units elsewhere are beyond the question and dropped; an owner outside the family stays without a number."""
    assert isinstance(record, OwnershipRow)
    if record.division is not None and record.division not in DIVISIONS:
        return None
    if record.owner_id_number is not None and record.owner_id_number not in family:
        return record.model_copy(update={"owner_id_number": None})
    return record


REAL_ESTATE = Department(
    name="real-estate",
    title="real-estate registration",
    article="18(2)",
    about="everyone",
    with_name=False,
    record=OwnershipRow,
    within_question=within_question,
)
