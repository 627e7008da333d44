"""ID numbers of GB 11643 and what can be read off them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from contracts.model import STORED, Frozen
from contracts.people import (
    PROVINCES,
    IdNumber,
    PersonName,
    Sex,
    age_on,
    birth_date,
    check_digit,
    is_adult,
    is_residence_card,
    sex,
    upgraded_id_number,
    valid_id_number,
    valid_name,
)

FIRST, SECOND = "11010519491231002X", "440524188001010014"
"""The two examples that the standard itself gives."""
CARD = "915840198904120022"
"""A foreigner's permanent residence card: of Inner Mongolia, from a country of code 840."""


class Somebody(Frozen):
    id_number: IdNumber


class Named(Frozen):
    name: PersonName


days = st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31))
id_numbers = st.builds(
    lambda province, county, born, order: with_check(f"{province}{county:04}{born:%Y%m%d}{order:03}"),
    st.sampled_from(sorted(PROVINCES)),
    st.integers(0, 9999),
    days,
    st.integers(0, 999),
)


def with_check(first_seventeen: str) -> str:
    """The number whole; the check digit worked out as ISO 7064 has it, digit after digit."""
    remainder = 0
    for digit in first_seventeen:
        remainder = (remainder + int(digit)) * 2 % 11
    last = (1 - remainder) % 11
    return first_seventeen + ("X" if last == 10 else str(last))


@pytest.mark.parametrize(
    ("number", "born", "whose"), [(FIRST, date(1949, 12, 31), "female"), (SECOND, date(1880, 1, 1), "male")]
)
def test_the_test_numbers_of_the_standard_are_read(number: str, born: date, whose: Sex) -> None:
    assert valid_id_number(number) == number
    assert check_digit(number[:17]) == number[17]
    assert birth_date(number) == born
    assert sex(number) == whose


def test_a_residence_card_of_a_foreigner_is_a_number_with_birth_date_and_sex() -> None:
    assert valid_id_number(CARD) == CARD
    assert is_residence_card(CARD)
    assert not is_residence_card(FIRST)
    assert (birth_date(CARD), sex(CARD), age_on(CARD, date(2026, 11, 23))) == (date(1989, 4, 12), "female", 37)
    assert sex(with_check("91584019890412001")) == "male"


def test_a_small_x_is_a_capital_one() -> None:
    assert valid_id_number("11010519491231002x") == FIRST


@given(id_numbers)
def test_a_number_with_the_right_check_digit_is_valid(number: str) -> None:
    assert valid_id_number(number) == number


@given(id_numbers)
def test_every_single_mistyped_digit_is_found(number: str) -> None:
    for place, right in enumerate(number):
        others = "0123456789X" if place == 17 else "0123456789"
        for wrong in others.replace(right, ""):
            with pytest.raises(ValueError):  # noqa: PT011  # a date or a province may be what is wrong with it
                valid_id_number(number[:place] + wrong + number[place + 1 :])


@given(id_numbers, st.integers(0, 15))
def test_two_neighbours_swapped_are_found(number: str, place: int) -> None:
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped == number:
        return
    assert check_digit(swapped[:17]) != swapped[17]


@pytest.mark.parametrize(
    ("number", "what"),
    [
        ("", "18 characters"),
        (FIRST[:-1], "18 characters"),
        (FIRST + "0", "18 characters"),
        ("110105491231002", "old 15-digit number; give the 18-digit one"),
        ("440524880101001", "old 15-digit number; give the 18-digit one"),
        ("USA110074120501", "old 15-digit number; give the 18-digit one"),
        ("11010549123100", "18 characters"),
        ("11010549123100X", "18 characters"),
        ("1101051949123100XX", "17 digits"),
        ("11010519491231 02X", "17 digits"),
        ("１１０１０５１９４９１２３１００２Ｘ", "17 digits"),
        ("11010519491231002²", "17 digits"),
        (with_check("00010519491231002"), "province"),
        (with_check("99010519491231002"), "province"),
        (with_check("91" + "184019491331002"), "date of birth"),
        ("915840198904120023", "check digit"),
        (with_check("11010519491331002"), "date of birth"),
        (with_check("11010519490229002"), "date of birth"),
        (with_check("11010500000101002"), "date of birth"),
        ("110105194912310021", "check digit"),
    ],
)
def test_a_wrong_number_is_told_which_part_is_wrong_and_is_never_repeated(number: str, what: str) -> None:
    with pytest.raises(ValueError, match=what) as refused:
        valid_id_number(number)
    assert not number or number not in str(refused.value)
    assert refused.value.__cause__ is None
    with pytest.raises(ValidationError) as invalid:
        Somebody.model_validate({"id_number": number})
    assert not number or number not in str(invalid.value)


@given(id_numbers)
def test_a_15_digit_number_is_the_same_persons_as_the_18_characters(number: str) -> None:
    if number[6:8] == "19":
        assert upgraded_id_number(number[:6] + number[8:17]) == number


@pytest.mark.parametrize(
    ("number", "what"),
    [
        ("", "15 digits"),
        ("11010549123100", "15 digits"),
        ("1101054912310022", "15 digits"),
        (FIRST, "15 digits"),
        ("11010549123100X", "15 digits"),
        (" 11010549123100", "15 digits"),
        ("１１０１０５４９１２３１００２", "15 digits"),
        ("11010549123100²", "15 digits"),
        ("990105491231002", "province"),
        ("110105491331002", "date of birth"),
        ("110105490229002", "date of birth"),
    ],
)
def test_what_is_no_15_digit_number_is_told_and_never_repeated(number: str, what: str) -> None:
    with pytest.raises(ValueError, match=what) as refused:
        upgraded_id_number(number)
    assert not number or number not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_county_that_was_abolished_stays_valid() -> None:
    chongwen = with_check("11010319630402002")
    assert valid_id_number(chongwen) == chongwen


@pytest.mark.parametrize("province", ["71", "81", "82", "83"])
def test_people_of_taiwan_hong_kong_and_macao_have_numbers_too(province: str) -> None:
    number = with_check(f"{province}000019800101001")
    assert valid_id_number(number) == number


@pytest.mark.parametrize(("digit", "whose"), [(str(n), "male" if n % 2 else "female") for n in range(10)])
def test_digit_17_is_odd_for_a_man(digit: str, whose: Sex) -> None:
    assert sex(with_check(f"150303198803120{digit}{digit}")) == whose


def born(day: date) -> str:
    return with_check(f"150303{day:%Y%m%d}001")


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (date(2008, 11, 23), date(2026, 11, 22), 17),
        (date(2008, 11, 23), date(2026, 11, 23), 18),
        (date(2008, 11, 23), date(2026, 11, 24), 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 28), 19),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
        (date(2008, 12, 31), date(2026, 12, 31), 18),
        (date(2009, 1, 1), date(2026, 12, 31), 17),
        (date(2026, 11, 23), date(2026, 11, 23), 0),
    ],
)
def test_a_year_is_full_on_the_birthday_and_for_29_february_on_1_march(birth: date, day: date, age: int) -> None:
    assert age_on(born(birth), day) == age
    assert is_adult(born(birth), day) == (age >= 18)


@given(days, st.integers(0, 40_000))
def test_age_grows_by_one_on_one_day_of_each_year(birth: date, later: int) -> None:
    day = birth + timedelta(days=later)
    grown = age_on(born(birth), day) - age_on(born(birth), day - timedelta(days=1))
    try:
        birthday = birth.replace(year=day.year)
    except ValueError:  # 29 February in a common year
        birthday = date(day.year, 3, 1)
    assert grown == (day == birthday)


@pytest.mark.parametrize(
    "name",
    [
        "王强",
        "欧阳建国",
        "阿依古丽·买买提",
        "Zoë",
        "王",
        "张\u3000三",
        "王" * 60,
        pytest.param("王\U00031350", id="Extension H, Unicode 15.0"),
        pytest.param("王\U0002ebf0国", id="Extension I, Unicode 15.1"),
        pytest.param("王\U000323b0", id="Extension J, Unicode 17"),
        pytest.param("\U0003fffd", id="not assigned by anybody yet"),
        pytest.param("王\ue863", id="private use, as second-generation cards have it"),
        pytest.param("王\U000f0000", id="private use of a plane of its own"),
        pytest.param("ᠨᠠᠷ\u180eᠠ", id="the vowel separator of nara"),
        pytest.param("ᠬ\u180bᠠᠨ\u180f", id="variation selectors of Mongolian"),
        pytest.param("葛\U000e0100亮", id="an ideographic variation sequence"),
        pytest.param("芦\ufe00", id="a standardised variation, at the end"),
    ],
)
def test_a_name_in_letters_or_characters_is_a_name_whatever_this_python_knows(name: str) -> None:
    assert valid_name(name) == name
    assert Named.model_validate({"name": name}).name == name


@pytest.mark.parametrize("typed", ["王强 ", "\u3000王强", "\t王强\n", "\u200b王强\ufeff", "\xa0王强\u3164"], ids=ascii)
def test_a_name_is_kept_as_it_was_typed_with_its_ends_trimmed(typed: str) -> None:
    assert Named.model_validate({"name": typed}).name == "王强"


def test_a_name_is_not_normalised() -> None:
    assert Named.model_validate({"name": "Ｚｏe\u0308 \uf9dc"}).name == "Ｚｏe\u0308 \uf9dc"


@pytest.mark.parametrize(
    "invisible", [*"\u3164\u115f\u1160\uffa0\u2800\u200b\u2060\ufeff\xad\u034f\u180e\ufe0f\x85\u3000"], ids=ascii
)
def test_a_name_of_what_nobody_sees_is_none(invisible: str) -> None:
    for name in (invisible, invisible * 3, f" {invisible} "):
        with pytest.raises(ValidationError, match="characters that can be seen"):
            Named.model_validate({"name": name})


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "王\n强",
        "王\u200b强",
        "王\u2800三",
        "王\u3164三",
        "王\u202e强",
        "王\u2028强",
        "王\x85强",
        "王\x1b[2K",
        "A\ufe0fb",
        "a\u180bb",
        "\u2060",
        "\u0301",
        "123",
        "···",
        "王\x00",
        "王\ud800",
        "王\U0002ffff",
        "王" * 61,
    ],
    ids=ascii,
)
def test_what_cannot_be_read_is_no_name_and_is_not_repeated(name: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Named.model_validate({"name": name})
    assert "王" not in str(refused.value)


def test_a_name_that_was_taken_before_is_read_from_the_log() -> None:
    assert Named.model_validate({"name": "\u3164"}, context=STORED).name == "\u3164"
