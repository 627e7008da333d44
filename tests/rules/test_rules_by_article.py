"""One table an article: what the registers say, and what the article makes of it."""

import json
import re
from dataclasses import replace
from datetime import date

import pytest

from contracts.events.values import OwnBan
from procedures.hainan_2025.determination import judge
from procedures.hainan_2025.rules import G20, R32, RULES, R17a, R17b, R17c, R18a, R18b, conditions, may_become
from tests.rules.rules_world import (
    AS_OF,
    AT,
    CHILD,
    MAN,
    OUTSIDER,
    SIX,
    WIFE,
    ban,
    contract,
    counted,
    evidence,
    family,
    hukou,
    income,
    insured,
    marriage,
    number,
    tenancy,
    unit,
)


def row(article_and_rule: str, *values: object):
    return pytest.param(*values, id=article_and_rule)


# --- Art. 17 ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "at_a_counter", "own_income", "truth"),
    [
        row("17-R17a-eighteen-today", "20081110", False, False, "met"),
        row("17-R17a-eighteen-tomorrow-at-a-kiosk", "20081111", False, False, "not_met"),
        row("17-R17a-seventeen-at-a-kiosk-with-own-income", "20081111", False, True, "not_met"),
        row("17-R17a-seventeen-at-a-counter-without-own-income", "20081111", True, False, "not_met"),
        row("17-R17a-seventeen-at-a-counter-with-own-income", "20081111", True, True, "unknown"),
        row("17-R17a-sixteen-today-at-a-counter-with-own-income", "20101110", True, True, "unknown"),
        row("17-R17a-sixteen-tomorrow-at-a-counter-with-own-income", "20101111", True, True, "not_met"),
    ],
)
def test_the_main_applicant_has_full_legal_capacity(born, at_a_counter, own_income, truth):
    world = evidence(family(number(born)), {}, at_a_counter=at_a_counter, own_income_shown=own_income)
    assert R17a(world).truth == truth


ALIVE = {MAN: [hukou()], WIFE: [hukou()], CHILD: [hukou()]}
AGREE = {MAN: [marriage("20", WIFE)], WIFE: [marriage("20", MAN)]}


@pytest.mark.parametrize(
    ("persons", "declared", "civil_affairs", "registry", "truth"),
    [
        row("17-R17b-couple-and-child-agree", family(MAN, WIFE, CHILD), "married", AGREE, ALIVE, "met"),
        row("17-R17b-single-as-recorded", family(MAN), "single", {MAN: [marriage("10")]}, ALIVE, "met"),
        row("17-R17b-single-and-no-record", family(MAN), "single", {MAN: "none"}, ALIVE, "met"),
        row("17-R17b-divorced-and-not-matched", family(MAN), "divorced", {MAN: "not_matched"}, ALIVE, "met"),
        row("17-R17b-widowed-as-recorded", family(MAN), "widowed", {MAN: [marriage("30")]}, ALIVE, "met"),
        row("17-R17b-divorced-as-recorded", family(MAN), "divorced", {MAN: [marriage("40")]}, ALIVE, "met"),
        row(
            "17-R17b-first-and-second-marriage-are-married",
            family(MAN, WIFE),
            "married",
            {MAN: [marriage("22", WIFE)], WIFE: [marriage("21", MAN)]},
            ALIVE,
            "met",
        ),
        row(
            "17-R17b-spouse-cell-left-empty",
            family(MAN, WIFE),
            "married",
            {MAN: [marriage("20")], WIFE: [marriage("23")]},
            ALIVE,
            "met",
        ),
        row(
            "17-R17b-spouse-not-in-the-household-registry",
            family(MAN, WIFE),
            "married",
            AGREE,
            {MAN: [hukou()], WIFE: "not_matched"},
            "met",
        ),
        row("17-R17b-undeclared-spouse", family(MAN), "single", {MAN: [marriage("20", WIFE)]}, ALIVE, "unknown"),
        row(
            "17-R17b-recorded-in-two-ways",
            family(MAN),
            "single",
            {MAN: [marriage("10"), marriage("40")]},
            ALIVE,
            "unknown",
        ),
        row("17-R17b-widowed-recorded-as-divorced", family(MAN), "widowed", {MAN: [marriage("40")]}, ALIVE, "unknown"),
        row("17-R17b-status-not-understood", family(MAN), "single", {MAN: [marriage("离异")]}, ALIVE, "unknown"),
        row("17-R17b-code-90", family(MAN), "single", {MAN: [marriage("90")]}, ALIVE, "unknown"),
        row("17-R17b-code-empty", family(MAN), "single", {MAN: [marriage("")]}, ALIVE, "met"),
        row("17-R17b-code-empty-of-the-married", family(MAN), "married", {MAN: [marriage("")]}, ALIVE, "unknown"),
        row("17-R17b-code-nobody-knows", family(MAN), "married", {MAN: [marriage("24")]}, ALIVE, "unknown"),
        row("17-R17b-married-and-no-record", family(MAN), "married", {MAN: "none"}, ALIVE, "unknown"),
        row(
            "17-R17b-spouse-not-known-to-civil-affairs",
            family(MAN, WIFE),
            "married",
            {MAN: [marriage("20", WIFE)], WIFE: "not_matched"},
            ALIVE,
            "unknown",
        ),
        row(
            "17-R17b-married-with-a-spouse-who-is-not-on-the-form",
            family(MAN),
            "married",
            {MAN: [marriage("20", WIFE)]},
            ALIVE,
            "unknown",
        ),
        row(
            "17-R17b-applicant-married-to-another",
            family(MAN, WIFE),
            "married",
            {MAN: [marriage("20", OUTSIDER)], WIFE: [marriage("20", MAN)]},
            ALIVE,
            "unknown",
        ),
        row(
            "17-R17b-spouse-married-to-another",
            family(MAN, WIFE),
            "married",
            {MAN: [marriage("20", WIFE)], WIFE: [marriage("20", OUTSIDER)]},
            ALIVE,
            "unknown",
        ),
        row(
            "17-R17b-spouse-recorded-as-divorced",
            family(MAN, WIFE),
            "married",
            {MAN: [marriage("20", WIFE)], WIFE: [marriage("40")]},
            ALIVE,
            "unknown",
        ),
        row(
            "17-R17b-child-recorded-as-deceased",
            family(MAN, WIFE, CHILD),
            "married",
            AGREE,
            ALIVE | {CHILD: [hukou(status="deceased")]},
            "unknown",
        ),
        row(
            "17-R17b-registry-cannot-say-about-the-spouse",
            family(MAN, WIFE),
            "married",
            AGREE,
            {MAN: [hukou()], WIFE: "cannot_determine"},
            "unknown",
        ),
        row("17-R17b-civil-affairs-refuses", family(MAN), "single", {MAN: "refused"}, ALIVE, "unknown"),
        row("17-R17b-civil-affairs-says-nothing-of-him", family(MAN), "single", {}, ALIVE, "unknown"),
        row("17-R17b-civil-affairs-silent", family(MAN), "single", None, ALIVE, "unknown"),
        row("17-R17b-civil-affairs-found-without-a-row", family(MAN), "single", {MAN: []}, ALIVE, "unknown"),
        row("17-R17b-registry-silent", family(MAN), "single", {MAN: "none"}, None, "unknown"),
        row("17-R17b-child-of-eighteen", family(MAN, WIFE, number("20081110")), "married", AGREE, ALIVE, "not_met"),
        row(
            "17-R17b-child-of-eighteen-with-everybody-silent",
            family(MAN, WIFE, number("20081110")),
            "married",
            None,
            None,
            "not_met",
        ),
        row(
            "17-R17b-child-eighteen-after-acceptance",
            family(MAN, None, number("20081111")),
            "single",
            {MAN: [marriage("10")]},
            {MAN: [hukou()], number("20081111"): [hukou()]},
            "met",
        ),
    ],
)
def test_the_declared_family_agrees_with_the_registers(persons, declared, civil_affairs, registry, truth):
    answers = {}
    if civil_affairs is not None:
        answers["civil-affairs"] = counted(civil_affairs)
    if registry is not None:
        answers["household-registry"] = counted(registry)
    assert R17b(evidence(persons, answers, marital_status=declared)).truth == truth


@pytest.mark.parametrize(
    ("persons", "truth"),
    [
        row("17-R17c-man-22-today", family(number("20041110")), "met"),
        row("17-R17c-man-22-tomorrow", family(number("20041111")), "not_met"),
        row("17-R17c-woman-20-today", family(number("20061110", "woman")), "met"),
        row("17-R17c-woman-20-tomorrow", family(number("20061111", "woman")), "not_met"),
        row("17-R17c-man-of-19-with-a-child", family(number("20070101"), None, CHILD), "met"),
        row("17-R17c-man-of-21-with-a-wife", family(number("20050101"), WIFE), "met"),
    ],
)
def test_somebody_alone_has_reached_the_age_of_marriage(persons, truth):
    assert R17c(evidence(persons, {})).truth == truth


@pytest.mark.parametrize(
    ("persons", "values", "text"),
    [
        row(
            "17-R17c-a-woman-of-19",
            family(number("20061111", "woman")),
            {"members": 1, "age": 19, "marriage_age": 20},
            "The applicant, alone, was 19 on the day of acceptance; the age of marriage is 20.",
        ),
        row(
            "17-R17c-a-man-of-41",
            family(MAN),
            {"members": 1, "age": 41, "marriage_age": 22},
            "The applicant, alone, was 41 on the day of acceptance; the age of marriage is 22.",
        ),
        row(
            "17-R17c-three",
            family(MAN, WIFE, CHILD),
            {"members": 3},
            "The family has 3 members, so the age of marriage does not matter.",
        ),
    ],
)
def test_the_age_of_marriage_stands_in_values_and_text(persons, values, text):
    finding = R17c(evidence(persons, {}))
    assert (finding.values, finding.text) == (values, text)


def test_a_spouse_below_18_is_a_doubt_until_the_birthday_and_none_by_the_first_reading():
    def truth(born, **more):
        wife = number(born, "woman")
        answers = {
            "civil-affairs": counted({MAN: [marriage("20", wife)], wife: [marriage("20", MAN)]}),
            "household-registry": counted({MAN: [hukou()], wife: [hukou()]}),
        }
        return R17b(replace(evidence(family(MAN, wife), answers, "married"), **more)).truth

    assert (truth("20081110"), truth("20081111"), truth("20081111", reading=1)) == ("met", "unknown", "met")


def test_civil_affairs_is_asked_about_adults_only_and_owes_no_word_about_the_others():
    seventeen, eighteen = number("20081111"), number("20081110")
    for young, truths in ((seventeen, ("unknown", "met")), (eighteen, ("unknown", "unknown"))):
        answers = {
            "civil-affairs": counted({WIFE: [marriage("20", young)]}),
            "household-registry": counted({young: [hukou()], WIFE: [hukou()]}),
        }
        world = evidence(family(young, WIFE), answers, "married")
        assert (R17b(replace(world, reading=1)).truth, R17b(world).truth) == truths
    girl = number("20081111", "woman")
    answers = {
        "civil-affairs": counted({MAN: [marriage("20", girl)]}),
        "household-registry": counted({MAN: [hukou()], girl: [hukou()]}),
    }
    doubts = R17b(evidence(family(MAN, girl), answers, "married")).values["doubts"]
    assert doubts == ["the declared spouse was 17 on the day of acceptance, below 18"]


def test_a_child_in_an_earlier_open_application_is_a_doubt():
    answers = {"civil-affairs": counted(AGREE), "household-registry": counted(ALIVE)}
    world = evidence(family(MAN, WIFE, CHILD), answers, "married")
    assert R17b(world).truth == "met"
    finding = R17b(replace(world, children_elsewhere=frozenset({CHILD})))
    assert finding.truth == "unknown"
    assert "Child 1 stood in another open application" in finding.text


# --- Art. 18(1), 21 ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("registry", "truth"),
    [
        row("18(1)-R18a-in-the-district", {MAN: [hukou()]}, "met"),
        row("18(1)-R18a-in-the-next-district", {MAN: [hukou("150302")]}, "not_met"),
        row("18(1)-R18a-in-the-province-of-that-name", {MAN: [hukou("460105")]}, "not_met"),
        row("18(1)-R18a-cancelled", {MAN: [hukou(status="cancelled")]}, "unknown"),
        row("18(1)-R18a-cancelled-elsewhere", {MAN: [hukou("150302", "cancelled")]}, "unknown"),
        row("18(1)-R18a-deceased", {MAN: [hukou(status="deceased")]}, "unknown"),
        row("18(1)-R18a-status-not-stated", {MAN: [hukou(status="")]}, "unknown"),
        row("18(1)-R18a-division-not-stated", {MAN: [hukou("")]}, "unknown"),
        row("18(1)-R18a-recorded-in-two-divisions", {MAN: [hukou(), hukou("150302")]}, "unknown"),
        row("18(1)-R18a-normal-and-cancelled", {MAN: [hukou(), hukou(status="cancelled")]}, "unknown"),
        row("18(1)-R18a-not-matched", {MAN: "not_matched"}, "unknown"),
        row("18(1)-R18a-no-record", {MAN: "none"}, "unknown"),
        row("18(1)-R18a-cannot-determine", {MAN: "cannot_determine"}, "unknown"),
        row("18(1)-R18a-found-without-a-row", {MAN: []}, "unknown"),
        row("18(1)-R18a-only-the-wife-was-found", {WIFE: [hukou()]}, "unknown"),
        row("18(1)-R18a-silent", None, "unknown"),
    ],
)
def test_the_applicants_hukou_is_in_the_district(registry, truth):
    answers = {} if registry is None else {"household-registry": counted(registry)}
    assert R18a(evidence(family(MAN), answers)).truth == truth


@pytest.mark.parametrize(
    ("registry", "social_security", "tax", "truth"),
    [
        row("18(1)-R18b-registry-yes", [hukou()], "none", "none", "met"),
        row("18(1)-R18b-registry-yes-others-silent", [hukou()], None, None, "met"),
        row("18(1)-R18b-insured-here", [hukou(residence="no")], [insured()], "none", "met"),
        row("18(1)-R18b-insured-here-others-silent", None, [insured()], None, "met"),
        row("18(1)-R18b-income-here", [hukou(residence="no")], "none", [income()], "met"),
        row("18(1)-R18b-income-here-registry-not-matched", "not_matched", "none", [income()], "met"),
        row("18(1)-R18b-nobody-says-so", [hukou(residence="no")], "none", "none", "not_met"),
        row(
            "18(1)-R18b-insured-and-paid-elsewhere",
            [hukou(residence="no")],
            [insured("yes", "150302")],
            [income("yes", "460105")],
            "not_met",
        ),
        row(
            "18(1)-R18b-not-insured-though-the-division-is-named",
            [hukou(residence="no")],
            [insured("no")],
            [income("no")],
            "not_met",
        ),
        row("18(1)-R18b-registry-unknown", [hukou(residence="unknown")], "none", "none", "unknown"),
        row("18(1)-R18b-residence-not-stated", [hukou(residence="")], "none", "none", "unknown"),
        row("18(1)-R18b-registry-not-matched", "not_matched", "none", "none", "unknown"),
        row("18(1)-R18b-registry-silent", None, "none", "none", "unknown"),
        row("18(1)-R18b-tax-silent", [hukou(residence="no")], "none", None, "unknown"),
        row("18(1)-R18b-tax-refuses", [hukou(residence="no")], "none", "refused", "unknown"),
        row("18(1)-R18b-tax-found-without-a-row", [hukou(residence="no")], "none", [], "unknown"),
        row("18(1)-R18b-social-security-defers", [hukou(residence="no")], "deferred", "none", "unknown"),
        row("18(1)-R18b-tax-not-matched", [hukou(residence="no")], "none", "not_matched", "unknown"),
        row("18(1)-R18b-tax-row-nobody-can-read", [hukou(residence="no")], "none", [income("perhaps")], "unknown"),
        row("18(1)-R18b-registry-says-both", [hukou(), hukou(residence="no")], "none", "none", "unknown"),
    ],
)
def test_the_applicant_lives_in_the_district(registry, social_security, tax, truth):
    said = {"household-registry": registry, "social-security": social_security, "tax": tax}
    answers = {name: counted({MAN: what}) for name, what in said.items() if what is not None}
    assert R18b(evidence(family(MAN), answers)).truth == truth


# --- Art. 32 ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("housing", "truth"),
    [
        row("32-R32-no-ban", {MAN: "none"}, "met"),
        row("32-R32-running", {MAN: [ban("2026-09-01", "2027-09-01")]}, "not_met"),
        row("32-R32-first-day", {MAN: [ban("2026-11-20", "2027-11-20")]}, "not_met"),
        row("32-R32-last-day", {MAN: [ban("2025-11-21", "2026-11-21")]}, "not_met"),
        row("32-R32-until-is-the-first-free-day", {MAN: [ban("2025-11-20", "2026-11-20")]}, "met"),
        row("32-R32-begins-tomorrow", {MAN: [ban("2026-11-21", "2027-11-21")]}, "met"),
        row("32-R32-until-not-stated", {MAN: [ban("2026-09-01", "")]}, "not_met"),
        row("32-R32-since-not-stated", {MAN: [ban("", "2027-09-01")]}, "unknown"),
        row("32-R32-since-not-stated-and-over", {MAN: [ban("", "2026-09-01")]}, "unknown"),
        row("32-R32-of-another-article", {MAN: [ban("2026-09-01", "", "31")]}, "met"),
        row("32-R32-of-no-stated-article", {MAN: [ban("2026-09-01", "", "")]}, "unknown"),
        row(
            "32-R32-one-over-and-one-running",
            {MAN: [ban("2024-01-01", "2025-01-01"), ban("2026-09-01", "")]},
            "not_met",
        ),
        row("32-R32-one-running-and-one-unclear", {MAN: [ban("", ""), ban("2026-09-01", "")]}, "not_met"),
        row("32-R32-one-over-and-one-unclear", {MAN: [ban("2024-01-01", "2025-01-01"), ban("", "")]}, "unknown"),
        row("32-R32-register-not-stated", {MAN: [ban("2026-09-01", "2027-09-01") | {"register": ""}]}, "unknown"),
        row("32-R32-an-end-on-its-first-day", {MAN: [ban("2026-09-01", "2026-09-01")]}, "unknown"),
        row("32-R32-of-the-wife", {MAN: "none", WIFE: [ban("2026-09-01", "")]}, "met"),
        row("32-R32-cannot-determine", {MAN: "cannot_determine"}, "unknown"),
        row("32-R32-unknown-register", {MAN: [{"register": "debts"}]}, "unknown"),
        row("32-R32-silent", None, "unknown"),
    ],
)
def test_no_ban_binds_the_applicant_today(housing, truth):
    answers = {} if housing is None else {"housing": counted(housing)}
    assert R32(evidence(family(MAN, WIFE), answers, as_of=date(2026, 11, 20))).truth == truth


@pytest.mark.parametrize(
    ("housing", "truth", "said"),
    [
        row("32-R32-both-agree", {MAN: [ban("2026-09-01", "2027-09-01")]}, "not_met", "our own record"),
        row("32-R32-ours-and-denied", {MAN: "none"}, "unknown", "the housing bureau says that none binds"),
        row("32-R32-ours-and-another-row", {MAN: [tenancy("public_rental")]}, "unknown", "says that none binds"),
        row("32-R32-ours-and-one-unclear", {MAN: [ban("", "")]}, "not_met", "our own record"),
        row("32-R32-ours-and-cannot-determine", {MAN: "cannot_determine"}, "not_met", "our own record"),
        row("32-R32-ours-and-silent", None, "unknown", "housing has not answered"),
    ],
)
def test_a_ban_of_our_own_record_binds_unless_the_bureau_denies_it(housing, truth, said):
    answers = {} if housing is None else {"housing": counted(housing)}
    own = OwnBan(article="32", since=date(2025, 11, 21), until=date(2026, 11, 21))
    finding = R32(evidence(family(MAN), answers, as_of=date(2026, 11, 20), own_ban=own))
    assert (finding.truth, finding.values["own_ban"]["until"]) == (truth, "2026-11-21")
    assert "our own record says that a ban of art. 32 binds" in finding.text.lower()
    assert said in finding.text.lower()


@pytest.mark.parametrize(
    ("day", "truth"), [("2025-11-20", "unknown"), ("2025-11-21", "not_met"), ("2026-11-21", "unknown")]
)
def test_our_own_record_binds_from_its_first_day_until_the_day_before_it_ends(day, truth):
    own = OwnBan(article="32", since=date(2025, 11, 21), until=date(2026, 11, 21))
    unclear = {"housing": counted({MAN: "cannot_determine"})}
    finding = R32(evidence(family(MAN), unclear, as_of=date.fromisoformat(day), own_ban=own))
    assert finding.truth == truth


def test_no_answer_makes_a_ban_of_our_own_record_a_rule_that_is_met():
    own = OwnBan(article="32", since=date(2025, 11, 21), until=date(2026, 11, 21))
    facts = evidence(family(MAN), {}, as_of=date(2026, 11, 20), own_ban=own)
    assert may_become(facts, R32(facts)) == {"not_met"}


def test_a_ban_is_told_with_its_days():
    finding = R32(evidence(family(MAN), {"housing": counted({MAN: [ban("2026-09-01", "")]})}))
    assert finding.values["bans"] == [{"since": "2026-09-01", "until": "2027-09-01"}]
    assert "binds from 2026-09-01; first free day: 2027-09-01" in finding.text
    finding = R32(evidence(family(MAN), {"housing": counted({MAN: "none"})}))
    assert finding.values == {"day": "2026-11-20", "bans": []}


# --- Art. 20 ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("housing", "carried"),
    [
        row("20-G20-nobody-rents", {MAN: "none", WIFE: "none"}, None),
        row("20-G20-public-rental", {MAN: [tenancy("public_rental")], WIFE: "none"}, "leave"),
        row("20-G20-the-wife-rents-affordable", {MAN: "none", WIFE: [tenancy("affordable_rental")]}, "leave"),
        row("20-G20-last-day", {MAN: [tenancy("public_rental", until="2026-11-20")], WIFE: "none"}, "leave"),
        row("20-G20-first-day", {MAN: [tenancy("public_rental", "2026-11-20")], WIFE: "none"}, "leave"),
        row("20-G20-beginning-not-stated", {MAN: [tenancy("public_rental", "")], WIFE: "none"}, "leave"),
        row("20-G20-register-not-stated", {MAN: [tenancy("public_rental") | {"register": ""}], WIFE: "none"}, "check"),
        row("20-G20-ended", {MAN: [tenancy("public_rental", until="2026-11-19")], WIFE: "none"}, None),
        row("20-G20-begins-tomorrow", {MAN: [tenancy("public_rental", "2026-11-21")], WIFE: "none"}, None),
        row("20-G20-market-rental", {MAN: [tenancy("market_rental")], WIFE: [tenancy("private")]}, None),
        row("20-G20-kind-nobody-knows", {MAN: [tenancy("talent_flat")], WIFE: "none"}, "check"),
        row("20-G20-kind-not-stated", {MAN: [tenancy("")], WIFE: "none"}, "check"),
        row("20-G20-wife-not-answered", {MAN: "none", WIFE: "cannot_determine"}, "check"),
        row("20-G20-he-rents-wife-not-answered", {MAN: [tenancy("public_rental")], WIFE: "refused"}, "leave"),
        row("20-G20-silent", None, "check"),
    ],
)
def test_renting_public_housing_is_a_condition_and_never_a_reason_against(housing, carried):
    answers = {} if housing is None else {"housing": counted(housing)}
    world = evidence(family(MAN, WIFE), answers, as_of=date(2026, 11, 20))
    assert G20(world).truth == "met"
    expected = {None: [], "leave": [("G20", "20", False)], "check": [("G20", "20", True)]}[carried]
    assert [(each.rule, each.article, each.to_be_checked) for each in conditions(world)] == expected


@pytest.mark.parametrize(
    ("said", "carried", "text"),
    [
        ("none", False, "Nobody of the family rents public or affordable housing."),
        ([tenancy("public_rental")], True, "Renting is no reason against; the determination carries a condition."),
        ("refused", True, "Renting is no reason against; the determination carries a condition."),
    ],
    ids=["20-G20-nobody", "20-G20-he-rents", "20-G20-unanswered"],
)
def test_what_is_carried_stands_in_values_and_text(said, carried, text):
    finding = G20(evidence(family(MAN), {"housing": counted({MAN: said})}))
    assert (finding.values, finding.text) == ({"day": "2026-11-20", "condition": carried}, text)


def test_the_condition_says_who_rents():
    rents = {MAN: [tenancy("public_rental")] * 2, WIFE: [tenancy("affordable_rental")]}
    (carried,) = conditions(evidence(family(MAN, WIFE), {"housing": counted(rents)}))
    text = "Public or affordable housing rented by the applicant and the spouse is to be left before moving in."
    assert carried.text == text


def test_a_condition_to_be_checked_says_what_was_not_understood():
    rows = {MAN: [tenancy("廉租房")], WIFE: [tenancy("public_rental", until="长期")]}
    (carried,) = conditions(evidence(family(MAN, WIFE), {"housing": counted({MAN: rows[MAN], WIFE: "none"})}))
    assert "housing says '廉租房' as kind of the applicant" in carried.text
    (carried,) = conditions(evidence(family(MAN, WIFE), {"housing": counted({MAN: "none", WIFE: rows[WIFE]})}))
    assert "housing says '长期' as until of the spouse" in carried.text


# --- all rules --------------------------------------------------------------------------------------------------


def test_the_rules_stand_in_one_list_with_their_articles():
    world = evidence(family(MAN), {})
    assert [(finding.rule, finding.article) for finding in (rule(world) for rule in RULES)] == [
        ("R17a", "17"),
        ("R17b", "17"),
        ("R17c", "17"),
        ("R18a", "18(1), 21"),
        ("R18b", "18(1)"),
        ("R18c", "18(2), 19"),
        ("R32", "32"),
        ("G20", "20"),
    ]


def test_each_rule_names_the_departments_it_was_found_from():
    answers = {name: counted({MAN: "none"}, sequence=n) for n, name in enumerate(SIX)}
    found = {
        finding.rule: [it.department for it in finding.sources] for finding in judge(evidence(family(MAN), answers))
    }
    assert found == {
        "R17a": ["form"],
        "R17b": ["form", "civil-affairs", "household-registry"],
        "R17c": ["form"],
        "R18a": ["household-registry"],
        "R18b": ["household-registry", "social-security", "tax"],
        "R18c": ["real-estate", "housing"],
        "R32": ["housing"],
        "G20": ["housing"],
    }


def test_a_finding_names_who_said_it_and_when_and_nobody_by_name_or_number():
    persons = family(MAN, WIFE, CHILD)
    world = evidence(
        persons,
        {
            "household-registry": counted({MAN: [hukou()], WIFE: "none", CHILD: "none"}, sequence=11),
            "civil-affairs": counted({MAN: [marriage("20", OUTSIDER)], WIFE: [marriage("20", MAN)]}, sequence=12),
            "real-estate": counted({MAN: [unit(MAN), unit(OUTSIDER, code="U2")], WIFE: "none", CHILD: "none"}),
            "housing": counted({MAN: [contract(MAN)], WIFE: [tenancy("public_rental")], CHILD: "refused"}),
        },
        marital_status="married",
    )
    finding = R17b(world)
    assert [(source.department, source.said_at, source.sequence) for source in finding.sources] == [
        ("form", AT, None),
        ("civil-affairs", AT, 12),
        ("household-registry", AT, 11),
    ]
    findings = [rule(world) for rule in RULES]
    for text in [*(finding.model_dump_json() for finding in findings), *(c.text for c in conditions(world))]:
        assert not re.search(r"\d{17}", text)
        assert 'Applicant"' not in text
        assert "Spouse" not in text
    for finding in findings:
        assert json.loads(json.dumps(finding.values)) == finding.values
        assert re.fullmatch(r"[A-Z0-9].*[^.]\.", finding.text)


def test_contradicting_answers_leave_every_rule_that_reads_them_unknown():
    good = {
        "household-registry": counted({MAN: [hukou()]}),
        "civil-affairs": counted({MAN: "none"}),
        "social-security": counted({MAN: "none"}),
        "tax": counted({MAN: "none"}),
        "real-estate": counted({MAN: [unit(MAN, "90")]}),
        "housing": counted({MAN: [ban("2026-09-01", "")]}),
    }
    twice = {
        "household-registry": counted({MAN: [hukou()]}, contradicted=True),
        "real-estate": counted({MAN: [unit(MAN, "90")]}, contradicted=True),
        "housing": counted({MAN: [ban("2026-09-01", "")]}, contradicted=True),
    }
    before = [rule(evidence(family(MAN), good)).truth for rule in RULES]
    after = [rule(evidence(family(MAN), good | twice)).truth for rule in RULES]
    assert before == ["met", "met", "met", "met", "met", "not_met", "not_met", "met"]
    assert after == ["met", "unknown", "met", "unknown", "unknown", "unknown", "unknown", "met"]
    assert conditions(evidence(family(MAN), good | twice, as_of=AS_OF))[0].to_be_checked


def test_an_answer_that_is_refused_as_a_whole_counts_for_nobody():
    world = evidence(family(MAN), {"household-registry": counted({MAN: [hukou()]}, kind="refused")})
    assert [R17b(world).truth, R18a(world).truth, R18b(world).truth] == ["unknown", "unknown", "unknown"]
