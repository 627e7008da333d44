"""The numbers of the law: each with its article, and its value from a day on."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from procedures.hainan_2025.policy import POLICY
from procedures.policy import policy_named, policy_text, read_policy

TODAY = date(2026, 11, 23)
LAW: dict[str, tuple[str, Any]] = {
    "adult_age": ("17", 18),
    "own_income_age": ("17", 16),
    "marriage_age_man": ("17", 22),
    "marriage_age_woman": ("17", 20),
    "hukou_division": ("18(1)", "150303"),
    "residence_division": ("18(1)", "150303"),
    "housing_divisions": ("18(2)", ["150302", "150303", "150304"]),
    "area_per_member_m2": ("18(2)", 15),
    "income_limit": ("18", None),
    "rental_kinds": ("20", ["public_rental", "affordable_rental"]),
    "ban_article": ("32", "32"),
    "required_documents": ("22", ["application_form", "identity_copies", "commitment", "consent"]),
    "departments": (
        "26(2)",
        ["household-registry", "civil-affairs", "social-security", "tax", "real-estate", "housing"],
    ),
    "publicity_working_days": ("26(4)", 7),
    "department_reply_working_days": ("internal limit", 5),
    "reminder_working_days": ("internal limit", [3, 4, 6, 8]),
    "certified_departments_only": ("internal limit", False),
    "supplement_working_days": ("internal limit", 10),
    "objections_per_entry": ("internal limit", 50),
}
"""Written out by hand from the text of the regulation, beside the file that the system reads."""
INTERNAL = "internal limit"
DEPOSIT = (
    "not drawn",
    "no home left",
    "declined",
    "cancelled",
    "withdrawn",
    "struck",
    "draw void",
    "ineligible",
    "exit",
)
AFTERWARDS: dict[str, tuple[str, Any]] = {
    "manifest_working_days": (INTERNAL, 1),
    "new_home_area_m2": ("15", ["60", "100"]),
    "profit_limit": ("25", "0.05"),
    "profit_base": (INTERNAL, "cost"),
    "deposit_amount": (INTERNAL, "20000.00"),
    "deposit_working_days": (INTERNAL, 10),
    **{f"deposit_{why.replace(' ', '_')}": (INTERNAL, "given_back") for why in (*DEPOSIT, "exit")},
    "pool_keeps_confirmation": (INTERNAL, True),
    "determination_valid_months": (INTERNAL, 12),
    "choosing_minutes": (INTERNAL, 15),
    "choosing_notice_hours": (INTERNAL, 24),
    "declining_bans": (INTERNAL, False),
    "hearing_working_days": (INTERNAL, 5),
    "ban_years": ("32", 1),
    "contract_check_days": (INTERNAL, 30),
    "settlement_years": ("31(1)", 2),
    "settlement_from": (INTERNAL, "home_chosen"),
    "settlement_notice_days": (INTERNAL, [90, 30]),
    "depreciation_formula": (INTERNAL, "straight_line_by_whole_months"),
    "depreciation_yearly": (INTERNAL, "0.02"),
}
"""What holds after the pool. Where the text is silent the value is ours, and says so."""
LAW |= AFTERWARDS


@pytest.mark.parametrize("name", LAW, ids=lambda name: f"{name}-Art. {LAW[name][0]}")
def test_a_parameter_has_the_article_and_the_value_of_the_text(name: str) -> None:
    parameter = POLICY.parameters[name]
    assert (parameter.article, parameter.on(TODAY)) == LAW[name]
    assert POLICY.on(TODAY).article(name) == LAW[name][0]


def test_no_parameter_is_without_its_article() -> None:
    assert POLICY.parameters.keys() == LAW.keys()


def test_what_is_sealed_about_a_review_holds_no_number_of_what_comes_after_it() -> None:
    """A dossier verifies as long as the numbers of its review are the ones of this version."""
    assert read_policy(policy_text("hainan-2025")).parameters.keys() == LAW.keys() - AFTERWARDS.keys()


def test_there_is_no_income_limit_on_any_day_because_the_text_has_none() -> None:
    assert POLICY.parameters["income_limit"].values == ()


def test_the_parameters_of_a_day_have_plain_names_and_exact_values() -> None:
    law = POLICY.on(TODAY)
    assert (law.adult_age, law.own_income_age) == (18, 16)
    assert (law.marriage_age("male"), law.marriage_age("female")) == (22, 20)
    assert (law.hukou_division, law.residence_division) == ("150303", "150303")
    assert law.housing_divisions == ("150302", "150303", "150304")
    assert law.area_per_member == Fraction(15)
    assert law.rental_kinds == ("public_rental", "affordable_rental")
    assert law.ban_article == "32"
    assert len(law.required_documents) == 4
    assert len(law.departments) == 6
    assert (law.publicity_working_days, law.department_reply_working_days) == (7, 5)
    assert (law.supplement_working_days, law.objections_per_entry) == (10, 50)


def test_the_regulation_is_in_force_from_1_april_2025_and_not_a_day_before() -> None:
    policy = POLICY
    assert policy.on(date(2025, 4, 1)).publicity_working_days == 7
    with pytest.raises(ValueError, match=r"hainan-2025 is in force from 2025-04-01; 2025-03-31 is before it"):
        policy.on(date(2025, 3, 31))


AMENDED = """
name = "hainan-2025"
title = "with an amendment"
document = "of a test"
in_force = 2025-04-01

[area_per_member_m2]
article = "18(2)"
values = [{ from = 2025-04-01, value = 15 }, { from = 2027-01-01, value = 16.7 }]

[publicity_working_days]
article = "26(4)"
values = [{ from = 2026-01-01, value = 7 }]
"""


@pytest.mark.parametrize(
    ("day", "area"),
    [
        (date(2025, 4, 1), Fraction(15)),
        (date(2026, 12, 31), Fraction(15)),
        (date(2027, 1, 1), Fraction(167, 10)),
        (date(2037, 1, 1), Fraction(167, 10)),
    ],
)
def test_an_amendment_holds_from_its_day_on_and_is_exact(day: date, area: Fraction) -> None:
    assert read_policy(AMENDED).on(day).area_per_member == area


def test_before_its_first_day_a_parameter_has_no_value() -> None:
    parameter = read_policy(AMENDED).parameters["publicity_working_days"]
    assert parameter.on(date(2026, 1, 1) - timedelta(days=1)) is None
    assert parameter.on(date(2026, 1, 1)) == 7


def test_values_out_of_order_are_refused_by_the_parameters_name() -> None:
    text = AMENDED.replace("from = 2027-01-01", "from = 2024-01-01")
    with pytest.raises(ValueError, match="area_per_member_m2"):
        read_policy(text)


def test_a_policy_that_does_not_ship_is_a_lookup_error() -> None:
    with pytest.raises(LookupError, match="sanya-2025"):
        policy_named("sanya-2025")
