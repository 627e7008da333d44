"""One list of everything that can be wrong with what is sent: a stable code, and both languages."""

import re
from pathlib import Path
from string import Formatter

import pytest

import contracts
from contracts.faults import FAULTS, Faulty, fault

CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize("code", FAULTS)
def test_every_code_is_a_slug_and_has_a_chinese_and_an_english_sentence(code: str) -> None:
    zh, en = FAULTS[code]
    assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", code)
    assert CHINESE.search(zh)
    assert not CHINESE.search(en)
    assert "" not in (zh.strip(), en.strip())


def test_no_two_codes_say_the_same() -> None:
    assert len(set(FAULTS.values())) == len(FAULTS)


@pytest.mark.parametrize("code", FAULTS)
def test_a_fault_fills_what_stands_in_braces_in_both_languages(code: str) -> None:
    names = {name for text in FAULTS[code] for _, name, _, _ in Formatter().parse(text) if name}
    found = fault("/a", code, **{name: f"<{name}>" for name in names})
    assert "{" not in found.detail + found.detail_zh
    assert (found.pointer, found.code) == ("/a", code)


def test_every_code_is_said_somewhere_and_none_is_said_that_is_not_in_the_list() -> None:
    root = Path(contracts.__file__).parents[1]
    files = [*(root / "contracts").glob("*.py"), *(root / "services" / "intake").rglob("*.py")]
    text = "\n".join(file.read_text(encoding="utf-8") for file in files if file.name != "faults.py")
    named = {code for code in FAULTS if f'"{code}"' in text or code.startswith("form-of-")}
    assert named == set(FAULTS)
    assert set(re.findall(r'Faulty\("([^"]+)"', text)) <= set(FAULTS)


def test_a_faulty_value_is_a_value_error_in_english_with_its_code() -> None:
    error = Faulty("id-number-length")
    assert isinstance(error, ValueError)
    assert (str(error), error.code) == (FAULTS["id-number-length"].en, "id-number-length")
