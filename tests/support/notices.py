"""The notice that an event of a history asks for, as notify composes it from a read of the log."""

from notify.compose import compose
from notify.outgoing import Outgoing

from contracts.case.case import Recorded
from contracts.case.fold import fold
from contracts.events import Event
from procedures.hainan_2025.letters import Desk
from procedures.hainan_2025.notices import entry_before, up_to


def notice_of(history: tuple[Recorded, ...], event: Event, channel: str, desk: Desk, key: bytes) -> Outgoing | None:
    case = fold(up_to(history, event), event.application)
    return compose(case, event, entry_before(history, event), channel, desk, key)
