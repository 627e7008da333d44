"""A home whose family left before the keys is free again. Pure."""

from datetime import datetime
from typing import Literal

from contracts.case.case import Case
from contracts.case.states import State
from contracts.homes.events import HomeFreed
from contracts.homes.home import HomeFile, Stands

S = State
LEFT: dict[State, Literal["withdrawn", "struck", "ineligible", "exit"]] = {
    S.WITHDRAWN: "withdrawn",
    S.DISQUALIFIED: "struck",
    S.INELIGIBLE: "ineligible",
    S.EXITED: "exit",
}


def free(case: Case, home: HomeFile, now: datetime) -> HomeFreed | None:
    """None while the family has a right to it, and for a home that is not its own any more."""
    why = LEFT.get(case.state) if case.state else None
    if why is None or home.stands is not Stands.TAKEN or home.application != case.application:
        return None
    who = {"application": case.application, "by": "by the step of its family"}
    return HomeFreed(home=home.code, n=home.next(HomeFreed), at=now, why=why, **who)
