"""Articles 18(2) and 19 beside every number in the text."""

from tests.law.cases import a_case, bought, owned, truth
from tests.law.facts import ESTATE


def test_18_2_45_square_metres_for_three_is_15_and_not_below() -> None:
    assert truth(owned(a_case(30, 30, status="married", children=1), 0), "R18c") == "not_met"
    assert truth(owned(a_case(30, 30, status="married", children=1), 0, building_area_m2="44.99"), "R18c") == "met"


def test_18_2_one_third_of_45_square_metres_for_one_is_exactly_15() -> None:
    draft = owned(a_case(30), 0, None, None, ownership="shares", share="1/3")
    assert truth(draft, "R18c") == "not_met"
    assert truth(owned(a_case(30), 0, None, ownership="shares", share="1/4"), "R18c") == "met"


def test_18_2_a_shop_a_cancelled_registration_and_a_home_elsewhere_are_none() -> None:
    for cells in ({"use": "commercial"}, {"status": "cancelled"}, {"division": "150102"}):
        assert truth(owned(a_case(30), 0, **cells), "R18c") == "met"


def test_18_2_a_joint_home_counts_once_and_with_an_outsider_nobody_can_say() -> None:
    couple = a_case(30, 30, status="married")
    assert truth(owned(couple, 0, 1, ownership="joint", building_area_m2="29"), "R18c") == "met"
    assert truth(owned(a_case(30), 0, None, ownership="joint"), "R18c") == "unknown"
    assert truth(owned(a_case(30), 0, None, ownership="joint", building_area_m2="14"), "R18c") == "unknown"


def test_18_2_shares_above_the_whole_or_one_missing_leave_it_unknown() -> None:
    assert truth(owned(a_case(30), 0, None, ownership="shares", share="2/3"), "R18c") == "unknown"
    assert truth(owned(a_case(30), 0, None, ownership="shares"), "R18c") == "unknown"


def test_18_2_known_homes_decide_beside_an_unclear_one() -> None:
    draft = owned(owned(a_case(30), 0, building_area_m2="15"), 0, None, ownership="joint")
    assert truth(draft, "R18c") == "not_met"
    draft.silent.add(ESTATE)
    assert truth(draft, "R18c") == "unknown"


def test_19_a_filed_contract_counts_and_a_registered_or_cancelled_one_does_not() -> None:
    assert truth(bought(a_case(30)), "R18c") == "not_met"
    assert truth(bought(a_case(30), share="1/4"), "R18c") == "met"
    assert truth(bought(a_case(30), status="registered"), "R18c") == "met"
    assert truth(bought(a_case(30), status="cancelled"), "R18c") == "met"


def test_19_where_a_contract_names_a_registered_home_the_registered_area_counts() -> None:
    assert truth(bought(owned(a_case(30), 0, building_area_m2="14")), "R18c") == "met"
    assert truth(bought(owned(a_case(30), 0, use="commercial")), "R18c") == "unknown"
    silent = bought(a_case(30))
    silent.silent.add(ESTATE)
    assert truth(silent, "R18c") == "unknown"


def test_19_two_contracts_on_one_unit_are_one_home() -> None:
    couple = a_case(30, 30, status="married", children=2)
    assert truth(bought(bought(couple, share="1/2"), 1, contract_no="C2", share="1/2"), "R18c") == "met"
    assert truth(bought(bought(couple, share="1/1"), 1, contract_no="C2"), "R18c") == "unknown"
