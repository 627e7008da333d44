"""The housing bureau as intake asks it: about the applicant alone, for bans (Art. 32)."""

from procedures.department import Department, by_row
from procedures.hainan_2025.departments.housing import without_other_buyers
from procedures.hainan_2025.records import HousingRow

BAN_LIST = Department(
    name="housing",
    title="housing bureau",
    article="32",
    about="applicant",
    with_name=False,
    record=HousingRow,
    asked_by="intake",
    # It is one bureau with one contract: its other rows are read over, and are no surplus.
    within_question=by_row(without_other_buyers),
)


def asked_as(application: str) -> str:
    """What the ban question's id is made from: another one than the determination's question to the bureau."""
    return f"{application}|ban"
