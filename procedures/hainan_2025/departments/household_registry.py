"""The household registry (公安户籍): who is registered where, and whether they live there (Art. 18(1), 21)."""

from procedures.department import Department
from procedures.hainan_2025.records import HouseholdRecord

HOUSEHOLD_REGISTRY = Department(
    name="household-registry",
    title="household registry",
    article="18(1), 21",
    about="everyone",
    with_name=True,
    record=HouseholdRecord,
    asked_by="verify-household",
)
