"""Tax (税务): evidence of residence only (Art. 18(1)); no income threshold exists, so no amount is asked for."""

from procedures.department import Department
from procedures.hainan_2025.records import TaxRecord

TAX = Department(
    name="tax",
    title="tax",
    article="18(1)",
    about="applicant",
    with_name=True,
    record=TaxRecord,
    asked_by="verify-household",
)
