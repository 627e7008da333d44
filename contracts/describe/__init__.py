"""The life of one application in plain words: one sentence an event, in one line, whatever was typed into it."""

from collections.abc import Iterable
from datetime import datetime
from typing import assert_never

from contracts import events
from contracts.case.case import Recorded
from contracts.describe.after_pool import sentence_after_pool
from contracts.events import Event
from contracts.events.allocation import AfterPool
from contracts.local_time import SHANGHAI
from contracts.text import masked, one_line


def sentence(event: Event) -> str:
    """What happened, as one would say it to a colleague: no ID number, and what people wrote forges no other line."""
    return one_line(masked(_sentence(event)))


def _sentence(event: Event) -> str:
    match event:
        case events.ApplicationSubmitted():
            return f"handed in at {event.form.channel} for project {event.form.project}"
        case events.SupplementRequested():
            missing = _all(gap.text for gap in event.gaps)
            return f"something is missing ({missing}), to be handed in by {event.hand_in_by}"
        case events.ApplicationSupplemented():
            return "papers that were missing were handed in"
        case events.ApplicationRefused():
            return f"refused: {_all(f'{g.rule} (Art. {g.article}): {g.text}' for g in event.grounds)}"
        case events.ApplicationAccepted():
            return f"accepted; {len(event.asked)} departments are asked until {instant(event.answer_by)}"
        case events.ApplicationWithdrawn():
            return f"withdrawn by {event.by}: {event.reason}"
        case events.DepartmentAnswered():
            signed = ", signed" if event.evidence and event.evidence.answer_jws else ""
            return f"{event.department} answered{signed}: {event.answer.kind}" + (_note(event.answer.note))
        case events.DepartmentDeferred():
            return f"{event.department} will answer later, by {instant(event.promised_at)}"
        case events.DeferredByClerk():
            return f"{event.by} needs until {instant(event.promised_at)} to answer for {event.department}"
        case events.DepartmentReminded():
            return f"{event.department} was reminded (step {event.step}) to answer by {instant(event.answer_by)}"
        case events.DepartmentOverdue():
            return f"{event.department} is overdue since {instant(event.answer_by)}; an officer may answer by hand"
        case events.AnsweredByHand():
            approved = f", approved by {event.approved_by}" if event.approved_by else ""
            return f"{event.by} answered for {event.department}{approved}: {event.answer.kind} ({event.reason})"
        case events.AlsoAnswered():
            return f"{event.department} also answered, {event.why}: kept, not used"
        case events.DeterminationMade():
            return _determined(event)
        case events.HandedToOfficer():
            return "handed to an officer, who confirms, overturns or asks again"
        case events.DeterminationConfirmed():
            return f"{event.by} confirmed: {event.outcome} ({event.reason})"
        case events.ReverificationOpened():
            return f"{event.by} asks the departments again, round {event.round} ({event.reason})"
        case events.PublicityOpened():
            return _publicity_opened(event)
        case events.ObjectionRaised():
            return f"objection {event.n} was raised" + ("" if event.in_time else ", too late: kept, holds nothing")
        case events.ObjectionDecided():
            return f"objection {event.n} was {'upheld' if event.upheld else 'dismissed'} by {event.by}: {event.reason}"
        case events.ObjectorIdentified():
            return f"{event.by} opened who raised objection {event.n}: {event.reason}"
        case events.PublicityClosed():
            return f"taken off the public list after being shown from {instant(event.shown_from)}"
        case events.PoolConfirmed():
            return "in the confirmed waiting pool; the deposit may be asked"
        case AfterPool():
            return sentence_after_pool(event)
        case events.NoticeSent():
            return f"the family was told of {event.cause} by {event.channel} (Art. {event.article})"
        case events.NoticeFailed():
            end = "; given up" if event.last else ""
            return f"telling the family of {event.cause} by {event.channel} failed ({event.reason}){end}"
    assert_never(event)


def line(recorded: Recorded) -> str:
    """One line of `lianshen follow`: when, and what happened."""
    return f"{instant(recorded.event.at)}  {sentence(recorded.event)}"


def instant(at: datetime) -> str:
    """In Asia/Shanghai; as it was written, with its offset, where Shanghai's calendar has no such day."""
    try:
        return at.astimezone(SHANGHAI).replace(tzinfo=None).isoformat(" ", "seconds")
    except OverflowError:
        return at.isoformat(" ", "seconds")


def _publicity_opened(event: events.PublicityOpened) -> str:
    drill = "DRILL: " if event.drill else ""
    maybe = " (provisional: the year's holidays are not announced)" if event.provisional else ""
    return f"{drill}in the pool provisionally and on the public list until {instant(event.closes_at)}{maybe}"


def _determined(event: events.DeterminationMade) -> str:
    told = [
        f"{finding.rule} (Art. {finding.article}) {finding.truth.replace('_', ' ')}"
        for finding in event.findings
        if finding.truth != "met"
    ]
    told += [f"condition {item.rule} (Art. {item.article})" for item in event.conditions]
    words = {"eligible": "eligible", "ineligible": "proposed as ineligible", "review": "for an officer to review"}
    return f"determined: {words[event.outcome]}" + (f"; {_all(told)}" if told else "; every rule is met")


def _all(parts: Iterable[str]) -> str:
    return "; ".join(parts)


def _note(note: str | None) -> str:
    return f" ({note})" if note else ""
