"""Every notice of a case as it was written when it was due, and over which channels it went. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from contracts.case.case import Case, Recorded
from contracts.case.fold import evolve
from contracts.events import NoticeFailed, NoticeSent
from contracts.events.base import cause_of
from procedures.hainan_2025.letters import Desk, Letter, render
from procedures.hainan_2025.notices import entry_before, notice_for


@dataclass(frozen=True)
class Told:
    """One notice; `sent` and `failed` by channel, with the instant. In neither: it is on its way."""

    cause: str
    at: datetime
    article: str
    letter: Letter
    sent: dict[str, datetime]
    failed: dict[str, datetime]


def letters(application: str, history: tuple[Recorded, ...], desk: Desk) -> tuple[Told, ...]:
    """The newest first."""
    return tuple(_letters(application, history, desk))[::-1]


def _letters(application: str, history: tuple[Recorded, ...], desk: Desk) -> Iterator[Told]:
    case = Case(application)
    for recorded in history:
        case, event = evolve(case, recorded), recorded.event
        notice = notice_for(desk.procedures.of(case).notices, case, event)
        if notice is None:
            continue
        cause = cause_of(event)
        letter = render(notice, case, event, entry_before(history, event), desk)
        sent, failed = _delivered(history, cause)
        yield Told(cause, event.at, notice.article, letter, sent, failed)


def _delivered(history: tuple[Recorded, ...], cause: str) -> tuple[dict[str, datetime], dict[str, datetime]]:
    """By channel: when it was sent, and when it last failed where it was not."""
    about = [item.event for item in history if isinstance(item.event, NoticeSent | NoticeFailed)]
    about = [event for event in about if event.cause == cause]
    sent = {event.channel: event.at for event in about if isinstance(event, NoticeSent)}
    failed = {event.channel: event.at for event in about if isinstance(event, NoticeFailed)}
    return sent, {channel: at for channel, at in failed.items() if channel not in sent}
