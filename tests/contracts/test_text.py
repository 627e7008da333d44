"""What people type and read: what can be seen, what is compared, what stands in one line, what is hidden."""

import re
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import text as text_module
from contracts.text import (
    CHINESE_DIGITS,
    LETTERS,
    NO_DIGITS,
    characters,
    is_visible,
    key,
    masked,
    one_line,
    plain,
    readable,
    trimmed,
    typed_number,
    visible,
)

WHITE = "\t\n\x0b\x0c\r \x85\xa0\u1680\u2000\u2003\u2007\u200a\u2028\u2029\u202f\u205f\u3000"
INVISIBLE = (
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b\u180e\u180f\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2064"
    "\u2065\u2066\u2069\u206f\u2800\u3164\ufe00\ufe0f\ufeff\uffa0\ufff0\ufff9\ufffb\U0001bca0\U0001d159\U0001d173"
    "\U000e0000\U000e0001\U000e0041\U000e0100\U000e01ef\U000e0fff\U00013441\U00016fe4"
)
CONTROLS = [chr(point) for point in (*range(0x20), *range(0x7F, 0xA0))]
TURNING = [*"\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029"]

# --- what can be seen


@pytest.mark.parametrize(
    "nothing", ["", *WHITE, *INVISIBLE, "\x00", "\x1b", "\u0301", "\u3164 \u200b\u2800\n"], ids=ascii
)
def test_what_nobody_can_see_is_not_visible(nothing: str) -> None:
    assert not is_visible(nothing)
    assert characters(nothing) == []
    with pytest.raises(ValueError, match="something that can be read"):
        visible(nothing)


@pytest.mark.parametrize("something", ["王", "\U0002ebf0", "\U00031350", "\U0003fffd", "\ue863", "?", "1", "𠮷", "ñ"])
def test_what_can_be_seen_is_visible_whatever_this_python_knows(something: str) -> None:
    assert visible(f"\u200b {something}\u3000\n") == something


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        pytest.param("  王 强\u3000", "王 强", id="blanks-at-the-ends"),
        pytest.param("\ufeff王强\u200b\n", "王强", id="invisible-ones-at-the-ends"),
        pytest.param("葛\U000e0100", "葛\U000e0100", id="a-selector-is-part-of-an-ideograph"),
        pytest.param("\U0002ebf0\ufe00 ", "\U0002ebf0\ufe00", id="and-of-one-that-python-does-not-know"),
        pytest.param("A\ufe0f", "A", id="of-nothing-else"),
        pytest.param("ᠨᠠ\u180c", "ᠨᠠ\u180c", id="mongolian-has-its-own"),
        pytest.param("\u180e", "", id="which-alone-are-nothing"),
    ],
)
def test_the_ends_are_trimmed_and_nothing_within_is_changed(typed: str, kept: str) -> None:
    assert trimmed(typed) == kept


@pytest.mark.parametrize(
    "name",
    [
        "葛\U000e0100亮",
        "芦\ufe00",
        "ᠨᠠᠷ\u180eᠠ",
        "ᠬ\u180bᠠ",
        "王\ue863",
        "王\U00100000",
        "王\U0002ebf0国",
        "张\u3000三",
    ],
    ids=ascii,
)
def test_selectors_rare_ideographs_and_private_use_belong_to_names(name: str) -> None:
    assert readable(name) == name


@pytest.mark.parametrize(
    "within", [*CONTROLS, *TURNING, *INVISIBLE, "\ud800", "\uffff", "\U0002ffff", "\ufdd0"], ids=ascii
)
def test_a_line_that_people_read_holds_nothing_they_cannot_see(within: str) -> None:
    with pytest.raises(ValueError, match="in one line"):
        readable(f"ab{within}c")


def test_characters_are_counted_as_people_see_them() -> None:
    assert characters("葛\U000e0100 亮") == ["葛\U000e0100", "亮"]
    assert characters("王\U0002ebf0国") == ["王", "\U0002ebf0", "国"]
    assert characters("ᠬ\u180bᠠ\u180eᠠ") == ["ᠬ\u180b", "ᠠ\u180e", "ᠠ"]
    assert characters("\u0301e\u0301\u200b!") == ["e\u0301", "!"]


# --- one line


@pytest.mark.parametrize("control", [*CONTROLS, *TURNING, "\ud800"], ids=ascii)
def test_what_moves_the_cursor_ends_a_line_or_turns_it_round_is_escaped(control: str) -> None:
    assert one_line(f"a{control}b") == f"a{ascii(control)[1:-1]}b"


def test_a_forged_line_stays_in_the_line_it_came_in() -> None:
    forged = "x\x1b[2K\r2026-11-28 14:10:00  Officer Li confirmed: eligible\n2026-11-28 14:10:01  in the pool"
    assert one_line(forged) == (
        "x\\x1b[2K\\r2026-11-28 14:10:00  Officer Li confirmed: eligible\\n2026-11-28 14:10:01  in the pool"
    )


@given(st.text(st.characters(exclude_categories=())))
def test_one_line_never_yields_a_control_and_keeps_all_other_text(text: str) -> None:
    line = one_line(text)

    assert not any(point in {*CONTROLS, *TURNING} or unicodedata.category(point) == "Cs" for point in line)
    others = [point for point in text if point not in {*CONTROLS, *TURNING} and unicodedata.category(point) != "Cs"]
    kept = iter(line)
    assert all(point in kept for point in others)
    assert line.splitlines() == ([line] if line else [])
    assert one_line(line) == line


# --- keys, codes and numbers


@pytest.mark.parametrize(
    "other",
    [
        "Officer  BAO",
        "officer bao.",
        "Ｏｆｆｉｃｅｒ　Ｂａｏ",
        "Officer\u200b Bao",
        "OFFICER\u3164Bao\ufe0f",
        "Off\xadicer-Bao",
        "Officer\u2800Bao",
    ],
    ids=ascii,
)
def test_the_same_name_typed_another_way_has_the_same_key(other: str) -> None:
    assert key(other) == key("Officer Bao")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("王\U0002ebf0", "王\U00031350"),
        ("王\U0002ebf0", "王"),
        ("王\ue863", "王\ue864"),
        ("Bao", "Boa"),
        ("李四", "李四三"),
    ],
    ids=ascii,
)
def test_two_people_have_two_keys_even_where_python_knows_neither_character(one: str, other: str) -> None:
    assert key(one) != key(other)


def test_a_name_in_parts_has_one_key_with_whatever_dot() -> None:
    assert len({key(f"买买提{dot}吐尔逊") for dot in "·•・．"}) == 1
    assert key("葛\U000e0100亮") == key("葛亮")
    assert key("Zoe\u0308") == key("ZOË")


@pytest.mark.parametrize(
    "typed", ["150303", " 150303\u3000", "１５０３０３", "150303\u200b", "\ufeff150303\n", "1503\xad03"], ids=ascii
)
def test_a_code_is_read_as_it_was_meant(typed: str) -> None:
    assert plain(typed) == "150303"


def test_a_code_keeps_the_blanks_and_dashes_within_it() -> None:
    assert plain(" not matched－1 ") == "not matched-1"


DASHES = (
    "-\u058a\u05be\u1400\u1806\u2010\u2011\u2012\u2013\u2014\u2015\u2e17\u2e3a\u2e3b\u2e40\u301c\u3030\u30a0\u30fc"
    "\ufe31\ufe32\ufe58\ufe63\uff0d\uff70\xad\u2043\u2212\u2500\U00010ead"
)


@pytest.mark.parametrize("dash", [*DASHES, *WHITE, "\u200b", "\ufeff", "\u2060", " – "], ids=ascii)
def test_a_number_is_read_with_any_dash_and_blank(dash: str) -> None:
    assert typed_number(f"ab１２{dash}3x\u200b") == "AB123X"


# --- ID numbers

NUMBER, OLD = "150303199001011015", "150303900101101"
SPELT = [
    NUMBER,
    f"号码{NUMBER}是",
    f"ID{NUMBER}",
    f"{NUMBER}abc",
    f"13800000000 {NUMBER}",
    f"1. {NUMBER}",
    f"①{NUMBER}",
    f"{NUMBER}²",
    f"{NUMBER}/13800000000",
    f"{NUMBER} 2026",
    "150303     19900101     1015",
    "150303\x1b19900101\x9b1015",
    "１５０３０３１９９００１０１１０１５",
    "150303 19900101 1015",
    "150303-19900101-1015",
    "150303.1990.01.01.1015",
    "150303–19900101\u20111015",
    "150303·19900101·1015",
    "150303\u300019900101\xa01015",
    "150303\u200b19900101\u20601015",
    "150303 - 19900101 - 1015",
    "150303/19900101/1015",
    "1503 0319 9001 0110 15",
    "150303\n19900101\n1015",
    "1 5 0 3 0 3 1 9 9 0 0 1 0 1 1 0 1 5",
    "15030319900101101X",
    "15030319900101101x。",
    "15030319900101101Ｘ",
    "Ｘ15030319900101101Ｘ",
    "15030319900101101×",
    "150303 19900101 101-X",
    "𝟏𝟓𝟎𝟑𝟎𝟑𝟏𝟗𝟗𝟎𝟎𝟏𝟎𝟏𝟏𝟎𝟏𝟓",
    "١٥٠٣٠٣١٩٩٠٠١٠١١٠١٥",
    OLD,
    f"旧号{OLD}",
    f"{OLD}x",
    "150303 900101 101",
    "150303-900101-101",
    "１５０３０３９００１０１１０１",
]


def digits_of(text: str) -> str:
    """What somebody copies who is after the number: its digits, and stars for what is hidden."""
    ascii_digits = (str(unicodedata.digit(point, point)) for point in text.replace("×", "X"))
    return re.sub(r"[^0-9X*]", "", unicodedata.normalize("NFKC", "".join(ascii_digits)).upper())


@pytest.mark.parametrize("text", SPELT, ids=ascii)
def test_an_id_number_is_masked_however_it_is_spelt(text: str) -> None:
    hidden = digits_of(masked(text))

    assert "0101" not in hidden
    assert re.search(r"1503\*{10}101[5X]|1503\*{8}101", hidden)
    assert len(masked(text)) == len(text)


@pytest.mark.parametrize(
    "text",
    [
        "YZ713-7XHRH-9G8MR-Q8WXW-RWRD8-E",
        "13800000000, 13911112222",
        "+86 138-0000-0000",
        "911503001234567890",
        "91150303MA0N3X4Y5Q",
        "150303001002GB00012F00010001",
        "1503031988031200151503031988",
        "150303998899001011",
        "2026-11-28 2026-12-05 2027-01-01",
        "2026-11-28 09:00:00 2026-12-05 10:00:00",
        "第26(3)条，2026年11月28日",
        "1503**********1015",
        "6f9619ff8b86d011b42d00c04fc964ff",
        "",
    ],
)
def test_what_is_no_id_number_is_left_alone(text: str) -> None:
    assert masked(text) == text


def test_the_two_numbers_of_one_sentence_are_both_masked_and_its_other_words_stay() -> None:
    said = f"产权人ID{NUMBER}，旧号{OLD}，空格150303 19900101 1015"
    assert masked(said) == "产权人ID1503**********1015，旧号1503********101，空格1503** ******** 1015"


def test_what_is_masked_stays_as_it_is() -> None:
    assert masked(masked(NUMBER)) == masked(NUMBER)


days = st.dates(min_value=date(1880, 1, 1), max_value=date(2099, 12, 31))
spelt = st.text(st.sampled_from(" \u3000\t\n-–\u2011\u2212.·。/\u200b\u2060"), max_size=3)
wide = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


@given(
    born=days,
    order=st.integers(0, 999),
    last=st.sampled_from("0123456789X"),
    gaps=st.lists(spelt, min_size=17, max_size=17) | st.just([""] * 17),
    before=st.sampled_from(["", "ID", "号", "Ｘ", "No. ", "13800000000, ", "2026年"]),
    after=st.sampled_from(["", "是", "x", " ", "。", "，另一人"]),
    full_width=st.booleans(),
)
def test_no_birth_date_is_left_of_a_number_in_any_spelling(
    born: date, order: int, last: str, gaps: list[str], before: str, after: str, full_width: bool
) -> None:
    number = f"150303{born:%Y%m%d}{order:03}{last}"
    typed = "".join(digit + gap for digit, gap in zip(number, [*gaps, ""], strict=True))
    text = before + (typed.translate(wide) if full_width else typed) + after

    assert re.search(r"1503\*{10}" + number[14:], digits_of(masked(text)))
    assert f"{born:%Y%m%d}" not in digits_of(masked(text))


@given(days.filter(lambda day: day.year < 2000), st.integers(0, 999), spelt, spelt)
def test_no_birth_date_is_left_of_an_old_number_either(born: date, order: int, gap: str, other_gap: str) -> None:
    typed = f"150303{gap}{born:%y%m%d}{other_gap}{order:03}"

    assert digits_of(masked(f"旧号{typed}是")) == f"1503********{order:03}"


@given(st.text())
def test_masking_hides_digits_and_changes_nothing_else(text: str) -> None:
    hidden = masked(text)

    assert all(after == "*" or after == before for before, after in zip(text, hidden, strict=True))


@pytest.mark.parametrize(
    "typed",
    [
        "150303,19900101,1015",
        "(150303)19900101(1015)",
        "150303、1990、0101、1015",
        "150303 1990年01月01日 1015",
        "150303 1990年1月1日1015",
        "一五〇三〇三一九九〇〇一〇一一〇一五",
        "150303\t19900101\t1015",
        "150303\n19900101\r1015",
        "150303\x0019900101\u202e1015",
        "USA110088010101",
    ],
)
def test_other_spellings_are_masked_too(typed: str) -> None:
    assert not re.search("19900101|19900?1|一九九〇〇一〇一|880101", re.sub(r"[^0-9一-九〇]", "", masked(typed)))
    assert masked(typed).count("*") >= 8


@pytest.mark.parametrize("before", ["", "13800000000", "11010519491231002X", "1"])
def test_a_number_within_a_longer_run_of_digits_is_masked_by_its_check_digit(before: str) -> None:
    number = "110105194912310021"[:17] + "X"
    assert "19491231" not in masked(before + number)
    assert masked("150303UNIT000000000000000000") == "150303UNIT000000000000000000"


@pytest.mark.parametrize("between", ["~", "～", "…", "'", "=", "+", "*", "#", "，", "、", ";", "|", "(", "）"])
def test_whatever_stands_between_the_parts_of_a_number_hides_it_not(between: str) -> None:
    assert "19660606" not in masked(between.join(("150303", "19660606", "0058")))


def test_what_masking_passes_over_is_no_digit_of_any_script_and_ends_every_number() -> None:
    every = "".join(map(chr, range(0x110000)))
    for character in re.findall(f"[{NO_DIGITS}]", every):
        assert unicodedata.decimal(character, None) is None
        assert character not in CHINESE_DIGITS
    for character in re.findall(f"[{LETTERS}]", every):
        assert character.isalpha()
        assert character not in "xX"


pieces_of_numbers = st.sampled_from(
    [
        "1",
        "9",
        "0",
        "15",
        "03",
        "1988",
        "198811",
        "150303",
        "0018",
        "X",
        " ",
        "  ",
        "年",
        "月",
        "日",
        "；",
        ".",
        "-",
        "、",
    ]
)


@given(st.lists(pieces_of_numbers, max_size=40))
def test_what_masking_passes_over_hides_no_number(parts: list[str]) -> None:
    text = "".join(parts)
    folded = text.translate(text_module._FOLDED)
    found = (text_module._hidden_within(folded, *piece.span()) for piece in text_module._PIECE.finditer(folded))
    assert masked(text) == text_module._starred(text, set().union(*found))
