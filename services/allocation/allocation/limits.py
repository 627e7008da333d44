"""The index of the two years: who is told that they end soon, and whose exit the calendar proposes (Art. 31(1))."""

from datetime import date, datetime
from functools import partial

from allocation.decide.two_years import near, next_instant, propose_exit
from allocation.desk import Desk
from chassis.consume.due_index import DueIndex, DueItem, LogRecord, feed_for
from chassis.errors import Conflict, Later
from contracts.events import (
    ApplicationWithdrawn,
    DeterminationConfirmed,
    ExitConfirmed,
    ExitDropped,
    ExitProposed,
    HomeChosen,
    LimitNear,
    PriceSettled,
    StruckFromDraw,
)

LIMITS = feed_for(
    "allocation",
    *(HomeChosen, LimitNear, PriceSettled, ExitProposed, ExitDropped, ExitConfirmed),
    *(StruckFromDraw, ApplicationWithdrawn, DeterminationConfirmed),
)


def note(entry: DueItem | None, seen: LogRecord) -> DueItem | None:
    """Until when, and which notices were sent; nothing once the price is paid or the family has left."""
    match event := seen.event:
        case HomeChosen():
            return {"ends": event.contract_by.isoformat(), "told": [], "proposed": False}
        case LimitNear() if entry is not None:
            return {**entry, "told": [*entry["told"], event.days]}
        case ExitProposed() if entry is not None:
            return {**entry, "proposed": True}
        case DeterminationConfirmed(outcome="eligible") | ExitDropped() | LimitNear() | ExitProposed():
            # After an officer dropped the exit nothing is proposed again by itself.
            return entry
    return None


def due(desk: Desk, entry: DueItem) -> datetime | None:
    if entry["proposed"]:
        return None
    return next_instant(date.fromisoformat(entry["ends"]), desk.law().settlement_notice_days, entry["told"])


async def fire(desk: Desk, application: str, entry: DueItem) -> DueItem:
    """What is written comes back by the feed. Raises Later where the case moved on."""
    case = await desk.journal.load(application)
    law, now = desk.law_of(case), desk.now()
    if proposed := propose_exit(case, desk.calendar, law, now):
        try:
            await desk.journal.decide(case, *proposed)
        except Conflict:
            raise Later("the case is changing; decide again in a moment", 0.2) from None
        return entry
    if (notice := near(case, law, now)) is not None:
        await desk.journal.record(notice)
        return {**entry, "told": [*entry["told"], notice.days]}
    return entry


def limits(desk: Desk) -> DueIndex:
    every, clock = desk.context.settings.open_cases_every, desk.context.clock
    return DueIndex(LIMITS, note, partial(due, desk), partial(fire, desk), every=every, clock=clock)
