"""Owners change by divorce or inheritance, by the paper that says so; nobody else ever owns it (Art. 27-30). Pure."""

from datetime import datetime
from typing import Literal

from contracts.case.case import Case, NotAllowed
from contracts.case.fold import allows
from contracts.events import OwnersChanged
from contracts.homes.events import OwnersOfHomeChanged
from contracts.homes.home import HomeFile, Stands

Cause = Literal["divorce", "inheritance"]


def change_owners(
    case: Case, home: HomeFile, cause: Cause, document: str, by: str, now: datetime
) -> tuple[OwnersChanged, OwnersOfHomeChanged]:
    """The case and its home keep both; an heir needs no eligibility. Raises NotAllowed before the keys.

    There is no other cause: a sale to the market is no event of a home (Art. 27).
    """
    if not allows(case, OwnersChanged) or home.stands is not Stands.LIVED_IN or home.application != case.application:
        raise NotAllowed("owners change once a home was handed over, and while the family has it")
    about = {"application": case.application, "at": now, "cause": cause, "document": document, "by": by}
    changed = OwnersChanged.model_validate({**about, "n": case.allocation.next(OwnersChanged), "home": home.code})
    kept = OwnersOfHomeChanged.model_validate({**about, "n": home.next(OwnersOfHomeChanged), "home": home.code})
    return changed, kept
