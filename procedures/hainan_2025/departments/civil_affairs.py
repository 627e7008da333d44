"""Civil affairs (民政): who is married to whom (Art. 17). Adults only; former spouses are never asked for."""

from typing import Annotated

from pydantic import Field

from contracts.bilingual import Bilingual
from procedures.codes import A_DAY, Day, Person, Text, one_of
from procedures.department import Department, by_row
from procedures.records import Record

MARRIED = frozenset({"20", "21", "22", "23"})
"""The marital statuses that mean married (GB/T 2261.2)."""
WERE_MARRIED = frozenset({"30", "40"})
"""Widowed, divorced (GB/T 2261.2)."""
MaritalCode = Annotated[str | None, *one_of("10", "20", "21", "22", "23", "30", "40", "90")]


class CivilAffairsRecord(Record):
    marital_status: MaritalCode = Field(
        default=None, description="GB/T 2261.2: 10 single, 20 to 23 married, 30 widowed, 40 divorced, 90 not known"
    )
    spouse_id_number: Person = Field(
        default=None,
        description="of the present spouse, 18 digits (15 are read as the 18 they became); empty if unmarried",
    )
    since: Day = Field(default=None, description=f"since when this status holds: {A_DAY}")
    assistance: Text = Field(
        default=None,
        description="the kind of social assistance that the person receives now, as the register calls it",
    )


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
    title=Bilingual("民政", "civil affairs"),
    article="17",
    asked_by="verify-household",
    about="adults",
    with_name=True,
    record=CivilAffairsRecord,
    row="One row: marital status and assistance as they stand on the day of the answer; no history.",
    within_question=by_row(without_former_spouse),
    former_hashes=("f7225dfcad7de8995e0560154cda37aedef53e4174481435792dd1dd9d6a49d5",),
)
