"""The events that an answer becomes; the first one of a round counts."""

from datetime import datetime

from chassis.log.journal import Journal
from chassis.telemetry.metrics import ANSWERS, SURPLUS
from contracts.events import ApplicationAccepted, DepartmentAnswered, DepartmentDeferred, ReverificationOpened
from contracts.inquiries import Answer, Question
from inquiry.verify_answer import VerifiedAnswer


def answered(application: str, question: Question, heard: VerifiedAnswer, now: datetime) -> DepartmentAnswered:
    """The answer to a question, with what proves it. Pure."""
    return DepartmentAnswered(
        application=application,
        at=now,
        department=question.department,
        round=question.round,
        question_id=question.question_id,
        asked_at=question.asked_at,
        answer=heard.read.answer,
        surplus=heard.read.surplus,
        evidence=heard.evidence,
    )


def answered_without_asking(
    event: ApplicationAccepted | ReverificationOpened, question: Question
) -> DepartmentAnswered:
    """The answer to a question that concerns no person of the family. Pure."""
    note = "nobody of this family is to be asked about"
    return DepartmentAnswered(
        application=event.application,
        at=question.asked_at,
        department=question.department,
        round=question.round,
        question_id=question.question_id,
        asked_at=question.asked_at,
        answer=Answer(question_id=question.question_id, kind="none", note=note),
    )


async def record_deferral(
    journal: Journal, application: str, question: Question, promised_at: datetime, now: datetime
) -> None:
    """Records the first promise of a round; further ones are known to this process only."""
    await journal.record(
        DepartmentDeferred(
            application=application,
            at=now,
            department=question.department,
            round=question.round,
            question_id=question.question_id,
            promised_at=promised_at,
        )
    )


async def record_answer(
    journal: Journal, application: str, question: Question, heard: VerifiedAnswer, now: datetime
) -> bool:
    """Records an answer; False if another one of this round counts already."""
    return await journal.record(answered(application, question, heard, now))


def count(department: str, heard: VerifiedAnswer) -> None:
    """Into the metrics."""
    ANSWERS.labels(department, heard.read.answer.kind).inc()
    if heard.read.surplus:
        SURPLUS.labels(department).inc(heard.read.surplus)
