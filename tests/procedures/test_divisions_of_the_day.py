"""F1: an answer is read within the divisions of its question's own day, whatever a later line of the policy says."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from contracts.inquiries import AskedPerson, Question
from inquiry.parse_answer import Read, read_answer
from procedures.hainan_2025.departments.real_estate import REAL_ESTATE, within_the_divisions_of
from procedures.policy import policy_text, read_policy
from tests.rules.rules_world import MAN

OWNER = MAN
LINE = '{ from = 2025-04-01, value = ["150302", "150303", "150304"] }'
NARROWED = read_policy(
    policy_text("hainan-2025").replace(LINE, f'{LINE}, {{ from = 2027-01-01, value = ["150303"] }}')
)
DEPARTMENT = replace(REAL_ESTATE, within_question=within_the_divisions_of(NARROWED))


def read(asked_at: datetime, answered_at: datetime) -> Read:
    """An answer with a home in 150302, which is one of the three divisions until the end of 2026."""
    question = Question(
        question_id="q" * 26,
        department="real-estate",
        round=1,
        asked_at=asked_at,
        answer_by=asked_at,
        persons=(AskedPerson(id_number=OWNER),),
    )
    row = {"unit_code": "A1", "division": "150302", "owner_id_number": OWNER}
    person = {"id_number": OWNER, "kind": "found", "records": [row]}
    answer = {"question_id": question.question_id, "kind": "found", "persons": [person]}
    return read_answer(json.dumps(answer).encode(), question, DEPARTMENT, answered_at)


@pytest.mark.parametrize(
    "answered_at", [datetime(2026, 11, 28, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)], ids=["today", "in an audit"]
)
def test_a_line_dated_next_year_narrows_no_answer_to_a_question_of_today(answered_at: datetime) -> None:
    said = read(datetime(2026, 11, 28, tzinfo=UTC), answered_at)
    assert said.surplus == 0
    assert [row["unit_code"] for row in said.answer.persons[0].records] == ["A1"]


def test_it_narrows_the_answers_to_questions_of_next_year_from_its_first_hour_in_shanghai() -> None:
    midnight = datetime(2026, 12, 31, 16, tzinfo=UTC)
    said = read(midnight, midnight)
    assert said.surplus == 1
    assert said.answer.persons[0].records == ()
