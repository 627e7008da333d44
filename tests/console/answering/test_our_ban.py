"""The housing bureau's clerk finds our own ban in the form; nobody else does, and nobody without one."""

from dataclasses import replace
from datetime import date

from console.answering.our_ban import filled_in
from console.answering.typed import nothing_typed

from contracts.case.case import Case
from contracts.events.values import OwnBan
from contracts.inquiries import Question
from inquiry.questions import question_under
from procedures.registry import PROCEDURES
from tests.console.log_of_a_day import the_cases

BAN = OwnBan(article="32", since=date(2026, 11, 2), until=date(2027, 11, 2))
CASE = next(case for case in the_cases().values() if case.accepted is not None and len(case.persons) > 1)


def question_of(case: Case, department: str) -> Question:
    asked, made = case.rounds[case.round], PROCEDURES.of(case).department(department)
    return question_under("0" * 26, made, case.round, case.persons, asked.asked_at, asked.answer_by)


def test_the_ban_stands_under_the_applicant_and_nothing_under_the_others() -> None:
    banned, question = replace(CASE, own_ban=BAN), question_of(CASE, "housing")
    typed = filled_in(banned, question, "housing")
    assert banned.form is not None
    applicant = [one.id_number == banned.form.applicant.id_number for one in question.persons]
    row = {"register": "ban", "article": "32", "since": "2026-11-02", "until": "2027-11-02"}
    assert [one.rows for one in typed] == [(row,) if it else ({},) for it in applicant]
    assert [one.kind for one in typed] == ["found" if it else "" for it in applicant]
    assert sum(applicant) == 1


def test_no_ban_and_no_other_department_has_anything_filled_in() -> None:
    for case, department in ((CASE, "housing"), (replace(CASE, own_ban=BAN), "real-estate")):
        question = question_of(case, department)
        assert filled_in(case, question, department) == nothing_typed(len(question.persons))
