"""Tax (税务): evidence of residence only (Art. 18(1)); no income threshold exists, so no amount is asked for."""

from contracts.departments import Department
from contracts.records import TaxRecord

TAX = Department(
    name="tax",
    title="tax",
    article="18(1)",
    about="applicant",
    with_name=True,
    record=TaxRecord,
)
