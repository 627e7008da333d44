"""Tax (税务): evidence of residence only (Art. 18(1)); no income threshold exists, so no amount is asked for."""

from pydantic import Field

from contracts.bilingual import Bilingual
from procedures.codes import A_DIVISION, DivisionCode, YesNo
from procedures.department import Department
from procedures.records import Record


class TaxRecord(Record):
    income_recorded: YesNo = Field(
        default=None,
        description="whether income of the person was recorded there in the twelve months before the answer",
    )
    division: DivisionCode = Field(default=None, description=f"of the tax office that recorded it: {A_DIVISION}")


TAX = Department(
    name="tax",
    title=Bilingual("税务", "tax"),
    article="18(1)",
    asked_by="verify-household",
    about="applicant",
    with_name=True,
    record=TaxRecord,
    row="A row for each division in which the tax office recorded income of the person in the twelve months before "
    "the day of the answer (Art. 18(1) names no period; this is how we read it). No amount, no payer: it shows where "
    "somebody lives, and nothing else.",
    former_hashes=("ff6be3e0444a59ce556158b46e9970d8ce8ce4df94a6a32232c7163e83cf79cc",),
)
