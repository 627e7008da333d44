"""The table of Art. 18(2) and 19: which homes count, how much of each, and what is below 15 m² a member."""

from fractions import Fraction

import pytest

from procedures.hainan_2025.homes import share_of
from procedures.hainan_2025.rules import R18c
from tests.rules.rules_world import (
    CHILD,
    MAN,
    OUTSIDER,
    SECOND_CHILD,
    WIFE,
    contract,
    counted,
    evidence,
    family,
    tenancy,
    unit,
)


def row(article_and_rule: str, *values: object):
    return pytest.param(*values, id=article_and_rule)


THREE = family(MAN, WIFE, CHILD)
FOUR = family(MAN, WIFE, CHILD, SECOND_CHILD)
HALF = unit(MAN, "80.00", ownership="shares", share="1/2")
THEIR_HALF = unit("", "80.00", ownership="shares", share="1/2")


@pytest.mark.parametrize(
    ("persons", "owned", "signed", "truth", "per_member"),
    [
        row("18(2)-R18c-no-home", THREE, {}, {}, "met", "0/3 = 0"),
        row("18(2)-R18c-exactly-15", THREE, {MAN: [unit(MAN, "45.00")]}, {}, "not_met", "45/3 = 15"),
        row("18(2)-R18c-just-under-15", THREE, {MAN: [unit(MAN, "44.99")]}, {}, "met", "44.99/3 = 14.9967"),
        row(
            "18(2)-R18c-under-15-by-less-than-four-decimals-show",
            THREE,
            {MAN: [unit(MAN, "44.99999")]},
            {},
            "met",
            "44.99999/3 = 14.999997",
        ),
        row(
            "18(2)-R18c-one-third-of-45-for-one-is-15",
            family(MAN),
            {MAN: [unit(MAN, "45", ownership="shares", share="1/3"), unit("", "45", ownership="shares", share="2/3")]},
            {},
            "not_met",
            "15/1 = 15",
        ),
        row(
            "18(2)-R18c-three-times-a-third-of-44.99",
            family(MAN),
            {MAN: [unit(MAN, "44.99", code, ownership="shares", share="1/3") for code in ("UNIT1", "UNIT2", "UNIT3")]},
            {},
            "not_met",
            "44.99/1 = 44.99",
        ),
        row("18(2)-R18c-half-of-80", THREE, {MAN: [HALF, THEIR_HALF]}, {}, "met", "40/3 = 13.3333"),
        row("18(2)-R18c-a-child-owns", THREE, {CHILD: [unit(CHILD, "50")]}, {}, "not_met", "50/3 = 16.6667"),
        row(
            "18(2)-R18c-couple-each-half-listed-under-both",
            FOUR,
            {
                MAN: [
                    unit(MAN, "59.98", ownership="shares", share="1/2"),
                    unit(WIFE, "59.98", ownership="shares", share="50%"),
                ],
                WIFE: [
                    unit(WIFE, "59.98", ownership="shares", share="50%"),
                    unit(MAN, "59.98", ownership="shares", share="1/2"),
                ],
            },
            {},
            "met",
            "59.98/4 = 14.995",
        ),
        row(
            "18(2)-R18c-joint-within-the-family-counts-once",
            FOUR,
            {
                MAN: [
                    unit(MAN, "59.99", ownership="joint", share=""),
                    unit(WIFE, "59.99", ownership="joint", share=""),
                ],
                WIFE: [
                    unit(MAN, "59.99", ownership="joint", share=""),
                    unit(WIFE, "59.99", ownership="joint", share=""),
                ],
            },
            {},
            "met",
            "59.99/4 = 14.9975",
        ),
        row(
            "18(2)-R18c-joint-with-an-outsider",
            THREE,
            {MAN: [unit(MAN, "20", ownership="joint"), unit("", "20", ownership="joint")]},
            {},
            "unknown",
            "0/3 = 0",
        ),
        row(
            "18(2)-R18c-sole-with-an-outsider",
            THREE,
            {MAN: [unit(MAN, "20"), unit(OUTSIDER, "20")]},
            {},
            "unknown",
            "0/3 = 0",
        ),
        row(
            "18(2)-R18c-an-outsiders-share-is-missing",
            THREE,
            {MAN: [HALF, THEIR_HALF | {"share": ""}]},
            {},
            "unknown",
            "0/3 = 0",
        ),
        row(
            "18(2)-R18c-shares-above-one",
            THREE,
            {MAN: [HALF, THEIR_HALF | {"share": "2/3"}]},
            {},
            "unknown",
            "0/3 = 0",
        ),
        row(
            "18(2)-R18c-sole-and-shares-in-one-unit",
            THREE,
            {MAN: [HALF, THEIR_HALF | {"ownership": "sole"}]},
            {},
            "unknown",
            "0/3 = 0",
        ),
        row(
            "18(2)-R18c-ownership-not-stated", THREE, {MAN: [unit(MAN, "20", ownership="")]}, {}, "unknown", "0/3 = 0"
        ),
        row("18(2)-R18c-area-not-stated", THREE, {MAN: [unit(MAN, "")]}, {}, "unknown", "0/3 = 0"),
        row("18(2)-R18c-absurdly-fine-area", THREE, {MAN: [unit(MAN, "1E-999999999")]}, {}, "unknown", "0/3 = 0"),
        row("18(2)-R18c-absurdly-long-nothing", THREE, {MAN: [unit(MAN, "0E+400000000")]}, {}, "unknown", "0/3 = 0"),
        row("18(2)-R18c-use-not-stated", THREE, {MAN: [unit(MAN, use="")]}, {}, "unknown", "0/3 = 0"),
        row("18(2)-R18c-division-not-stated", THREE, {MAN: [unit(MAN, division="")]}, {}, "unknown", "0/3 = 0"),
        row("18(2)-R18c-status-not-stated", THREE, {MAN: [unit(MAN, status="")]}, {}, "unknown", "0/3 = 0"),
        row(
            "18(2)-R18c-a-home-on-one-row-and-a-shop-on-another",
            THREE,
            {MAN: [HALF, THEIR_HALF | {"use": "commercial"}]},
            {},
            "unknown",
            "0/3 = 0",
        ),
        row(
            "18(2)-R18c-area-stated-in-two-ways",
            THREE,
            {MAN: [HALF, THEIR_HALF | {"building_area_m2": "60"}]},
            {},
            "unknown",
            "0/3 = 0",
        ),
        row("18(2)-R18c-unit-without-a-code", THREE, {MAN: [unit(MAN, code="")]}, {}, "unknown", "0/3 = 0"),
        row(
            "18(2)-R18c-listed-differently-under-two-members",
            THREE,
            {MAN: [HALF, THEIR_HALF], WIFE: [HALF, HALF | {"owner_id_number": WIFE}]},
            {},
            "unknown",
            "0/3 = 0",
        ),
        row(
            "18(2)-R18c-joint-beside-an-outsiders-row-without-a-code",
            THREE,
            {MAN: [unit(MAN, "45", ownership="joint"), unit("", "45", "", ownership="joint")]},
            {},
            "unknown",
            "0/3 = 0",
        ),
        row(
            "18(2)-R18c-home-beside-an-outsiders-row-of-another-area-without-a-code",
            THREE,
            {MAN: [unit(MAN, "45", ownership="joint"), unit("", "44", "", ownership="joint")]},
            {},
            "not_met",
            "45/3 = 15",
        ),
        row(
            "18(2)-R18c-home-beside-an-outsiders-row-of-another-form-without-a-code",
            THREE,
            {MAN: [unit(MAN, "45"), unit("", "45", "", ownership="joint")]},
            {},
            "not_met",
            "45/3 = 15",
        ),
        row(
            "18(2)-R18c-home-beside-an-outsiders-shop-without-a-code",
            THREE,
            {MAN: [unit(MAN, "45"), unit("", "45", "", use="commercial")]},
            {},
            "not_met",
            "45/3 = 15",
        ),
        row(
            "18(2)-R18c-home-beside-a-members-row-without-a-code",
            THREE,
            {MAN: [unit(MAN, "45"), unit(MAN, "45", "")]},
            {},
            "not_met",
            "45/3 = 15",
        ),
        row("18(2)-R18c-none-of-its-owners-is-a-member", THREE, {MAN: [unit("", "20")]}, {}, "unknown", "0/3 = 0"),
        row("18(2)-R18c-shop-only", THREE, {MAN: [unit(MAN, "100", use="commercial")]}, {}, "met", "0/3 = 0"),
        row(
            "18(2)-R18c-shop-of-unstated-area-and-division",
            THREE,
            {MAN: [unit(MAN, "", use="garage", division="")]},
            {},
            "met",
            "0/3 = 0",
        ),
        row("18(2)-R18c-home-in-ordos", THREE, {MAN: [unit(MAN, "120", division="150602")]}, {}, "met", "0/3 = 0"),
        row(
            "18(2)-R18c-home-in-each-of-the-three-divisions",
            THREE,
            {MAN: [unit(MAN, "15", division, division=division) for division in ("150302", "150303", "150304")]},
            {},
            "not_met",
            "45/3 = 15",
        ),
        row("18(2)-R18c-sold-registration-ended", THREE, {MAN: [unit(MAN, status="cancelled")]}, {}, "met", "0/3 = 0"),
        row(
            "18(2)-R18c-sold-to-an-outsider",
            THREE,
            {MAN: [unit(MAN, status="cancelled"), unit("", "45")]},
            {},
            "met",
            "0/3 = 0",
        ),
        row(
            "18(2)-R18c-without-a-code-nobody-can-tell-what-was-sold",
            THREE,
            {MAN: [unit(MAN, code=None, status="cancelled"), unit("", "45", None)]},
            {},
            "unknown",
            "0/3 = 0",
        ),
        row(
            "18(2)-R18c-an-unclear-home-beside-enough",
            THREE,
            {MAN: [unit(MAN, "45"), unit(MAN, "", "UNIT2")]},
            {},
            "not_met",
            "45/3 = 15",
        ),
        row(
            "18(2)-R18c-enough-with-the-wife-not-answered",
            THREE,
            {MAN: [unit(MAN, "45")], WIFE: "cannot_determine"},
            {},
            "not_met",
            "45/3 = 15",
        ),
        row(
            "18(2)-R18c-too-little-with-the-wife-not-answered",
            THREE,
            {MAN: [unit(MAN, "20")], WIFE: "cannot_determine"},
            {},
            "unknown",
            "20/3 = 6.6667",
        ),
        row(
            "18(2)-R18c-a-negative-area-makes-the-person-unclear",
            THREE,
            {MAN: [unit(MAN, "-1")]},
            {},
            "unknown",
            "0/3 = 0",
        ),
        row(
            "18(2)-R18c-numbers-of-json-are-read-exactly",
            THREE,
            {MAN: [unit(MAN, 44.99)]},
            {},
            "met",
            "44.99/3 = 14.9967",
        ),
        row("19-R18c-net-signed", family(MAN, WIFE), {}, {MAN: [contract(MAN, "90")]}, "not_met", "90/2 = 45"),
        row("19-R18c-net-signed-half", THREE, {}, {MAN: [contract(MAN, "80", share="0.5")]}, "met", "40/3 = 13.3333"),
        row(
            "19-R18c-net-signed-and-registered-under-the-wife",
            THREE,
            {WIFE: [unit(WIFE, "40.00", "UNIT4")]},
            {MAN: [contract(MAN, "46.00", unit_code="UNIT4")]},
            "met",
            "40/3 = 13.3333",
        ),
        row(
            "19-R18c-net-signed-beside-another-registered",
            THREE,
            {MAN: [unit(MAN, "40.00", "UNIT4")]},
            {MAN: [contract(MAN, "5.00", unit_code="UNIT5")]},
            "not_met",
            "45/3 = 15",
        ),
        row(
            "19-R18c-net-signed-for-a-unit-sold-long-ago",
            THREE,
            {MAN: [unit(MAN, "40.00", "UNIT4", status="cancelled")]},
            {MAN: [contract(MAN, "45", unit_code="UNIT4")]},
            "not_met",
            "45/3 = 15",
        ),
        *(
            row(
                f"19-R18c-net-signed-for-a-unit-that-is-another's-{use or 'of no stated use'}-now",
                THREE,
                {MAN: [unit(MAN, "45", "UNIT4", status="cancelled"), unit("", "45", "UNIT4", use=use)]},
                {MAN: [contract(MAN, "45", unit_code="UNIT4")]},
                truth,
                per_member,
            )
            for use, truth, per_member in (
                ("residential", "not_met", "45/3 = 15"),
                ("", "not_met", "45/3 = 15"),
                ("commercial", "unknown", "0/3 = 0"),
            )
        ),
        row(
            "19-R18c-net-signed-home-that-the-registry-calls-a-shop",
            THREE,
            {MAN: [unit(MAN, "40.00", "UNIT4", use="commercial")]},
            {MAN: [contract(MAN, "45", unit_code="UNIT4")]},
            "unknown",
            "0/3 = 0",
        ),
        row(
            "19-R18c-net-signed-unit-that-is-unclear-in-the-registry",
            THREE,
            {MAN: [unit(MAN, "", "UNIT4")]},
            {MAN: [contract(MAN, "45", unit_code="UNIT4")]},
            "unknown",
            "0/3 = 0",
        ),
        row(
            "19-R18c-net-signed-unit-beside-one-without-a-code",
            THREE,
            {MAN: [unit(MAN, "40.00", "")]},
            {MAN: [contract(MAN, "45", unit_code="UNIT4")]},
            "unknown",
            "0/3 = 0",
        ),
        row("19-R18c-contract-use-not-stated", THREE, {}, {MAN: [contract(MAN, use="")]}, "unknown", "0/3 = 0"),
        row(
            "19-R18c-contract-division-not-stated",
            THREE,
            {},
            {MAN: [contract(MAN, division="")]},
            "unknown",
            "0/3 = 0",
        ),
        row("19-R18c-register-not-stated", THREE, {}, {MAN: [contract(MAN, register="")]}, "unknown", "0/3 = 0"),
        row("19-R18c-cancelled-contract", THREE, {}, {MAN: [contract(MAN, status="cancelled")]}, "met", "0/3 = 0"),
        row("19-R18c-registered-contract", THREE, {}, {MAN: [contract(MAN, status="registered")]}, "met", "0/3 = 0"),
        row("19-R18c-contract-elsewhere", THREE, {}, {MAN: [contract(MAN, division="150602")]}, "met", "0/3 = 0"),
        row("19-R18c-contract-for-a-garage", THREE, {}, {MAN: [contract(MAN, use="garage")]}, "met", "0/3 = 0"),
        row("19-R18c-an-outsiders-contract", THREE, {}, {MAN: [contract(OUTSIDER)]}, "met", "0/3 = 0"),
        row("19-R18c-buyer-not-stated", THREE, {}, {MAN: [contract("")]}, "unknown", "0/3 = 0"),
        row(
            "19-R18c-buyers-share-not-stated", THREE, {}, {MAN: [contract(MAN, "20", share="")]}, "unknown", "0/3 = 0"
        ),
        row("19-R18c-contract-area-not-stated", THREE, {}, {MAN: [contract(MAN, "")]}, "unknown", "0/3 = 0"),
        row("19-R18c-contract-status-not-stated", THREE, {}, {MAN: [contract(MAN, status="")]}, "unknown", "0/3 = 0"),
        row(
            "19-R18c-same-row-under-two-members-counts-once",
            THREE,
            {},
            {MAN: [contract(MAN, "44")], WIFE: [contract(MAN, "44")]},
            "met",
            "44/3 = 14.6667",
        ),
        row(
            "19-R18c-couple-buys-half-each",
            THREE,
            {},
            {MAN: [contract(MAN, "44", share="1/2")], WIFE: [contract(WIFE, "44", share="1/2")]},
            "met",
            "44/3 = 14.6667",
        ),
        row(
            "19-R18c-couple-buys-more-than-the-whole-contract",
            THREE,
            {},
            {MAN: [contract(MAN, "20")], WIFE: [contract(WIFE, "20", share="1/2")]},
            "unknown",
            "0/3 = 0",
        ),
        row(
            "19-R18c-two-contracts-sell-more-than-the-whole-unit",
            THREE,
            {},
            {MAN: [contract(MAN, "20", "WQ1", unit_code="U"), contract(MAN, "20", "WQ2", unit_code="U")]},
            "unknown",
            "0/3 = 0",
        ),
        row(
            "19-R18c-one-row-of-the-contract-names-the-unit",
            THREE,
            {MAN: [unit(MAN, "40", "UNIT4")]},
            {MAN: [contract(MAN, "44", share="1/2", unit_code="UNIT4")], WIFE: [contract(WIFE, "44", share="1/2")]},
            "met",
            "40/3 = 13.3333",
        ),
        row(
            "19-R18c-two-contracts-without-number-or-unit-are-two-homes",
            THREE,
            {},
            {MAN: [contract(MAN, "25", ""), contract(MAN, "20", "")]},
            "not_met",
            "45/3 = 15",
        ),
        row("18(2)-R18c-real-estate-silent", THREE, None, {}, "unknown", "0/3 = 0"),
        row("18(2)-R18c-housing-silent", THREE, {MAN: [unit(MAN, "20")]}, None, "unknown", "20/3 = 6.6667"),
        row("18(2)-R18c-housing-silent-yet-enough", THREE, {MAN: [unit(MAN)]}, None, "not_met", "45/3 = 15"),
        row(
            "19-R18c-real-estate-silent-yet-enough-without-a-unit-code",
            THREE,
            None,
            {MAN: [contract(MAN, "45")]},
            "not_met",
            "45/3 = 15",
        ),
        row(
            "19-R18c-real-estate-silent-about-a-named-unit",
            THREE,
            None,
            {MAN: [contract(MAN, "45", unit_code="UNIT4")]},
            "unknown",
            "0/3 = 0",
        ),
        row(
            "19-R18c-real-estate-silent-about-one-member-and-a-named-unit",
            THREE,
            {WIFE: "deferred"},
            {MAN: [contract(MAN, "45", unit_code="UNIT4")]},
            "unknown",
            "0/3 = 0",
        ),
    ],
)
def test_the_familys_homes_stay_below_15_square_metres_a_member(persons, owned, signed, truth, per_member):
    nothing = {person.id_number: "none" for person in persons}
    answers = {}
    if owned is not None:
        answers["real-estate"] = counted(nothing | owned)
    if signed is not None:
        answers["housing"] = counted(nothing | signed)
    finding = R18c(evidence(persons, answers))
    assert (finding.truth, finding.values["per_member_m2"]) == (truth, per_member)


LONG = "x" * 65
"""Longer than any text of a register, and so not understood."""


@pytest.mark.parametrize(
    ("owned", "signed", "truth", "told"),
    [
        row(
            "19-R18c-the-number-of-a-contract-is-not-understood",
            "none",
            [contract(MAN, "14", LONG, unit_code="U9")],
            "unknown",
            f"housing says '{LONG[:64]}…' as contract_no of the applicant",
        ),
        row(
            "19-R18c-nor-is-the-unit-of-one",
            "none",
            [contract(MAN, "14", unit_code=LONG)],
            "unknown",
            "WQ1: its unit code is not understood, so it may be registered already",
        ),
        row("19-R18c-of-a-cancelled-one", "none", [contract(MAN, "14", LONG, status="cancelled")], "met", None),
        row("19-R18c-of-a-tenancy", "none", [tenancy("private") | {"contract_no": LONG}], "met", None),
        row("18(2)-R18c-the-share-of-a-sole-owner", [unit(MAN, "14", share="一半")], "none", "met", None),
        row(
            "18(2)-R18c-the-share-of-a-part",
            [unit(MAN, "14", ownership="shares", share="一半")],
            "none",
            "unknown",
            "real estate says '一半' as share of the applicant",
        ),
        row("18(2)-R18c-twenty-digits-are-an-area", [unit(MAN, "14." + "9" * 18)], "none", "met", None),
    ],
)
def test_what_is_not_understood_is_told_where_it_may_count(owned, signed, truth, told):
    answers = {"real-estate": counted({MAN: owned}), "housing": counted({MAN: signed})}
    finding = R18c(evidence(family(MAN), answers))
    assert finding.truth == truth
    assert bool(finding.values["unclear"]) == (told is not None)
    assert told is None or told in " ".join(finding.values["unclear"])


def test_whoever_looks_at_it_is_told_the_rest_that_was_not_understood_of_homes_and_of_nothing_else():
    rows = [contract(MAN, "5", filed="去年"), tenancy("private", until="长期")]
    answers = {"real-estate": counted({MAN: "refused"}), "housing": counted({MAN: rows})}
    assert R18c(evidence(family(MAN), answers)).values["unclear"] == [
        "real-estate registration has not answered clearly about everybody",
        "housing says '去年' as filed of the applicant, which is not understood",
    ]


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("1/2", Fraction(1, 2)),
        ("0.5", Fraction(1, 2)),
        ("50%", Fraction(1, 2)),
        ("33.3%", Fraction(333, 1000)),
        ("1", Fraction(1)),
        ("1/1", Fraction(1)),
        ("100%", Fraction(1)),
        ("0", None),
        ("0/2", None),
        ("1/0", None),
        ("3/2", None),
        ("101%", None),
        ("-1/2", None),
        ("1e-1", None),
        ("half", None),
        ("", None),
        (None, None),
        ("1/" + "9" * 50, None),
    ],
)
def test_a_share_is_a_fraction_above_nothing_and_up_to_the_whole(text, share):
    assert share_of(text) == share
