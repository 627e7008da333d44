"""A8: nobody was cancelled or has left without an officer's word, and the time to be heard was over. Pure."""

from collections.abc import Iterator
from datetime import date, datetime

from contracts.case.case import Case
from contracts.events import Event, ExitConfirmed, QualificationCancelled
from contracts.local_time import SHANGHAI

NOBODY = "by the "
"""So begins the word of what follows by itself: by the calendar, by the policy in force."""
OWN_REQUEST = "31(5)"


def unheard(case: Case, event: Event) -> Iterator[str]:
    """`case` is the case before the event."""
    known = case.allocation
    match event:
        case QualificationCancelled():
            yield from _without(event.by, known.missed.heard_until if known.missed else None, event.at)
        case ExitConfirmed():
            proposed = known.exit
            # Whoever asks to leave has said it.
            if proposed is None or proposed.ground != OWN_REQUEST:
                yield from _without(event.by, proposed.heard_until if proposed else None, event.at)
            elif event.by.startswith(NOBODY):
                yield "A8 no officer's word"
            if proposed is not None and proposed.ground != event.ground:
                yield f"A8 heard on {proposed.ground}, and confirmed on {event.ground}"


def _without(by: str, heard_until: date | None, at: datetime) -> Iterator[str]:
    if by.startswith(NOBODY):
        yield "A8 no officer's word"
    if heard_until is None:
        yield "A8 nothing was proposed that the family could be heard on"
    elif at.astimezone(SHANGHAI).date() <= heard_until:
        yield f"A8 decided while the family could still be heard, until {heard_until}"
