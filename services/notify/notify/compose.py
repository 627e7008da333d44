"""From a case and one event to the notice that goes out."""

from contracts.case.case import Case, Recorded
from contracts.events import EVENTS, Event, PublicityOpened
from contracts.events.base import cause_of
from notify.outgoing import Outgoing
from notify.render import Desk, render
from procedures.hainan_2025.notices import notice_for, notice_id


def up_to(history: tuple[Recorded, ...], event: Event) -> tuple[Recorded, ...]:
    """The history as it stood when this event was written: a notice told late still tells what was so then.

    Raises LookupError where the event is not in the history: a stale read, to be tried again.
    """
    subject = EVENTS.subject_of(event)
    sequence = next((known.sequence for known in history if EVENTS.subject_of(known.event) == subject), None)
    if sequence is None:
        raise LookupError(f"{type(event).__name__} is not in the history of {event.application} yet")
    return tuple(recorded for recorded in history if recorded.sequence <= sequence)


def compose(
    case: Case, event: Event, before: PublicityOpened | None, channel: str, desk: Desk, key: bytes
) -> Outgoing | None:
    """The notice this event asks for, ready for one channel; None if nobody is to be told.

    `case` is as it stood right after the event, `before` the public entry that this one replaces. The same ones give
    the same notice. The phone is the one on the form.
    """
    notice = notice_for(desk.procedures.of(case).notices, case, event)
    if notice is None:
        return None
    assert case.form is not None  # every history that asks for a notice begins with the form
    letter = render(notice, case, event, before, desk)
    cause = cause_of(event)
    return Outgoing(
        notice_id=notice_id(event.application, cause, channel, key),
        application=event.application,
        cause=cause,
        channel=channel,
        article=notice.article,
        at=event.at,
        subject=letter.subject,
        body=letter.body,
        short=letter.short,
        phone=case.form.applicant.phone,
    )


def entry_before(history: tuple[Recorded, ...], event: Event) -> PublicityOpened | None:
    """The publicity that this one replaces; None for the first and for every other event."""
    if not isinstance(event, PublicityOpened):
        return None
    earlier = [r.event for r in history if isinstance(r.event, PublicityOpened) and r.event.n < event.n]
    return max(earlier, key=lambda publicity: publicity.n, default=None)
