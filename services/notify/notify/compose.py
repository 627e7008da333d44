"""From a case and one event to the notice that goes out."""

from contracts.case.case import Case
from contracts.events import Event, PublicityOpened
from contracts.events.base import cause_of
from notify.outgoing import Outgoing
from procedures.hainan_2025.letters import Desk, render
from procedures.hainan_2025.notices import notice_for, notice_id


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
