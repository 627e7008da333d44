"""The housing bureau's own registers (住建局): net-signed contracts, tenancies, bans (Art. 19, 20, 32)."""

from contracts.departments import Department, HousingRow, Record


def within_question(record: Record, family: frozenset[str]) -> Record | None:
    """Another buyer of the same contract is nobody we asked about."""
    assert isinstance(record, HousingRow)
    return None if record.buyer_id_number is not None and record.buyer_id_number not in family else record


HOUSING = Department(
    name="housing",
    title="housing bureau",
    article="19, 20, 32",
    about="everyone",
    with_name=False,
    record=HousingRow,
    within_question=within_question,
)
