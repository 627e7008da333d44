"""The question that a case asks a department now, as whoever answers for it by hand sees it."""

from console.visit import Visit
from contracts.case.case import Case
from contracts.inquiries import Question
from inquiry.questions import question_under
from procedures.department import Department

UNKNOWN_HERE = "0" * 26
"""In place of the id: the key that makes it is with the service that asks, which makes the question itself again."""


def question_now(visit: Visit, case: Case, name: str) -> tuple[Department, Question]:
    """Of the round that is open, with the contract of the case's procedure."""
    department = visit.console.views.procedures.of(case).department(name)
    asked = case.rounds[case.round]
    return department, question_under(
        UNKNOWN_HERE, department, case.round, case.persons, asked.asked_at, asked.answer_by
    )
