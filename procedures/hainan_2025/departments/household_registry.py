"""The household registry (公安户籍): who is registered where, and whether they live there (Art. 18(1), 21)."""

from typing import Annotated

from pydantic import Field

from contracts.bilingual import Bilingual
from procedures.codes import A_DAY, A_DIVISION, Day, DivisionCode, Township, like, one_of
from procedures.department import Department
from procedures.records import Record


class HouseholdRecord(Record):
    status: Annotated[str | None, *one_of("normal", "cancelled", "deceased")] = Field(
        default=None, description="normal, cancelled or deceased: the state of this entry"
    )
    hukou_division: DivisionCode = Field(default=None, description=f"where the person is registered: {A_DIVISION}")
    hukou_township: Township = Field(
        default=None, description="where the person is registered: nine digits, a township or street of GB/T 10114"
    )
    relation_to_head: Annotated[str | None, *like("[0-9]{1,2}")] = Field(
        default=None, description="to the head of the household, one or two digits of GB/T 4761 (02 is a spouse)"
    )
    moved_in: Day = Field(default=None, description=f"since when the person is registered there: {A_DAY}")
    residence: Annotated[str | None, *one_of("yes", "no", "unknown")] = Field(
        default=None,
        description="whether the person lives in the district in fact (经常居住地): yes, no or unknown",
    )


HOUSEHOLD_REGISTRY = Department(
    name="household-registry",
    title=Bilingual("公安户籍", "household registry (public security)"),
    article="18(1), 21",
    asked_by="verify-household",
    about="everyone",
    with_name=True,
    record=HouseholdRecord,
    row="One row: the person's entry as it stands on the day of the answer; no history.",
    former_hashes=("2096a05074d9a30f4e272f2324fb48fabb6575fbcdecb2921b0ceadfb774d3c0",),
)
