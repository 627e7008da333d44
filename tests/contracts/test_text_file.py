"""Files that people save with whatever they have: what is read, and what is refused by name."""

from pathlib import Path

import pytest

from contracts.text_file import NotText, read_json, read_text, read_toml, text_in

TEXT = '["甲"]\ntitle = "测试"\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path, encoding: str, end: str) -> None:
    file = tmp_path / "names.toml"
    file.write_text(TEXT, encoding=encoding, newline=end)

    assert read_text(file) == TEXT
    assert read_toml(file) == {"甲": {"title": "测试"}}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_what_windows_calls_unicode_is_told_by_its_name(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "names.toml").write_text(TEXT, encoding=encoding)

    with pytest.raises(NotText, match=r"^names\.toml: this is UTF-16, which Windows calls Unicode; save it as UTF-8$"):
        read_toml(tmp_path / "names.toml")


def test_another_encoding_is_refused_and_nothing_of_the_file_is_repeated(tmp_path: Path) -> None:
    (tmp_path / "names.toml").write_text(TEXT, encoding="gb18030")

    with pytest.raises(NotText, match=r"^names\.toml: this is not UTF-8; save it as UTF-8$") as refused:
        read_text(tmp_path / "names.toml")

    # An exception that hangs on to the one before it hangs on to the bytes.
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


def test_what_is_no_toml_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "names.toml").write_text("[a]\nb =\n", encoding="utf-8-sig")

    with pytest.raises(ValueError, match=r"^names\.toml is no TOML: .*line 2"):
        read_toml(tmp_path / "names.toml")


def test_a_mark_alone_is_an_empty_file() -> None:
    assert text_in(b"\xef\xbb\xbf") == ""


def test_json_is_read_with_a_byte_order_mark_or_without(tmp_path: Path) -> None:
    for encoding in ("utf-8", "utf-8-sig"):
        (tmp_path / "rows.json").write_text('[{"name": "测试"}]', encoding=encoding)
        assert read_json(tmp_path / "rows.json") == [{"name": "测试"}]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[\n{"name": "测试"', r"^rows\.json is no JSON from line 2, column \d+ on$"),
        ("", r"^rows\.json is no JSON from line 1, column 1 on$"),
        (
            '{"测试": [], "测试": []}',
            r"^rows\.json: a key stands twice in one object",
        ),
        ("[" * 100_000, r"^rows\.json is no JSON that anybody wrote: it is nested too deep$"),
    ],
)
def test_what_is_no_json_is_named_and_nothing_of_it_is_repeated(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "rows.json").write_text(text, encoding="utf-8-sig")

    with pytest.raises(ValueError, match=told) as refused:
        read_json(tmp_path / "rows.json")

    assert "测试" not in str(refused.value)
    assert refused.value.__suppress_context__
