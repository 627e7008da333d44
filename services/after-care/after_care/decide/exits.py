"""A family counts as having left (Art. 31): a ground that something shows, a hearing, an officer's word. Pure."""

from datetime import date, datetime

from contracts.case.case import Case, NotAllowed
from contracts.case.fold import allows
from contracts.events import ExitConfirmed, ExitDropped, ExitProposed
from contracts.events.after_care import Ground
from contracts.homes.home import HomeFile
from contracts.local_time import SHANGHAI
from procedures.policy import InForce
from procedures.working_days import Calendar

BY_A_DOCUMENT: dict[Ground, str] = {
    "31(2)": "fraud is shown by a document: give its number and date",
    "31(3)": "a judicial disposal is shown by a document: give its number and date",
    "31(6)": "another law is the ground: name it, and the article",
}


def propose(
    case: Case,
    home: HomeFile,
    ground: Ground,
    document: str | None,
    reason: str,
    by: str,
    calendar: Calendar,
    law: InForce,
    now: datetime,
) -> ExitProposed:
    """Raises NotAllowed saying what is missing: each ground has something that shows it."""
    if not allows(case, ExitProposed):
        raise NotAllowed(f"the case is in state {case.state}; an exit is proposed once a home is chosen")
    if ground == "31(1)":
        raise NotAllowed("the two years are counted by the clock, which proposes this ground itself on its day")
    if document is None and ground in BY_A_DOCUMENT:
        raise NotAllowed(BY_A_DOCUMENT[ground])
    if ground == "31(4)" and home.damage != "refused":
        raise NotAllowed("record the damage of the structure and that its repair is refused first, both at the home")
    return ExitProposed(
        application=case.application,
        at=now,
        n=case.allocation.next(ExitProposed),
        ground=ground,
        document=document,
        reason=reason,
        heard_until=calendar.due(_day(now), law.hearing_working_days).last_day,
        by=by,
    )


def confirm(case: Case, reason: str, by: str, now: datetime) -> ExitConfirmed:
    """Raises NotAllowed until the family had its days to be heard."""
    proposal = case.allocation.exit
    if not allows(case, ExitConfirmed) or proposal is None:
        raise NotAllowed(f"the case is in state {case.state}; no exit is proposed")
    if _day(now) <= proposal.heard_until:
        raise NotAllowed(f"the family is heard until {proposal.heard_until}; confirm on a later day, or drop it")
    n = case.allocation.next(ExitConfirmed)
    return ExitConfirmed(application=case.application, at=now, n=n, ground=proposal.ground, reason=reason, by=by)


def drop(case: Case, reason: str, by: str, now: datetime) -> ExitDropped:
    """The family was heard, and stays where it stood. Raises NotAllowed if no exit is proposed."""
    if not allows(case, ExitDropped):
        raise NotAllowed(f"the case is in state {case.state}; no exit is proposed")
    return ExitDropped(application=case.application, at=now, n=case.allocation.next(ExitDropped), reason=reason, by=by)


def _day(now: datetime) -> date:
    return now.astimezone(SHANGHAI).date()
