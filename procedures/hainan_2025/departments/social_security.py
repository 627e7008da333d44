"""Social security (人社): evidence of residence only (Art. 18(1)); employer and wages are never asked for."""

from pydantic import Field

from contracts.bilingual import Bilingual
from procedures.codes import A_DIVISION, DivisionCode, Month, YesNo
from procedures.department import Department
from procedures.records import Record


class SocialSecurityRecord(Record):
    insured: YesNo = Field(default=None, description="whether the person is insured there on the day of the answer")
    division: DivisionCode = Field(default=None, description=f"of the insurance: {A_DIVISION}")
    last_paid_month: Month = Field(
        default=None, description="the last month for which a contribution was paid, YYYY-MM"
    )


SOCIAL_SECURITY = Department(
    name="social-security",
    title=Bilingual("人社", "human resources and social security"),
    article="18(1)",
    asked_by="verify-household",
    about="applicant",
    with_name=True,
    record=SocialSecurityRecord,
    row="A row for each division in which the person is insured on the day of the answer. No employer, "
    "no contributions.",
    former_hashes=("2b028623b45d2b736097d51e0ac1736e31775a5da9ca2d9d83f5a84493eb6183",),
)
