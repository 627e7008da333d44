"""Whether a family still rents public or affordable housing, by a fresh answer of the bureau (Art. 20). Pure."""

from collections.abc import Iterable
from datetime import date

from contracts.inquiries import SAID, Answer
from procedures.hainan_2025.departments.housing import HousingRow
from procedures.records import read_row


def still_rents(answer: Answer, persons: Iterable[str], kinds: Iterable[str], today: date) -> str | None:
    """Why the home cannot be handed over yet, without a name; None only if nobody rents and all is clear."""
    kinds = frozenset(kinds)
    for person in persons:
        said = answer.about(person)
        if said.kind not in SAID:
            return "the housing bureau does not say clearly whether a rental home is left"
        for row in (read_row(HousingRow, one, stored=True) for one in said.records):
            if row.register_ not in ("tenancy", None) or _is_over(row, today):
                continue
            if row.register_ is None or row.not_understood or row.kind is None:
                return "a tenancy in the bureau's registers is unclear"
            if row.kind in kinds and (row.since is None or row.since <= today):
                return "a public or affordable rental home is still rented"
    return None


def _is_over(row: HousingRow, today: date) -> bool:
    """A tenancy runs on its last day, too; one that ends before it begins is none that is over."""
    if "until" in row.not_understood or row.until is None:
        return False
    return row.until < today and (row.since is None or row.since <= row.until)
