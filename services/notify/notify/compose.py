"""From a case's history and one event to the notice that goes out: the one function the service calls."""

from contracts.case import Recorded, fold
from contracts.events import Event, cause_of, subject_of
from notify.notices import notice_for, notice_id
from notify.outgoing import Outgoing
from notify.render import Desk, render


def up_to(history: tuple[Recorded, ...], event: Event) -> tuple[Recorded, ...]:
    """The history as it stood when this event was written: a notice told late still tells what was so then.

    Raises LookupError where the event is not in the history: a stale read, to be tried again.
    """
    subject = subject_of(event)
    sequence = next((known.sequence for known in history if subject_of(known.event) == subject), None)
    if sequence is None:
        raise LookupError(f"{type(event).__name__} is not in the history of {event.application} yet")
    return tuple(recorded for recorded in history if recorded.sequence <= sequence)


def compose(history: tuple[Recorded, ...], event: Event, channel: str, desk: Desk, key: bytes) -> Outgoing | None:
    """The notice this event asks for, ready for one channel; None where nobody is to be told.

    The same history and event give the same notice. The phone is the one on the form.
    """
    then = up_to(history, event)
    case = fold(then, event.application)
    notice = notice_for(case, event)
    if notice is None:
        return None
    assert case.form is not None  # every history that asks for a notice begins with the form
    letter = render(notice, then, case, event, desk)
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
