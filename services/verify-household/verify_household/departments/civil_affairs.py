"""Civil affairs (民政): who is married to whom (Art. 17). Adults only; former spouses are never asked for."""

from contracts.departments import Department
from contracts.records import MARRIED, CivilAffairsRecord, Record


def within_question(record: Record, family: frozenset[str]) -> Record | None:
    """Who somebody was married to once is beyond the question: the number of a former spouse is not kept."""
    assert isinstance(record, CivilAffairsRecord)
    if record.spouse_id_number is not None and record.marital_status not in MARRIED:
        return record.model_copy(update={"spouse_id_number": None})
    return record


CIVIL_AFFAIRS = Department(
    name="civil-affairs",
    title="civil affairs",
    article="17",
    about="adults",
    with_name=True,
    record=CivilAffairsRecord,
    within_question=within_question,
)
