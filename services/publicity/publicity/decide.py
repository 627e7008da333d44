"""When an entry opens, what holds it, and when it closes into the confirmed pool (Art. 26(3), 26(4)). Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from contracts.case.case import Case, NotAllowed, Objection, Recorded
from contracts.case.fold import allows, evolve
from contracts.case.states import State
from contracts.events import (
    Event,
    ObjectionDecided,
    ObjectionRaised,
    ObjectorIdentified,
    PoolConfirmed,
    PublicityClosed,
    PublicityOpened,
)
from contracts.events.values import DerivationDay, PublicEntry
from contracts.local_time import SHANGHAI
from procedures.hainan_2025.public_entry import mask_id_number, mask_name
from procedures.procedure import Procedures
from procedures.registry import PROCEDURES
from procedures.working_days import Calendar

Why = Literal["eligible", "corrected", "calendar announced"]
LooksAlike = Callable[[PublicEntry], bool]
"""Whether another entry of the list has the same name and the same digits."""

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
    procedures: Procedures = PROCEDURES
    drill: bool = False
    """Whether it goes by a clock that a rehearsal turns."""


def entry_of(case: Case, looks_alike: LooksAlike) -> PublicEntry:
    """The text as shown. Where another entry looks alike, digits 5–6 of the number are shown too."""
    applicant = case.persons[0]
    entry = PublicEntry(
        application=case.application,
        name=mask_name(applicant.name),
        id_number=mask_id_number(applicant.id_number),
        family_size=len(case.persons),
        outcome=OUTCOME,
        how_to_object=HOW_TO_OBJECT,
    )
    if not looks_alike(entry):
        return entry
    return entry.model_copy(update={"id_number": mask_id_number(applicant.id_number, show_district=True)})


def _posting(case: Case, period: Period, entry: PublicEntry, now: datetime, why: Why) -> PublicityOpened:
    """The n-th time this entry is shown. A calendar that became known keeps the day of posting."""
    n = case.publicity.n + 1 if case.publicity else 1
    project = case.accepted.project if case.accepted else None
    posted = case.opened_at if why == "calendar announced" and case.opened_at else now
    # Only real days are ever provisional: a family that stands in them must not be hurried through by a drill.
    if period.drill_seconds is not None and why != "calendar announced":
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
            project=project,
            drill=True,
        )
    assert case.accepted is not None
    start = posted.astimezone(SHANGHAI).date()
    due = period.calendar.due(start, period.procedures.of(case).policy.on(start).publicity_working_days)
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
        project=project,
        drill=period.drill,
    )


def open_entry(case: Case, period: Period, looks_alike: LooksAlike, now: datetime) -> tuple[PublicityOpened, ...]:
    """An eligible case is shown; what is shown already, or not eligible, is left as it is."""
    if case.state is not State.VERIFYING or case.outcome != "eligible":
        return ()
    return (_posting(case, period, entry_of(case, looks_alike), now, "eligible"),)


def correct(case: Case, period: Period, looks_alike: LooksAlike, now: datetime) -> tuple[Event, ...]:
    """An entry that was shown wrongly is shown anew, and its seven days begin again. Raises NotAllowed."""
    if case.publicity is None or not allows(case, PublicityOpened):
        raise NotAllowed("this application is not on the public list; there is nothing to correct")
    return (_posting(case, period, entry_of(case, looks_alike), now, "corrected"),)


def recompute(case: Case, period: Period, now: datetime) -> tuple[Event, ...]:
    """A provisional date becomes certain once its year is announced; text and day of posting stay as they were."""
    shown = case.publicity
    if shown is None or not shown.provisional or not allows(case, PublicityOpened):
        return ()
    anew = _posting(case, period, shown.entry, now, "calendar announced")
    return () if anew.provisional else (anew,)


def close(case: Case, grace: timedelta, now: datetime) -> tuple[Event, ...]:
    """Closed and confirmed once the due instant and the grace are over and no objection is open; never before."""
    shown, first = case.publicity, case.first_shown_at
    if case.state is not State.IN_PUBLICITY or shown is None or first is None or shown.provisional:
        return ()
    if now < shown.closes_at + grace:
        return ()
    return (
        PublicityClosed(application=case.application, at=now, n=shown.n, shown_from=first, shown_until=now),
        PoolConfirmed(application=case.application, at=now),
    )


def object_to(case: Case, text: str, received_at: datetime, most: int) -> ObjectionRaised:
    """An objection stamped at the endpoint; a late one is kept and holds nothing. Raises NotAllowed."""
    shown = case.publicity
    if not allows(case, ObjectionRaised) or shown is None:
        raise NotAllowed("this application is not on the public list; there is nothing to object to")
    if len(case.objections) >= most:
        raise NotAllowed(f"{most} objections to this entry are kept already; bring yours to the housing bureau")
    # Nobody is late for a date that is not certain yet.
    before_the_end = shown.provisional or received_at <= shown.closes_at
    return ObjectionRaised(
        application=case.application,
        at=received_at,
        n=len(case.objections) + 1,
        received_at=received_at,
        in_time=case.state in (State.IN_PUBLICITY, State.OBJECTED) and before_the_end,
        text=text,
    )


def decide_objection(
    case: Case, n: int, upheld: bool, reason: str, by: str, now: datetime
) -> tuple[ObjectionDecided, Case]:
    """The decision, and the case after it: upheld disqualifies, without a ban (regulation §5). Raises NotAllowed."""
    objection = _objection(case, n)
    if objection.decided:
        raise NotAllowed(f"objection {n} is decided already")
    if not objection.in_time:
        raise NotAllowed(f"objection {n} came late and holds nothing; there is nothing to decide")
    if not allows(case, ObjectionDecided):
        raise NotAllowed(f"the case is {case.state}; there is nothing left to decide")
    decided = ObjectionDecided(application=case.application, at=now, n=n, upheld=upheld, reason=reason, by=by)
    return decided, evolve(case, Recorded(case.sequence, decided, "", now))


def identify_objector(case: Case, n: int, reason: str, by: str, now: datetime) -> ObjectorIdentified:
    """The record that it was looked at who raised an objection. Raises NotAllowed."""
    opening = _objection(case, n).openings + 1
    return ObjectorIdentified(application=case.application, at=now, n=n, opening=opening, reason=reason, by=by)


def _objection(case: Case, n: int) -> Objection:
    objection = next((item for item in case.objections if item.n == n), None)
    if objection is None:
        raise NotAllowed(f"there is no objection {n} to this entry")
    return objection
