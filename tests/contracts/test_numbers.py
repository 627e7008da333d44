"""Application numbers: read out, typed back without a mistake, telling nothing."""

import hashlib
import hmac
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.numbers import ALPHABET, LENGTH, application_number, base32, parse_application_number

NUMBER = application_number("a number on paper", bytes(32))

keys = st.binary(min_size=16, max_size=64)
idempotency_keys = st.text(min_size=1, max_size=60)
numbers = st.builds(application_number, idempotency_keys, keys)


def value_of(body: str) -> int:
    """What the characters say as a number in base 32, worked out anew."""
    value = 0
    for character in body:
        value = value * 32 + ALPHABET.index(character)
    return value


@given(numbers)
def test_a_number_has_the_shape_that_is_documented(number: str) -> None:
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{5}-){5}[0-9A-HJKMNP-TV-Z]", number)
    assert parse_application_number(number) == number


def test_the_alphabet_has_no_letter_that_is_mistaken_for_another() -> None:
    assert len(set(ALPHABET)) == 32
    assert not set(ALPHABET) & set("ILOU")


@given(idempotency_keys, keys)
def test_a_number_carries_125_bits_of_the_hmac_and_nothing_else(idempotency_key: str, key: bytes) -> None:
    number = application_number(idempotency_key, key).replace("-", "")
    digest = hmac.digest(key, idempotency_key.encode(), hashlib.sha256)
    assert LENGTH * 5 == 125
    assert value_of(number[:LENGTH]) == int.from_bytes(digest, "big") >> (256 - 125)
    # The check character is worked out from the others: two cases never differ in it alone.
    assert parse_application_number(number)[-1] == number[-1]


@given(idempotency_keys, keys, keys)
def test_the_same_key_opens_the_same_case_and_without_the_deployments_key_nobody_can_tell(
    idempotency_key: str, key: bytes, other: bytes
) -> None:
    number = application_number(idempotency_key, key)
    assert number == application_number(idempotency_key, key)
    # HMAC fills a short key up with zeros: b"k" and b"k\0" are one key.
    if key.ljust(64, b"\0") != other.ljust(64, b"\0"):
        assert number != application_number(idempotency_key, other)


@given(numbers)
def test_every_single_mistyped_character_is_found(number: str) -> None:
    plain = number.replace("-", "")
    for place, right in enumerate(plain):
        for wrong in ALPHABET.replace(right, ""):
            with pytest.raises(ValueError, match="mistyped"):
                parse_application_number(plain[:place] + wrong + plain[place + 1 :])


@given(numbers, st.integers(0, LENGTH - 1))
def test_two_neighbours_swapped_are_found_but_for_0_and_z(number: str, place: int) -> None:
    plain = number.replace("-", "")
    one, other = plain[place], plain[place + 1]
    swapped = plain[:place] + other + one + plain[place + 2 :]
    if one == other or {one, other} == {"0", "Z"}:
        assert parse_application_number(swapped)
    else:
        with pytest.raises(ValueError, match="mistyped"):
            parse_application_number(swapped)


@given(numbers, st.data())
def test_o_i_and_l_are_read_as_they_were_meant(number: str, data: st.DataObject) -> None:
    alike = {"0": "0oO", "1": "1iIlL"}
    typed = "".join(
        data.draw(st.sampled_from(alike.get(character, character + character.lower()))) for character in number
    )
    assert parse_application_number(typed) == number


@given(numbers)
def test_capitals_hyphens_and_spaces_do_not_matter(number: str) -> None:
    plain = number.replace("-", "")
    assert parse_application_number(plain.lower()) == number
    assert parse_application_number(f"  {number.replace('-', ' ')} ") == number
    assert parse_application_number("-".join(plain)) == number


@pytest.mark.parametrize(
    "dash", [*"-‐‑‒–—―−－﹣﹘⸺〜ー─\xad\u2043\u058a", " – ", "\u3000", "\xa0", "\u200b", "\ufeff", "\t", ""], ids=ascii
)
def test_a_number_is_understood_with_whatever_dash_or_blank_it_was_copied(dash: str) -> None:
    typed = NUMBER.replace("-", dash)
    wide = "".join(chr(ord(character) + 0xFEE0) if character in ALPHABET else character for character in typed)

    assert {parse_application_number(way) for way in (typed, f"\u200b {typed}\u200b\n", wide, wide.lower())} == {
        NUMBER
    }


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "-",
        "0K3MP",
        "0K3MP-W8XZC-4TN6Q-H2VJD-S9RYE",
        "0K3MP-W8XZC-4TN6Q-H2VJD-S9RYE-71",
        "0K3MP-W8XZC-4TN6Q-H2VJD-S9RYU-7",
        "0K3MP.W8XZC.4TN6Q.H2VJD.S9RYE.7",
        "*" * 26,
        "150303198803120018",
    ],
)
def test_what_is_no_number_is_refused_without_repeating_it(typed: str) -> None:
    with pytest.raises(ValueError, match="26 letters and digits") as refused:
        parse_application_number(typed)
    assert len(typed) < 2 or typed not in str(refused.value)


@given(st.binary(min_size=32, max_size=32), st.integers(1, 51))
def test_base32_keeps_the_first_bits_of_a_digest(digest: bytes, characters: int) -> None:
    assert value_of(base32(digest, characters)) == int.from_bytes(digest, "big") >> (256 - 5 * characters)
    assert len(base32(digest, characters)) == characters
