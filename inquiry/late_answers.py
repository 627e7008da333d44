"""An answer that is not the first of its round: recorded beside the one that counts if it says something else."""

import hashlib
from datetime import datetime

from chassis.errors import Stale
from chassis.log.journal import Journal
from contracts.case.answers import same_answer
from contracts.case.case import Case
from contracts.case.states import CLOSED
from contracts.events import AlsoAnswered
from contracts.inquiries import Answer, Question
from inquiry.verify_answer import VerifiedAnswer

MOST_BESIDE = 8
"""Answers to one question beside the one that counts: a department whose answer changes each time must not fill the
log."""


def says_the_same(case: Case, question: Question, answer: Answer) -> bool:
    """Whether it repeats the answer that counts. Pure."""
    counted = case.answers.get((question.department, question.round))
    return counted is not None and same_answer(counted.answer, answer)


def are_enough(case: Case, question: Question) -> bool:
    """Whether no further answer to this question is recorded. Pure."""
    return case.also_answered.get((question.department, question.round), 0) >= MOST_BESIDE


def beside(case: Case, question: Question, heard: VerifiedAnswer, now: datetime) -> AlsoAnswered:
    """The event of a further answer: late, or contradicting the one that counts. Raises Stale without either. Pure."""
    key = (question.department, question.round)
    late = case.determination is not None or case.round != question.round or case.state in CLOSED
    if key not in case.answers and not late:
        raise Stale("the read does not show the answer that counts yet")
    answer = heard.read.answer
    return AlsoAnswered(
        application=case.application,
        at=now,
        department=question.department,
        round=question.round,
        hash8=hashlib.sha256(answer.model_dump_json().encode()).hexdigest()[:8],
        answer=answer,
        why="late" if late else "contradicting",
        evidence=heard.evidence,
    )


async def record_beside(
    journal: Journal, application: str, question: Question, heard: VerifiedAnswer, now: datetime
) -> bool:
    """Records a further answer, unless it repeats the one that counts; False if enough are recorded already."""
    case = await journal.load(application)
    if says_the_same(case, question, heard.read.answer):
        return True
    if are_enough(case, question):
        return False
    await journal.record(beside(case, question, heard, now))
    return True
