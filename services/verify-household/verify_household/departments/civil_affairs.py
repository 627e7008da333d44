"""Civil affairs (民政): who is married to whom (Art. 17). Adults only; former spouses are never asked for."""

from contracts.departments import CivilAffairsRecord, Department

CIVIL_AFFAIRS = Department(
    name="civil-affairs",
    title="civil affairs",
    article="17",
    about="adults",
    with_name=True,
    record=CivilAffairsRecord,
)
