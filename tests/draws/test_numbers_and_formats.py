"""Draw numbers that tell nothing and pass for no other number; formats of a public number that allow one spelling."""

import pytest
from allocation.draw.draw_number import draw_number, parse_draw_number
from allocation.draw.entrants import Entrant, write_entrants
from allocation.draw.faults import DoesNotHold
from allocation.draw.public_format import is_in_format, is_usable
from allocation.draw.rules import Pool, Rules

from contracts.numbers import application_number, parse_application_number

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
APPLICATION = application_number("a-key-of-a-kiosk", KEY)
RULES = Rules("P", "1", 20, "", "", ("notary",), (Pool("A-60", 2, 1), Pool("B-85", 2, 1, (("disabled", 1),))))


def test_a_number_belongs_to_application_project_and_key() -> None:
    found = draw_number(APPLICATION, "P-1", KEY)
    assert found == draw_number(APPLICATION, "P-1", KEY)
    others = {draw_number(APPLICATION, "P-2", KEY), draw_number(APPLICATION, "P-1", OTHER_KEY), APPLICATION}
    assert found not in others
    assert len({found[:10], *(it[:10] for it in others)}) == 4


def test_it_is_read_as_people_type_it() -> None:
    found = draw_number(APPLICATION, "P-1", KEY)
    assert parse_draw_number(f" {found.lower().replace('-', ' ').replace('0', 'o')} ") == found


def test_neither_kind_of_number_passes_for_the_other() -> None:
    for n in range(200):
        application = application_number(f"key {n}", KEY)
        number = draw_number(application, "P-1", KEY)
        with pytest.raises(ValueError, match="number of an application"):
            parse_draw_number(application)
        with pytest.raises(ValueError, match="mistyped"):
            parse_application_number(number)


def test_a_mistyped_number_is_told_at_once() -> None:
    found = draw_number(APPLICATION, "P-1", KEY)
    other = "2" if found[3] != "2" else "3"
    with pytest.raises(ValueError, match="mistyped"):
        parse_draw_number(f"{found[:3]}{other}{found[4:]}".replace(APPLICATION, ""))
    with pytest.raises(ValueError, match="26 letters"):
        parse_draw_number("123")


def test_a_group_is_written_only_where_the_draw_needs_it() -> None:
    assert write_entrants([Entrant("N1", "B-85", "disabled"), Entrant("N0", "A-60")], RULES) == (
        b"N0,A-60,none\nN1,B-85,disabled\n"
    )
    with pytest.raises(ValueError, match="reserves homes"):
        write_entrants([Entrant("N1", "A-60", "disabled")], RULES)
    with pytest.raises(DoesNotHold, match="entrant-twice"):
        write_entrants([Entrant("N1", "B-85", "disabled"), Entrant("N1", "B-85")], RULES)


def test_rules_that_nobody_could_draw_by_are_not_written() -> None:
    with pytest.raises(DoesNotHold, match="reserves more"):
        Rules("P", "1", 20, "", "", ("notary",), (Pool("A", 1, 0, (("disabled", 2),)),)).to_bytes()


@pytest.mark.parametrize(
    ("public_format", "fits", "fits_not"),
    [
        ("", "", "7"),
        ("[0-9]{6}", "012345", "12345"),
        (r"\d{2} \d{2}", "07 12", "7 12"),
        (r"\d", "7", "٧"),
        (r"[0-9]{4,5}\.[0-9]{2}", "3412.07", "3412,07"),
        ("[0-9A-F.-]{3}", "A.-", "a.-"),
        ("第[0-9]{3}期", "第012期", "第12期"),
        (r"\[\]\\", r"[]\\"[:3], "[]"),
    ],
)
def test_a_format_of_classes_and_counts(public_format: str, fits: str, fits_not: str) -> None:
    assert is_usable(public_format)
    assert is_in_format(fits, public_format)
    assert not is_in_format(fits_not, public_format)
    assert not is_in_format(fits + "\n", public_format)


@pytest.mark.parametrize(
    "public_format",
    [
        *("[0-9", "(7|07)", "a|b", "[0-9]*", "[0-9]+", "0?7", ".", "^7", "7$", "[^0-9]", r"\w", r"\s", r"\1", "[9-0]"),
        *("7{2,1}", "7{1000}", "7{,2}", "7{2,}", "7{2}{3}", "{2}", "[]", "[[a]", "[a&&b]", "a--b", r"[a-\d]", "(?i)a"),
        *("a{0,9}" * 4, "a" * 101, "a\\", r"\n", "\\\n"),
    ],
)
def test_a_format_of_anything_else_is_unusable(public_format: str) -> None:
    assert not is_usable(public_format)
