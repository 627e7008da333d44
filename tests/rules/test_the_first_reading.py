"""What was decided by the first reading comes out again by it, and what is new by none but the second."""

from dataclasses import replace
from typing import Any

import pytest

from contracts.case.answers import Counted
from contracts.inquiries import Answer, PersonAnswer
from procedures.hainan_2025.rules import R18b, R18c
from tests.rules.rules_world import AT, MAN, contract, counted, evidence, family, hukou, income, unit

NONE = {MAN: "none"}
AWAY = {"household-registry": counted({MAN: [hukou(residence="no")]}), "social-security": counted(NONE)}


def by_each(rule: Any, answers: dict[str, Counted]) -> tuple[str, str]:
    """What the rule finds by the first reading, and by the second."""
    world = evidence(family(MAN), answers)
    return rule(replace(world, reading=1)).truth, rule(world).truth


@pytest.mark.parametrize(
    ("row", "then", "now"),
    [
        (unit(MAN, "120", use="住宅"), "met", "unknown"),
        (unit(MAN, "120", division="150303 "), "met", "not_met"),
        (unit(MAN, "120", status="现势"), "met", "unknown"),
        (unit(MAN, "120"), "not_met", "not_met"),
    ],
    ids=["a use no contract has", "a padded division", "a status no contract has", "as it should be"],
)
def test_a_home_that_was_not_understood_was_none(row: dict[str, Any], then: str, now: str) -> None:
    assert by_each(R18c, {"real-estate": counted({MAN: [row]}), "housing": counted(NONE)}) == (then, now)


def test_an_outsiders_row_without_a_code_said_nothing_of_another_unit() -> None:
    rows = [unit(MAN, "45", ownership="joint"), unit("", "45", "", ownership="joint")]
    assert by_each(R18c, {"real-estate": counted({MAN: rows}), "housing": counted(NONE)}) == ("not_met", "unknown")


def test_what_was_sold_was_sold_without_a_code_and_as_a_shop_too() -> None:
    rows = [unit(MAN, "45", "", status="cancelled"), unit("", "45", "")]
    assert by_each(R18c, {"real-estate": counted({MAN: rows}), "housing": counted(NONE)}) == ("met", "unknown")
    rows = [unit(MAN, "45", "U4", status="cancelled"), unit("", "45", "U4", use="commercial")]
    bought = {MAN: [contract(MAN, "45", unit_code="U4")]}
    answers = {"real-estate": counted({MAN: rows}), "housing": counted(bought)}
    assert by_each(R18c, answers) == ("not_met", "unknown")


def test_beside_a_whole_that_cannot_be_determined_nothing_counted() -> None:
    whole = counted({MAN: [unit(MAN, "120")]}, kind="cannot_determine")
    assert by_each(R18c, {"real-estate": whole, "housing": counted(NONE)}) == ("unknown", "not_met")
    none = counted(NONE, kind="cannot_determine")
    assert by_each(R18c, {"real-estate": none, "housing": counted(NONE)}) == ("unknown", "met")


def test_whoever_was_insured_somewhere_was_so_elsewhere() -> None:
    assert by_each(R18b, AWAY | {"tax": counted({MAN: [income(division=None)]})}) == ("not_met", "unknown")


def test_a_row_that_could_not_be_read_was_an_answer_that_could_not() -> None:
    answers = {"real-estate": counted(NONE), "housing": counted({MAN: [contract(MAN, register="")]})}
    assert by_each(R18c, answers) == ("unknown", "unknown")


def test_found_without_a_row_said_nothing_until_rows_elsewhere_were_dropped_by_the_second_reading() -> None:
    person = PersonAnswer(id_number=MAN, kind="found", records=())
    answer = Answer(question_id="question-of-a-test", kind="found", persons=(person,))
    by_first, by_second = Counted(7, answer, AT, reading=1), Counted(7, answer, AT, reading=2)
    world = evidence(family(MAN), {"housing": counted(NONE)})

    def truth(said: Counted, reading: int) -> str:
        return R18c(replace(world, answers=world.answers | {"real-estate": said}, reading=reading)).truth

    assert (truth(by_first, 1), truth(by_first, 2), truth(by_second, 2)) == ("met", "unknown", "met")
