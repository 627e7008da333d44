"""A child who was grown on the day of acceptance is no member: it makes no family, and what it has is not theirs."""

from dataclasses import replace

import pytest

from procedures.hainan_2025.rules import R17b, R17c, R18c, conditions
from tests.rules.rules_world import MAN, Said, contract, counted, evidence, family, number, tenancy, unit

GROWN, NOT_YET = number("20081110"), number("20081111")
"""18 on the day of acceptance; 18 on the day after it, and so before the determination."""
CHILDREN = pytest.mark.parametrize("child", [GROWN, NOT_YET], ids=["grown", "not yet"])


def homes(child: str, owned: Said, signed: Said, reading: int = 2) -> tuple[str, int]:
    """What R18c finds, and for how many members."""
    answers = {"real-estate": counted(owned), "housing": counted(signed)}
    finding = R18c(replace(evidence(family(MAN, None, child), answers), reading=reading))
    return finding.truth, finding.values["members"]


@CHILDREN
def test_it_is_no_member_for_certain(child: str) -> None:
    assert R17b(evidence(family(MAN, None, child), {})).truth == ("not_met" if child == GROWN else "unknown")


@CHILDREN
def test_it_makes_no_family_of_two(child: str) -> None:
    world = evidence(family(number("20060101"), None, child), {})
    assert R17c(world).truth == ("not_met" if child == GROWN else "met")
    assert R17c(replace(world, reading=1)).truth == "met"


@CHILDREN
def test_the_area_is_not_divided_by_it(child: str) -> None:
    none = {MAN: "none", child: "none"}
    assert homes(child, none | {MAN: [unit(MAN, "20")]}, none) == (("not_met", 1) if child == GROWN else ("met", 2))
    assert homes(child, none | {MAN: [unit(MAN, "20")]}, none, reading=1) == ("met", 2)


@CHILDREN
def test_its_homes_are_not_the_familys(child: str) -> None:
    none = {MAN: "none", child: "none"}
    expected = "met" if child == GROWN else "not_met"
    assert homes(child, none | {child: [unit(child, "120")]}, none)[0] == expected
    assert homes(child, none, none | {child: [contract(child, "120")]})[0] == expected


@CHILDREN
def test_whoever_has_not_answered_about_it_leaves_nothing_open(child: str) -> None:
    none, refused = {MAN: "none", child: "none"}, {MAN: "none", child: "refused"}
    expected = "met" if child == GROWN else "unknown"
    assert (homes(child, refused, none)[0], homes(child, none, refused)[0]) == (expected, expected)


@CHILDREN
def test_its_tenancy_is_no_condition(child: str) -> None:
    said = {MAN: "none", child: [tenancy("public_rental")]}
    world = evidence(family(MAN, None, child), {"housing": counted(said)})
    assert bool(conditions(world)) == (child != GROWN)
    assert conditions(replace(world, reading=1))
