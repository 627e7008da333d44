"""The second reading beside every number in the text, and beside brute force where the text says "could"."""

from dataclasses import replace
from datetime import date
from itertools import islice
from random import Random

import pytest

from tests.law.cases import TODAY, a_case, number, owned, truth
from tests.law.differences import in_words
from tests.law.engine import determine
from tests.law.facts import CIVIL, HOUSING, REGISTRY, SOCIAL, TAX, Record
from tests.law.generate import families
from tests.law.idnumbers import age_on, check_character, fault
from tests.law.makers.people import a_number
from tests.law.palette import waits_for_by_trying
from tests.law.rules.bureau import ban_binds, one_year_after, tenancy_runs
from tests.law.rules.waiting import CAN_ALWAYS_REFUSE


def test_the_standards_own_numbers_are_valid_and_one_digit_mistyped_is_not() -> None:
    assert check_character("11010519491231002") == "X"
    assert fault("11010519491231002x", TODAY) is None
    assert fault("440524188001010014", TODAY) is None
    assert fault("440524188001010015", TODAY) == "check_digit"


def test_a_family_with_no_home_in_good_order_is_eligible_and_waits_for_nobody() -> None:
    verdict = determine(a_case(30, 30, status="married", children=1).facts())
    assert (verdict.outcome, verdict.conditions, verdict.waits_for) == ("eligible", "none", frozenset())


@pytest.mark.parametrize(
    ("age", "counter", "income", "expected"),
    [
        (18, False, False, "met"),
        (17, False, False, "not_met"),
        (17, False, True, "not_met"),
        (17, True, True, "unknown"),
        (16, True, True, "unknown"),
        (16, True, False, "not_met"),
        (15, True, True, "not_met"),
    ],
)
def test_17_full_legal_capacity_begins_at_18_and_at_16_with_own_income_a_person_decides(
    age: int, counter: bool, income: bool, expected: str
) -> None:
    draft = a_case(age, children=1)
    draft.at_a_counter, draft.own_income_shown = counter, income
    assert truth(draft, "R17a") == expected


@pytest.mark.parametrize(
    ("age", "man", "expected"),
    [(22, True, "met"), (21, True, "not_met"), (20, False, "met"), (19, False, "not_met")],
)
def test_17_a_person_alone_is_22_as_a_man_and_20_as_a_woman(age: int, man: bool, expected: str) -> None:
    assert truth(a_case(age, man=man), "R17c") == expected
    assert truth(a_case(age, man=man, status="widowed"), "R17c") == expected
    assert truth(a_case(age, man=man, children=1), "R17c") == "met"


def test_17_a_child_of_18_on_the_day_of_acceptance_is_no_member_and_one_that_turns_18_later_is() -> None:
    draft = a_case(40)
    draft.add("child", number(18, order=3))
    draft.say_what_is_declared()
    assert truth(draft, "R17b") == "not_met"
    draft.accepted_on = date(2026, 11, 22)
    assert truth(draft, "R17b") == "met"


def test_17_one_who_is_young_and_declares_a_grown_child_is_told_both_reasons() -> None:
    draft = a_case(21)
    draft.add("child", number(18, order=3))
    draft.say_what_is_declared()
    assert (truth(draft, "R17b"), truth(draft, "R17c")) == ("not_met", "not_met")


@pytest.mark.parametrize("code", ["20", "21", "22", "23"])
def test_17_codes_20_to_23_are_all_married_and_an_empty_spouse_cell_is_no_reason(code: str) -> None:
    draft = a_case(30, 30, status="married")
    for row in draft.civil.values():
        row.clear()
        row["marital_status"] = code
    assert truth(draft, "R17b") == "met"


def test_17_a_spouse_of_17_cannot_be_confirmed() -> None:
    assert truth(a_case(30, 17, status="married"), "R17b") == "unknown"


def test_17_an_unmarried_person_without_a_record_is_as_declared_and_a_married_one_is_not() -> None:
    alone, couple = a_case(30), a_case(30, 30, status="married")
    for draft, expected in ((alone, "met"), (couple, "unknown")):
        for kind in ("none", "not_matched"):
            draft.fails[CIVIL, draft.applicant.id_number] = kind
            assert truth(draft, "R17b") == expected


def test_18_1_hukou_is_where_the_registry_says() -> None:
    draft = a_case(30)
    row = draft.registry[draft.applicant.id_number]
    row["hukou_division"] = "150302"
    assert truth(draft, "R18a") == "not_met"
    row["status"] = "cancelled"
    assert truth(draft, "R18a") == "unknown"
    draft.fails[REGISTRY, draft.applicant.id_number] = "not_matched"
    assert truth(draft, "R18a") == "unknown"


def test_18_1_living_here_needs_one_yes_and_living_elsewhere_needs_three_answers() -> None:
    draft = a_case(30)
    draft.registry[draft.applicant.id_number]["residence"] = "no"
    assert truth(draft, "R18b") == "met"
    draft.social, draft.tax = {"insured": True, "division": "150302"}, {}
    assert truth(draft, "R18b") == "not_met"
    draft.social = {"insured": True}
    assert truth(draft, "R18b") == "unknown"
    draft.fails[SOCIAL, draft.applicant.id_number] = "not_matched"
    assert truth(draft, "R18b") == "unknown"


def test_32_a_ban_binds_from_its_first_day_and_its_end_is_the_first_free_day() -> None:
    ban: Record = {"article": "32", "since": TODAY, "until": date(2027, 11, 23)}
    assert ban_binds(ban, TODAY)[0] is True
    assert ban_binds(ban, date(2027, 11, 22))[0] is True
    assert ban_binds(ban, date(2027, 11, 23))[0] is False
    assert ban_binds({**ban, "article": "31"}, TODAY)[0] is False
    assert ban_binds({"since": TODAY}, TODAY)[0] is None
    assert ban_binds({"article": "32"}, TODAY)[0] is None


def test_32_one_year_from_29_february_ends_on_28_february() -> None:
    assert one_year_after(date(2028, 2, 29)) == date(2029, 2, 28)
    assert one_year_after(date(2027, 2, 28)) == date(2028, 2, 28)


def test_20_a_tenancy_runs_on_its_last_day_and_without_a_beginning() -> None:
    assert tenancy_runs({"since": TODAY, "until": TODAY}, TODAY)[0]
    assert tenancy_runs({"until": TODAY}, TODAY)[0]
    assert not tenancy_runs({"until": date(2026, 11, 22)}, TODAY)[0]
    assert not tenancy_runs({"since": date(2026, 11, 24)}, TODAY)[0]


def test_20_is_a_condition_and_never_a_reason_against() -> None:
    draft = a_case(30)
    draft.bureau.append((draft.applicant.id_number, {"register": "tenancy", "kind": "public_rental"}))
    verdict = determine(draft.facts())
    assert (verdict.outcome, verdict.conditions, verdict.truths["G20"]) == ("eligible", "carried", "met")
    draft.silent.add(HOUSING)
    assert determine(draft.facts()).conditions == "to_be_checked"


def test_an_applicant_whom_the_registry_does_not_match_does_not_wait_for_civil_affairs() -> None:
    draft = a_case(30)
    draft.fails[REGISTRY, draft.applicant.id_number] = "not_matched"
    draft.silent.add(CIVIL)
    verdict = determine(draft.facts())
    assert (verdict.outcome, verdict.waits_for) == ("review", frozenset())


def test_a_case_that_is_ineligible_anyway_waits_for_nobody() -> None:
    draft = owned(a_case(30), 0)
    draft.silent.update({REGISTRY, HOUSING, TAX})
    verdict = determine(draft.facts())
    assert (verdict.outcome, verdict.waits_for) == ("ineligible", frozenset())


def test_tax_does_not_matter_to_one_who_lives_here_by_the_registry() -> None:
    draft = a_case(30)
    draft.silent.add(TAX)
    verdict = determine(draft.facts())
    assert (verdict.outcome, verdict.waits_for) == ("eligible", frozenset())


def test_who_is_born_on_29_february_is_18_on_1_march_of_a_common_year() -> None:
    born = a_number(Random(1), date(2008, 2, 29))
    assert (age_on(born, date(2026, 2, 28)), age_on(born, date(2026, 3, 1))) == (17, 18)


def test_whom_a_case_waits_for_is_what_trying_every_answer_says() -> None:
    waiting = (facts for facts in families(8, 20_000) if list(facts.answers.values()).count(None) in (1, 2))
    for facts in islice(waiting, 300):
        assert determine(facts).waits_for == waits_for_by_trying(facts), "\n".join(in_words(facts, explain=True))


def test_more_departments_falling_silent_never_make_a_decided_case_decide_otherwise() -> None:
    for facts in families(9, 300):
        before = determine(facts).outcome
        for department in CAN_ALWAYS_REFUSE:
            after = determine(replace(facts, answers={**facts.answers, department: None})).outcome
            assert after in (before, "review")
