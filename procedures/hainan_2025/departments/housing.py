"""The housing bureau's own registers (住建局): net-signed contracts, tenancies, bans (Art. 19, 20, 32)."""

from procedures.department import Department, by_row
from procedures.hainan_2025.records import HousingRow, Record


def without_other_buyers(row: Record, family: frozenset[str]) -> Record | None:
    """Another buyer of the same contract is nobody we asked about; a ban or a tenancy has no buyer."""
    assert isinstance(row, HousingRow)
    if row.buyer_id_number is None or row.buyer_id_number in family:
        return row
    return None if row.register_ == "net_signed" else row.model_copy(update={"buyer_id_number": None})


HOUSING = Department(
    name="housing",
    title="housing bureau",
    article="19, 20, 32",
    about="everyone",
    with_name=False,
    record=HousingRow,
    asked_by="verify-property",
    within_question=by_row(without_other_buyers),
)
