"""One family before the homes: called, chooses, declines, or does not come (Art. 26(5), 32). Pure."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from contracts.bans import BanImposed, Bans
from contracts.case.case import Case, NotAllowed
from contracts.case.fold import allows
from contracts.case.states import State
from contracts.events import (
    CalledToChoose,
    ChoiceDeclined,
    ChoiceExcused,
    ChoiceMissed,
    Event,
    HomeChosen,
    QualificationCancelled,
    ReturnedToPool,
    StruckFromDraw,
)
from contracts.homes.events import HomeTaken
from contracts.homes.home import HomeFile, Stands
from contracts.local_time import SHANGHAI
from procedures.corresponding_date import after_years
from procedures.policy import InForce
from procedures.working_days import Calendar

NAMED = 30
"""Homes that are still free, in a refusal; of more only the number is said."""


def call(
    case: Case, slot_from: datetime, slot_until: datetime, homes_left: int, now: datetime, by: str, reason: str | None
) -> CalledToChoose:
    """Raises NotAllowed for whoever was not drawn, and a substitute without a reason."""
    _may(case, CalledToChoose, "is not drawn and no substitute")
    if case.state is State.SUBSTITUTE and not reason:
        raise NotAllowed("say why a substitute is called")
    return CalledToChoose(
        application=case.application,
        at=now,
        n=case.allocation.next(CalledToChoose),
        slot_from=slot_from,
        slot_until=slot_until,
        homes_left=homes_left,
        reason=reason,
        by=by,
    )


def choose(
    case: Case,
    home: HomeFile,
    homes: Mapping[str, HomeFile],
    price: Decimal | None,
    law: InForce,
    now: datetime,
    by: str,
) -> tuple[HomeTaken, HomeChosen]:
    """Raises NotAllowed: before its slot, for a home of another pool, and for one that is taken, with what is left."""
    _may(case, HomeChosen, "was not called")
    known = case.allocation
    assert known.call is not None
    if known.entry is None or home.project != known.entry.project:
        raise NotAllowed(f"home {home.code} is not offered by the project of this family")
    if home.data is None or home.data.pool != known.entry.pool:
        raise NotAllowed(f"home {home.code} is not in pool {known.entry.pool}, for which this family was drawn")
    if home.stands is not Stands.FREE:
        raise NotAllowed(f"home {home.code} is taken; {left_in(known.entry.pool, homes)}")
    if now < known.call.slot_from:
        raise NotAllowed(f"its slot begins at {known.call.slot_from.astimezone(SHANGHAI):%Y-%m-%d %H:%M}")
    if price is None:
        raise NotAllowed("the home has no approved price that is published (Art. 25)")
    who = {"application": case.application, "at": now, "by": by, "price": price}
    taken = HomeTaken.model_validate({"home": home.code, "n": home.next(HomeTaken), **who})
    ends = after_years(now.astimezone(SHANGHAI).date(), law.settlement_years)
    chosen = {"home": home.code, "n": known.next(HomeChosen), "contract_by": ends}
    return taken, HomeChosen.model_validate({**who, **chosen})


def free_in(pool: str, homes: Mapping[str, HomeFile]) -> list[str]:
    """The homes of a pool that may be chosen now."""
    free = (home for home in homes.values() if home.stands is Stands.FREE and home.data is not None)
    return sorted(home.code for home in free if home.data and home.data.pool == pool)


def left_in(pool: str, homes: Mapping[str, HomeFile]) -> str:
    free = free_in(pool, homes)
    if len(free) > NAMED:
        return f"{len(free)} are left"
    return f"left: {', '.join(free)}" if free else "none is left"


def decline(case: Case, reason: str, calendar: Calendar, law: InForce, now: datetime, by: str) -> Event:
    """Back to the pool; where the policy bans for it, the family is heard as if it had not come."""
    _may(case, ChoiceDeclined, "was not called")
    if law.declining_bans:
        return _missed(case, calendar, law, now, by, reason)
    n = case.allocation.next(ChoiceDeclined)
    return ChoiceDeclined(application=case.application, at=now, n=n, reason=reason, by=by)


def miss(case: Case, calendar: Calendar, law: InForce, now: datetime, by: str) -> ChoiceMissed:
    """Proposes to cancel its qualification; it is heard first. Raises NotAllowed before its slot is over."""
    _may(case, ChoiceMissed, "was not called")
    call = case.allocation.call
    if call is None or now <= call.slot_until:
        raise NotAllowed("its slot is not over")
    return _missed(case, calendar, law, now, by, None)


def _missed(case: Case, calendar: Calendar, law: InForce, now: datetime, by: str, reason: str | None) -> ChoiceMissed:
    heard_until = calendar.due(now.astimezone(SHANGHAI).date(), law.hearing_working_days).last_day
    n = case.allocation.next(ChoiceMissed)
    return ChoiceMissed(application=case.application, at=now, n=n, heard_until=heard_until, reason=reason, by=by)


def excuse(case: Case, reason: str, now: datetime, by: str) -> ChoiceExcused:
    """It is called again. Raises NotAllowed."""
    _may(case, ChoiceExcused, "did not miss its slot")
    n = case.allocation.next(ChoiceExcused)
    return ChoiceExcused(application=case.application, at=now, n=n, reason=reason, by=by)


def cancel(
    case: Case, bans: Bans, law: InForce, reason: str, now: datetime, by: str
) -> tuple[QualificationCancelled, BanImposed]:
    """The bureau's word, and the ban of a year from its day (Civil Code 202). Raises NotAllowed while it is heard."""
    _may(case, QualificationCancelled, "did not miss its slot")
    missed, today = case.allocation.missed, now.astimezone(SHANGHAI).date()
    if missed is None or today <= missed.heard_until:
        raise NotAllowed("the family may still be heard" + (f" until {missed.heard_until}" if missed else ""))
    until = after_years(today, law.ban_years)
    who = {"application": case.application, "at": now, "reason": reason, "by": by}
    cancelled = {"n": case.allocation.next(QualificationCancelled), "ban_from": today, "ban_until": until}
    imposed = {"person": bans.person, "n": len(bans.imposed) + 1, "since": today, "until": until}
    return (
        QualificationCancelled.model_validate({**who, **cancelled}),
        BanImposed.model_validate({**who, **imposed, "article": law.article("ban_years")}),
    )


def strike(case: Case, reason: str, now: datetime, by: str) -> StruckFromDraw:
    """After an upheld objection; those behind move up. Raises NotAllowed."""
    _may(case, StruckFromDraw, "stands in no draw, or has signed")
    n = case.allocation.next(StruckFromDraw)
    return StruckFromDraw(application=case.application, at=now, n=n, reason=reason, by=by)


def send_back(case: Case, now: datetime, by: str) -> ReturnedToPool | None:
    """To the pool, when choosing is closed; None for whoever is not waiting to be called."""
    if not allows(case, ReturnedToPool):
        return None
    n = case.allocation.next(ReturnedToPool)
    return ReturnedToPool(application=case.application, at=now, n=n, why="no home left", by=by)


def _may(case: Case, kind: type[Event], but: str) -> None:
    if not allows(case, kind):
        raise NotAllowed(f"the family {but}; its case is {case.state}")
