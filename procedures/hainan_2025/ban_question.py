"""The housing bureau as intake asks it: about the applicant alone, for bans (Art. 32)."""

from dataclasses import replace

from procedures.hainan_2025.departments.housing import HOUSING

# It is one bureau with one contract: its other rows are read over, and are no surplus.
BAN_LIST = replace(HOUSING, article="32", asked_by="intake", about="applicant", former_hashes=())


def asked_as(application: str) -> str:
    """What the ban question's id is made from: another one than the determination's question to the bureau."""
    return f"{application}|ban"
