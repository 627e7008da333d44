"""Who chooses when: one family after the other by its place, on as many working days as it takes. Pure."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from contracts.local_time import SHANGHAI
from contracts.projects.events import Slot
from procedures.working_days import Calendar


def slots_for(
    places: Iterable[tuple[str, int, int]], begins: datetime, minutes: int, a_day: int, calendar: Calendar
) -> tuple[Slot, ...]:
    """In this order, each directly after the one before; the next day goes on at the same time as the first."""
    first = begins.astimezone(SHANGHAI)
    days = [first.date()]
    slots = []
    for n, (pool, place, admitted) in enumerate(places):
        whole_days, today = divmod(n, a_day)
        while len(days) <= whole_days:
            days.append(_next_working_day(days[-1], calendar))
        day = datetime.combine(days[whole_days], first.time(), SHANGHAI).astimezone(UTC)
        slot_from = day + timedelta(minutes=minutes * today)
        until = slot_from + timedelta(minutes=minutes)
        slots.append(Slot(pool=pool, place=place, admitted=admitted, slot_from=slot_from, slot_until=until))
    return tuple(slots)


def _next_working_day(day: date, calendar: Calendar) -> date:
    return calendar.due(day, 1).last_day
