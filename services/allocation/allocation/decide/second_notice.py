"""The second notice of a call to choose, before the slot begins (Art. 26(5), 32). Pure."""

from datetime import datetime, timedelta

from contracts.case.case import Case
from contracts.case.fold import allows
from contracts.events import SlotNear


def again_at(called_at: datetime, slot_from: datetime, hours: int) -> datetime:
    """So many hours before the slot; at least half way to it, so that a late call is not told twice at once."""
    return max(slot_from - timedelta(hours=hours), called_at + (slot_from - called_at) / 2)


def slot_near(case: Case, now: datetime) -> SlotNear | None:
    """Once a call, by its subject. Nothing for a slot that has begun."""
    call = case.allocation.call
    if call is None or not allows(case, SlotNear) or now >= call.slot_from:
        return None
    return SlotNear(
        application=case.application, at=now, n=call.n, slot_from=call.slot_from, slot_until=call.slot_until
    )
