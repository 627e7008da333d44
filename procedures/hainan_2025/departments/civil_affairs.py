"""Civil affairs (民政): who is married to whom (Art. 17). Adults only; former spouses are never asked for."""

from procedures.department import Department, by_row
from procedures.hainan_2025.records import MARRIED, CivilAffairsRecord, Record

WERE_MARRIED = frozenset({"30", "40"})
"""Widowed, divorced (GB/T 2261.2)."""


def without_former_spouse(record: Record, family: frozenset[str]) -> Record | None:
    """Who somebody was married to once is beyond the question: the number of a former spouse is not kept."""
    assert isinstance(record, CivilAffairsRecord)
    if record.spouse_id_number is None or record.marital_status in MARRIED:
        return record
    doubts = record.not_understood
    if record.marital_status not in WERE_MARRIED:
        # Neither a former spouse nor a present one: the number is not kept, and that it contradicts is.
        doubts = {**doubts, "spouse_id_number": "somebody, beside a marital status that has no spouse"}
    return record.model_copy(update={"spouse_id_number": None, "not_understood": doubts})


CIVIL_AFFAIRS = Department(
    name="civil-affairs",
    title="civil affairs",
    article="17",
    about="adults",
    with_name=True,
    record=CivilAffairsRecord,
    asked_by="verify-household",
    within_question=by_row(without_former_spouse),
)
