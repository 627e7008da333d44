"""What a department is asked: the least its contract needs (regulation §4), under an id that tells nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from contracts.events.values import FamilyMember
from contracts.inquiries import Question
from contracts.people import check_digit
from inquiry.questions import question_for, question_id
from procedures.department import Department
from procedures.hainan_2025.departments import DEPARTMENTS as ALL_DEPARTMENTS
from tests.support.families import an_application_number, an_id_number

KEY = b"q" * 32
DEPARTMENTS = {department.name: department for department in ALL_DEPARTMENTS}
FAMILY = (
    FamilyMember(id_number=an_id_number(1988), name="王建国", role="applicant"),
    FamilyMember(id_number=an_id_number(1990), name="刘芳", role="spouse"),
    FamilyMember(id_number=an_id_number(2016), name="王小雨", role="child"),
)
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
APPLICANT, SPOUSE, CHILD = (member.id_number for member in FAMILY)


def asked(
    department: Department, application: str, now: datetime = NOW, family: tuple[FamilyMember, ...] = FAMILY
) -> Question:
    return question_for(department, KEY, application, 1, family, now, now + timedelta(days=7))


@pytest.mark.parametrize(
    ("name", "about", "with_name"),
    [
        ("household-registry", [APPLICANT, SPOUSE, CHILD], True),
        ("civil-affairs", [APPLICANT, SPOUSE], True),
        ("social-security", [APPLICANT], True),
        ("tax", [APPLICANT], True),
        ("real-estate", [APPLICANT, SPOUSE, CHILD], False),
        ("housing", [APPLICANT, SPOUSE, CHILD], False),
    ],
)
def test_a_department_is_asked_about_those_it_must_know_and_by_name_only_where_it_matches_names(
    name: str, about: list[str], with_name: bool
) -> None:
    application = an_application_number()
    question = asked(DEPARTMENTS[name], application)
    body = question.model_dump_json(exclude_none=True)
    assert [person.id_number for person in question.persons] == about
    assert [person.name is not None for person in question.persons] == [with_name] * len(about)
    assert ("王建国" in body) == with_name
    assert application not in body
    assert "role" not in body
    assert "13800000000" not in body


def test_every_department_is_in_the_table_above() -> None:
    assert set(DEPARTMENTS) == {
        "household-registry",
        "civil-affairs",
        "social-security",
        "tax",
        "real-estate",
        "housing",
    }


def test_no_two_questions_share_an_id_and_the_same_question_keeps_its_own() -> None:
    one, other = an_application_number(), an_application_number()
    ids = {
        question_id(KEY, application, name, round)
        for application in (one, other)
        for name in DEPARTMENTS
        for round in (1, 2)
    }
    assert len(ids) == 2 * len(DEPARTMENTS) * 2
    assert question_id(KEY, one, "tax", 1) == question_id(KEY, one, "tax", 1)
    assert question_id(KEY, one, "tax", 1) != question_id(b"x" * 32, one, "tax", 1)
    assert all(one.replace("-", "")[:8] not in it for it in ids)


@pytest.mark.parametrize(("hours", "adults"), [(15, 1), (16, 2)])
def test_who_is_an_adult_is_said_by_the_day_in_shanghai(hours: int, adults: int) -> None:
    turns_eighteen_tomorrow = "15030320081124001"
    family = (
        FAMILY[0],
        FamilyMember(
            id_number=turns_eighteen_tomorrow + check_digit(turns_eighteen_tomorrow), name="王小雪", role="child"
        ),
    )
    midnight_there = datetime(2026, 11, 23, hours, 30, tzinfo=UTC)
    question = asked(DEPARTMENTS["civil-affairs"], an_application_number(), midnight_there, family)
    assert len(question.persons) == adults
