"""Civil affairs (民政): who is married to whom (Art. 17). Adults only; former spouses are never asked for."""

from contracts.departments import Department
from contracts.records import MARRIED, CivilAffairsRecord, Record


def within_question(record: Record, family: frozenset[str]) -> Record | None:
    """Who somebody was married to once is beyond the question: the number of a former spouse is not kept."""
    assert isinstance(record, CivilAffairsRecord)
    if record.spouse_id_number is None or record.marital_status in MARRIED:
        return record
    doubts = record.not_understood
    if (
        record.marital_status is None
        and not doubts.keys() & {"marital_status"}
        and record.spouse_id_number not in family
    ):
        # Whether this is a former spouse or another one than declared, nobody can tell; the number is not kept.
        doubts = {**doubts, "marital_status": "nothing, beside a spouse who was not asked about"}
    return record.model_copy(update={"spouse_id_number": None, "not_understood": doubts})


CIVIL_AFFAIRS = Department(
    name="civil-affairs",
    title="civil affairs",
    article="17",
    about="adults",
    with_name=True,
    record=CivilAffairsRecord,
    within_question=within_question,
)
