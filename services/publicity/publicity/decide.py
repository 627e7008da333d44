"""When an entry opens, what holds it, and when it closes into the confirmed pool (Art. 26(3), 26(4)). Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from contracts.case import Case, NotAllowed, State
from contracts.events import (
    DerivationDay,
    Event,
    ObjectionDecided,
    ObjectionRaised,
    PoolConfirmed,
    PublicEntry,
    PublicityClosed,
    PublicityOpened,
)
from contracts.policy import policy_named
from contracts.working_days import SHANGHAI, Calendar
from publicity.masking import mask_id_number, mask_name

Why = Literal["eligible", "corrected", "calendar announced"]
HOW_TO_OBJECT = (
    "公示期内可向区住房和城乡建设局书面提出异议 / "
    "object in writing to the district's housing bureau before the end of the last day"
)
OUTCOME = "符合条件 / eligible"


@dataclass(frozen=True)
class Period:
    """How long an entry is shown: working days of the calendar, or the seconds of a drill."""

    calendar: Calendar
    drill_seconds: float | None = None


def entry_of(case: Case, beside: frozenset[tuple[str, str]]) -> PublicEntry:
    """The text as shown. Where another entry looks alike, digits 5–6 of the number are shown too."""
    applicant = case.persons[0]
    name, number = mask_name(applicant.name), mask_id_number(applicant.id_number)
    if (name, number) in beside:
        number = mask_id_number(applicant.id_number, show_district=True)
    return PublicEntry(
        application=case.application,
        name=name,
        id_number=number,
        family_size=len(case.persons),
        outcome=OUTCOME,
        how_to_object=HOW_TO_OBJECT,
    )


def opened(case: Case, period: Period, beside: frozenset[tuple[str, str]], now: datetime, why: Why) -> PublicityOpened:
    """The n-th time this entry is shown. A calendar that became known keeps the day of posting."""
    n = case.publicity.n + 1 if case.publicity else 1
    posted = case.opened_at if why == "calendar announced" and case.opened_at else now
    entry = entry_of(case, beside)
    if period.drill_seconds is not None:
        return PublicityOpened(
            application=case.application,
            at=now,
            n=n,
            why=why,
            last_day=now.astimezone(SHANGHAI).date(),
            closes_at=now + timedelta(seconds=period.drill_seconds),
            provisional=False,
            derivation=(),
            entry=entry,
            drill=True,
        )
    assert case.accepted is not None
    start = posted.astimezone(SHANGHAI).date()
    due = period.calendar.due(start, policy_named(case.accepted.policy).on(start).publicity_working_days)
    return PublicityOpened(
        application=case.application,
        at=now,
        n=n,
        why=why,
        last_day=due.last_day,
        closes_at=due.due_instant,
        provisional=due.provisional,
        derivation=tuple(
            DerivationDay(date=day.date, number=day.number, reason=day.reason, provisional=day.provisional)
            for day in due.derivation
        ),
        entry=entry,
    )


def open_entry(case: Case, period: Period, beside: frozenset[tuple[str, str]], now: datetime) -> tuple[Event, ...]:
    """An eligible case is shown; what is shown already, or not eligible, is left as it is."""
    if case.state is not State.VERIFYING or case.outcome != "eligible":
        return ()
    return (opened(case, period, beside, now, "eligible"),)


def close(case: Case, grace: timedelta, now: datetime) -> tuple[Event, ...]:
    """Closed and confirmed once the due instant and the grace are over and no objection is open; never before."""
    shown = case.publicity
    if case.state is not State.IN_PUBLICITY or shown is None or case.opened_at is None or shown.provisional:
        return ()
    if now < shown.closes_at + grace:
        return ()
    return _closing(case, now)


def _closing(case: Case, now: datetime) -> tuple[Event, ...]:
    shown, first = case.publicity, case.first_shown_at
    assert shown is not None
    assert first is not None
    return (
        PublicityClosed(application=case.application, at=now, n=shown.n, shown_from=first, shown_until=now),
        PoolConfirmed(application=case.application, at=now),
    )


def object_to(case: Case, text: str, received_at: datetime, most: int) -> ObjectionRaised:
    """An objection stamped at the endpoint; a late one is kept and holds nothing. Raises NotAllowed."""
    if not case.allows(ObjectionRaised) or case.publicity is None:
        raise NotAllowed("this application is not on the public list; there is nothing to object to")
    if len(case.objections) >= most:
        raise NotAllowed(f"{most} objections to this entry are kept already; bring yours to the housing bureau")
    in_time = case.state is not State.POOL_CONFIRMED and received_at <= case.publicity.closes_at
    return ObjectionRaised(
        application=case.application,
        at=received_at,
        n=len(case.objections) + 1,
        received_at=received_at,
        in_time=in_time,
        text=text,
    )


def decide_objection(
    case: Case, n: int, upheld: bool, reason: str, by: str, grace: timedelta, now: datetime
) -> tuple[Event, ...]:
    """Upheld disqualifies, without a ban; dismissed after the last day closes at once (regulation §5)."""
    objection = next((item for item in case.objections if item.n == n), None)
    if objection is None:
        raise NotAllowed(f"there is no objection {n} to this entry")
    if objection.decided:
        raise NotAllowed(f"objection {n} is decided already")
    if not case.allows(ObjectionDecided):
        raise NotAllowed(f"objection {n} came late and holds nothing; there is nothing to decide")
    decided = ObjectionDecided(application=case.application, at=now, n=n, upheld=upheld, reason=reason, by=by)
    others = any(item.in_time and not item.decided for item in case.objections if item.n != n)
    shown = case.publicity
    if upheld or others or shown is None or shown.provisional or now < shown.closes_at + grace:
        return (decided,)
    return (decided, *_closing(case, now))
