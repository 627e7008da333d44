"""How long a question waits that a department has promised to answer later. Pure."""

from datetime import datetime

from chassis.errors import Later
from contracts.case.case import Case
from contracts.inquiries import Question
from inquiry.parse_answer import LONGEST_PROMISE

LONGEST_DEFERRAL = 3600.0
"""Seconds until a question is looked at again, however far away the promised instant is."""


def later(promised: datetime, now: datetime) -> Later:
    """The delay of a question; a promise in the past, or of the next moment, is ignored: it waits by its attempts."""
    wait = (promised - now).total_seconds()
    return Later("the department promised a later answer", min(wait, LONGEST_DEFERRAL) if wait > 0 else None)


def promise_in_force(case: Case, question: Question, newest: datetime | None, now: datetime) -> datetime | None:
    """The instant before which the department is not asked again, by its `newest` promise or by the log's."""
    promised = newest or case.deferred.get((question.department, question.round))
    # The deadline itself stands for a clerk, who answers no longer. Older logs hold promises without an end.
    if promised is None or promised == question.answer_by or not now < promised <= now + LONGEST_PROMISE:
        return None
    return promised
