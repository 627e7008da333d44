"""What real-estate registration is asked before a home is bought back: what burdens that one home (Art. 27, 28)."""

from typing import Annotated

from pydantic import Field

from procedures.codes import A_DAY, Day, Identifier, one_of
from procedures.department import Department
from procedures.hainan_2025.departments.real_estate import REAL_ESTATE
from procedures.records import Record


class Encumbrance(Record):
    """One burden on the home that was asked about, as the register has it."""

    unit_code: Identifier = Field(default=None, description="the home's, as the question names it")
    kind: Annotated[str | None, *one_of("mortgage", "lease", "residence_right", "dispute")] = Field(
        default=None, description="what burdens it; a dispute is a seizure, an objection or a suit that is noted"
    )
    since: Day = Field(default=None, description=f"when it was registered: {A_DAY}")
    status: Annotated[str | None, *one_of("registered", "cancelled")] = Field(
        default=None, description="registered, or cancelled"
    )


ENCUMBRANCES = Department(
    name=REAL_ESTATE.name,
    title=REAL_ESTATE.title,
    article="27, 28",
    asked_by=REAL_ESTATE.asked_by,
    about="applicant",
    with_name=False,
    record=Encumbrance,
    row="A row for each mortgage, lease, right of residence and dispute on the home that the question names, under "
    "its owner; a cancelled one may come, marked so. Nothing of any other home.",
    contract="home-encumbrances",
)
