"""The household registry (公安户籍): who is registered where, and whether they live there (Art. 18(1), 21)."""

from contracts.departments import Department
from contracts.records import HouseholdRecord

HOUSEHOLD_REGISTRY = Department(
    name="household-registry",
    title="household registry",
    article="18(1), 21",
    about="everyone",
    with_name=True,
    record=HouseholdRecord,
)
