"""The notice that an event of a history asks for, as notify composes it from a read of the log."""

from notify.compose import compose, entry_before, up_to
from notify.outgoing import Outgoing
from notify.render import Desk

from contracts.case.case import Recorded
from contracts.case.fold import fold
from contracts.events import Event


def notice_of(history: tuple[Recorded, ...], event: Event, channel: str, desk: Desk, key: bytes) -> Outgoing | None:
    case = fold(up_to(history, event), event.application)
    return compose(case, event, entry_before(history, event), channel, desk, key)
