"""Regulation §7: what the public list shows of a person. All people here are made up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.text import MIDDLE_DOTS, characters
from procedures.hainan_2025.public_entry import COMPOUND_SURNAMES, mask_id_number, mask_name

han = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
rare_han = st.characters(min_codepoint=0x20000, max_codepoint=0x2A6D6)
han_names = st.text(han | rare_han, min_size=1, max_size=12)
dotted_names = st.tuples(han_names, st.sampled_from(sorted(MIDDLE_DOTS)), han_names).map("".join)
compound_names = st.tuples(st.sampled_from(sorted(COMPOUND_SURNAMES)), han_names).map("".join)
id_numbers = st.from_regex(r"[1-8][0-9]{16}[0-9X]", fullmatch=True)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        pytest.param("张三", "张*", id="two"),
        pytest.param("王建国", "王*国", id="three"),
        pytest.param("乌兰图雅", "乌***", id="four"),
        pytest.param("阿拉坦其其格", "阿*****", id="six"),
        pytest.param("买买提·吐尔逊", "买******", id="middle-dot"),
        pytest.param("买买提•吐尔逊", "买******", id="bullet-for-a-dot"),
        pytest.param("买买提・吐尔逊", "买******", id="katakana-dot"),
        pytest.param("阿·木", "阿**", id="three-with-a-dot"),
        pytest.param("欧阳·艾力", "欧****", id="a-dot-is-no-compound-surname"),
        pytest.param("欧阳娜娜", "欧阳**", id="compound-four"),
        pytest.param("欧阳修", "欧阳*", id="compound-three"),
        pytest.param("欧阳", "欧*", id="compound-alone-is-two-characters"),
        pytest.param("诸葛孔明亮", "诸葛***", id="compound-five"),
        pytest.param("司徒雷", "司徒*", id="compound-situ"),
        pytest.param("歐陽修", "歐陽*", id="compound-traditional"),
        pytest.param("张", "*", id="one-is-hidden-whole"),
        pytest.param(" 王 建\u3000国\n", "王*国", id="blanks-do-not-count"),
        pytest.param("张\u3000三", "张*", id="two-spread-over-three-columns"),
        pytest.param("张\u200b三", "张*", id="zero-width-does-not-count"),
        pytest.param("张-三", "张**", id="three-only-if-all-are-letters"),
        pytest.param("𠮷三", "𠮷*", id="supplementary-two"),
        pytest.param("王𠮷国", "王*国", id="supplementary-hidden"),
        pytest.param("王建𠮷", "王*𠮷", id="supplementary-last"),
        pytest.param("葛\U000e0100亮", "葛\U000e0100*", id="variation-selector-is-part-of-its-character"),
        pytest.param("\u0301张三", "张*", id="a-mark-on-nothing-does-not-count"),
        pytest.param("葛\ufe00\U000e0101亮", "葛\ufe00\U000e0101*", id="and-so-is-a-second-one"),
        pytest.param("王\U0002ebf0国", "王*国", id="extension-i-is-newer-than-python"),
        pytest.param("王\U00031350", "王*", id="extension-h"),
        pytest.param("\U0003fffd建国", "\U0003fffd*国", id="assigned-to-nobody-yet"),
        pytest.param("王\ue863国", "王*国", id="private-use"),
        pytest.param("王国\U000e0100", "王*", id="a-selector-at-the-end"),
        pytest.param("王建国\U000e0100", "王*国\U000e0100", id="a-selector-at-the-end-of-three"),
        pytest.param("欧\U000e0100阳修", "欧\U000e0100阳*", id="a-compound-surname-with-a-selector"),
        pytest.param("ᠨᠠᠷ\u180eᠠ", "ᠨ***", id="a-vowel-separator-is-no-character"),
        pytest.param("ᠬ\u180bᠠ", "ᠬ\u180b*", id="mongolian-selector"),
        pytest.param("李〇国", "李*国", id="zero-is-an-ideograph"),
        pytest.param("张\u2800三", "张*", id="a-braille-blank-does-not-count"),
        pytest.param("张\u3164三", "张*", id="a-filler-does-not-count"),
        pytest.param("\u3164", "*", id="a-filler-alone-as-older-logs-have-it"),
        pytest.param("Anna", "A***", id="latin"),
    ],
)
def test_a_name_is_masked(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize("name", ["", "  ", "\u3000", "\t\n", "\u200b"])
def test_a_name_without_a_character_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="a name is empty"):
        mask_name(name)


@given(han_names | compound_names)
def test_a_masked_name_has_a_star_for_each_hidden_character_and_hides_at_least_one(name: str) -> None:
    masked = mask_name(name)

    assert len(masked) == len(name)
    assert all(shown in ("*", real) for shown, real in zip(masked, name, strict=True))
    assert "*" in masked


@given(han_names)
def test_only_the_first_the_last_of_three_and_a_compound_surname_can_show(name: str) -> None:
    shown = {at for at, character in enumerate(mask_name(name)) if character != "*"}

    compound = len(name) > 2 and name[:2] in COMPOUND_SURNAMES
    allowed = {0, 1} if compound else {0, 2} if len(name) == 3 else {0}
    assert shown <= allowed


@given(dotted_names)
def test_of_a_name_in_parts_only_the_first_character_shows(name: str) -> None:
    assert mask_name(name) == name[0] + "*" * (len(name) - 1)


@given(st.text(st.characters(exclude_characters="*"), max_size=8))
def test_whatever_was_typed_at_most_two_characters_show_and_at_least_one_is_hidden(name: str) -> None:
    try:
        masked = mask_name(name)
    except ValueError:
        assert characters(name) == []
        return

    assert len([character for character in characters(masked) if character != "*"]) <= 2
    assert "*" in masked


def test_an_id_number_keeps_its_first_four_and_last_four() -> None:
    assert mask_id_number("150303198503120012") == "1503**********0012"


def test_an_id_number_with_its_district_still_hides_the_birth_date() -> None:
    assert mask_id_number("150303198503120012", show_district=True) == "150303********0012"


def test_a_small_x_is_shown_as_the_capital_it_is_compared_as() -> None:
    assert mask_id_number("11010519491231002x") == mask_id_number("11010519491231002X") == "1101**********002X"


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "150303850312001",
        "1503031985031200123",
        "15030319850312001Y",
        "１５０３０３１９８５０３１２００１2",
        "150303198503120012\n",
    ],
)
def test_what_is_no_id_number_is_refused_without_being_repeated(wrong: str) -> None:
    with pytest.raises(ValueError, match="check it before masking") as refusal:
        mask_id_number(wrong)

    assert wrong == "" or wrong not in str(refusal.value)


@given(id_numbers, st.booleans())
def test_no_digit_of_the_birth_date_is_ever_shown(id_number: str, show_district: bool) -> None:
    masked = mask_id_number(id_number, show_district)

    assert len(masked) == 18
    assert masked[6:14] == "********"
    assert masked[4:6] == (id_number[4:6] if show_district else "**")
    assert (masked[:4], masked[14:]) == (id_number[:4], id_number[14:])
