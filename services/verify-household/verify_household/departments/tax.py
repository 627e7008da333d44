"""Tax (税务): evidence of residence only (Art. 18(1)); there is no income threshold, so amounts are never asked for."""

from contracts.departments import Department, TaxRecord

TAX = Department(
    name="tax",
    title="tax",
    article="18(1)",
    about="applicant",
    with_name=True,
    record=TaxRecord,
)
