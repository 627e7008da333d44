"""Whose number a form takes: nobody born in the year 999, old numbers with 18 digits, foreigners as spouses only."""

import json
from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from intake.read_bodies import read_form

from contracts.application import ApplicationForm
from contracts.people import check_digit
from procedures.hainan_2025.completeness import family

TODAY = date(2026, 11, 2)


def number(first_seventeen: str) -> str:
    return first_seventeen + check_digit(first_seventeen)


def born(day: str, order: int = 1) -> str:
    return number(f"150303{day}{order:03}")


APPLICANT, SPOUSE, CHILD = born("19880312"), born("19900722", 2), born("20180609", 3)
CARD = "915840198904120022"
OTHER_CARD = number("9" + "11" + "392" + "19910101" + "001")
GOOD: dict[str, Any] = {
    "project": "HN-2026-01",
    "channel": "kiosk-03",
    "applicant": {"name": "王建国", "id_number": APPLICANT, "phone": "13800000000", "marital_status": "married"},
    "members": [
        {"name": "JOHN MICHAEL SMITH", "id_number": SPOUSE, "relation": "spouse"},
        {"name": "王小雨", "id_number": CHILD, "relation": "child"},
    ],
    "residence": {"division": "150303", "address": "公乌素镇"},
    "documents": ["application_form", "identity_copies", "commitment", "consent"],
    "consents": [
        {"id_number": person, "given": True, "text_version": "2025-1"} for person in (APPLICANT, SPOUSE, CHILD)
    ],
}
APPLICANTS, SPOUSES, CHILDS = "/applicant/id_number", "/members/0/id_number", "/members/1/id_number"


def put(place: str, value: object, form: dict[str, Any] = GOOD) -> dict[str, Any]:
    """The form with another value at one place."""
    changed: Any = deepcopy(form)
    inside = changed
    *way, last = place.strip("/").split("/")
    for step in way:
        inside = inside[int(step)] if isinstance(inside, list) else inside[step]
    inside[int(last) if isinstance(inside, list) else last] = value
    return dict(changed)


def faults(form: dict[str, Any], today: date = TODAY) -> list[tuple[str, str]]:
    read = read_form(json.dumps(form).encode(), today)
    return [(fault.pointer, fault.detail) for fault in read] if isinstance(read, tuple) else []


@pytest.mark.parametrize("place", [APPLICANTS, SPOUSES, CHILDS])
@pytest.mark.parametrize("day", ["09990101", "00010101", "18991231"])
def test_nobody_was_born_before_1900(place: str, day: str) -> None:
    assert faults(put(place, born(day))) == [
        (place, "digits 7 to 14 are no date of birth of anybody living; check them")
    ]


def test_who_is_130_is_taken_and_who_is_131_is_not() -> None:
    oldest = put(APPLICANTS, born("19000301"))
    assert faults(oldest, date(2026, 11, 2)) == []
    assert faults(oldest, date(2031, 2, 28)) == []
    assert [place for place, _ in faults(oldest, date(2031, 3, 1))] == [APPLICANTS]


def test_a_day_after_today_is_still_told_as_a_day_to_come() -> None:
    assert faults(put(CHILDS, born("20261103"))) == [(CHILDS, "the date of birth is in the future; check it")]


def test_a_birth_is_judged_beside_every_other_fault() -> None:
    form = put("/applicant/phone", "12", put(SPOUSES, born("09990101")))
    assert {place for place, _ in faults(form)} == {"/applicant/phone", SPOUSES}


@pytest.mark.parametrize("place", [APPLICANTS, SPOUSES, CHILDS, "/consents/0/id_number"])
@pytest.mark.parametrize("old", ["150303880312001", "440524880101001", "USA110074120501", "usa110074120501"])
def test_an_old_number_of_fifteen_digits_is_asked_for_with_eighteen(place: str, old: str) -> None:
    told = "this is an old 15-digit number; give the 18-digit one of the present card"
    assert (place, told) in faults(put(place, old))


def test_a_foreigner_is_taken_as_the_spouse_with_a_consent() -> None:
    form = put("/consents/1/id_number", CARD, put(SPOUSES, CARD))
    read = read_form(json.dumps(form).encode(), TODAY)
    assert isinstance(read, ApplicationForm)
    assert [person.id_number for person in family(read)] == [APPLICANT, CARD, CHILD]


@pytest.mark.parametrize("place", [APPLICANTS, CHILDS])
def test_a_residence_card_of_anybody_but_the_spouse_is_told_what_to_do(place: str) -> None:
    [(where, told)] = faults(put(place, CARD))
    assert where == place
    assert told.startswith("a foreigner's permanent residence card is taken for a spouse only; give this person's")


def test_a_residence_card_under_another_relation_than_spouse_is_told_so_too() -> None:
    assert [place for place, _ in faults(put("/members/0/relation", "parent", put(SPOUSES, CARD)))] == [SPOUSES]


@pytest.mark.parametrize("spouses", [SPOUSE, OTHER_CARD])
def test_a_consent_under_a_card_of_nobody_on_the_form_is_told_at_its_place(spouses: str) -> None:
    form = put("/consents/1/id_number", CARD, put(SPOUSES, spouses))
    assert [place for place, _ in faults(form)] == ["/consents/1/id_number"]


def test_a_mistyped_residence_card_is_told_as_mistyped() -> None:
    assert [told for _, told in faults(put(SPOUSES, CARD[:-1] + "3"))] == [
        "the check digit does not fit: one of the digits was mistyped (GB 11643)"
    ]
