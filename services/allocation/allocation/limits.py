"""The index of a family's dates: told again before its slot, told that the two years end, its exit proposed.

Of one family one of the two is due at a time: its slot until it chose, then the two years (Art. 26(5), 31(1)).
"""

from datetime import date, datetime
from functools import partial

from allocation.decide.second_notice import again_at, slot_near
from allocation.decide.two_years import near, next_instant, propose_exit
from allocation.desk import Desk
from chassis.consume.due_index import DueIndex, DueItem, LogRecord, feed_for
from chassis.errors import Conflict, Later
from contracts.events import (
    ApplicationWithdrawn,
    CalledToChoose,
    ChoiceDeclined,
    ChoiceMissed,
    DeterminationConfirmed,
    ExitConfirmed,
    ExitDropped,
    ExitProposed,
    HomeChosen,
    LimitNear,
    PriceSettled,
    ReturnedToPool,
    SlotNear,
    StruckFromDraw,
)

LIMITS = feed_for(
    "allocation",
    *(HomeChosen, LimitNear, PriceSettled, ExitProposed, ExitDropped, ExitConfirmed),
    *(StruckFromDraw, ApplicationWithdrawn, DeterminationConfirmed),
    *(CalledToChoose, SlotNear, ChoiceDeclined, ChoiceMissed, ReturnedToPool),
)


def note(entry: DueItem | None, seen: LogRecord) -> DueItem | None:
    """Of a call its slot; of a home until when, and which notices were sent. Nothing once nothing is due any more."""
    match event := seen.event:
        case CalledToChoose():
            return {"called_at": event.at.isoformat(), "slot_from": event.slot_from.isoformat()}
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
    if "slot_from" in entry:
        called_at, slot_from = (datetime.fromisoformat(entry[name]) for name in ("called_at", "slot_from"))
        return again_at(called_at, slot_from, desk.law().choosing_notice_hours)
    if entry["proposed"]:
        return None
    return next_instant(date.fromisoformat(entry["ends"]), desk.law().settlement_notice_days, entry["told"])


async def fire(desk: Desk, application: str, entry: DueItem) -> DueItem | None:
    """What is written comes back by the feed. Raises Later where the case moved on."""
    case = await desk.journal.load(application)
    if "slot_from" in entry:
        if (again := slot_near(case, desk.now())) is not None:
            await desk.journal.record(again)
        return None
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
