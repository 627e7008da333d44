"""The housing bureau's own registers (住建局): net-signed contracts, tenancies, bans (Art. 19, 20, 32)."""

from contracts.departments import Department, by_row, without_other_buyers
from contracts.records import HousingRow

HOUSING = Department(
    name="housing",
    title="housing bureau",
    article="19, 20, 32",
    about="everyone",
    with_name=False,
    record=HousingRow,
    within_question=by_row(without_other_buyers),
)
