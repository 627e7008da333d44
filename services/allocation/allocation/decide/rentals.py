"""Whether a family still rents public or affordable housing, by an answer or a paper of the bureau (Art. 20). Pure."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from contracts.case.case import Case, NotAllowed
from contracts.case.fold import allows
from contracts.events import RentalShown
from contracts.inquiries import SAID, Answer
from contracts.local_time import SHANGHAI
from procedures.hainan_2025.departments.housing import HousingRow
from procedures.records import read_row

SHOWN_BY = "an officer shows it: `lianshen contract show-rental`"


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


def show_rental(case: Case, left: bool, document: str, dated: date, now: datetime, by: str) -> RentalShown:
    """Raises NotAllowed before the contract, after the keys, and for a paper of a day to come."""
    if not allows(case, RentalShown):
        raise NotAllowed(f"whether a rental is left is shown between contract and keys; this case is {case.state}")
    if dated > now.astimezone(SHANGHAI).date():
        raise NotAllowed("the paper is of a day to come")
    n = case.allocation.next(RentalShown)
    return RentalShown(application=case.application, at=now, n=n, left=left, document=document, dated=dated, by=by)


def rents_by_paper(case: Case, days: int, today: date) -> str | None:
    """Where the bureau's clerk answers: why its newest paper does not open the door, None if it does."""
    shown = case.allocation.rental
    if shown is None:
        return f"the bureau's clerk is asked by paper, and {SHOWN_BY}"
    if not shown.left:
        return f"by the bureau's paper of {shown.dated} the rental home is not left; once it is, {SHOWN_BY}"
    if today > shown.dated + timedelta(days=days):
        return f"the bureau's paper of {shown.dated} is older than {days} days; with a newer one {SHOWN_BY}"
    return None
