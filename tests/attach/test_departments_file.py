"""The departments file is edited in place: what others wrote in it stays."""

import tomllib

import pytest

from lianshen.departments.file import HEAD, differences, table_in, with_table

WRITTEN = """\
# Who answers how, written by hand.

[housing]           # the bureau
by = "clerk"

# the tax office moved in October
[tax]
by = "http"
url = "https://old.example/query"  # their gateway
# asked slowly, they wished so
concurrency = 4

[real-estate]
signature = "required"
"""


def test_one_table_changes_and_every_comment_stays() -> None:
    table = {"by": "http", "url": "https://new.example/a#b", "concurrency": 4, "timeout_seconds": 5.0}
    assert with_table(WRITTEN, "tax", table) == WRITTEN.replace(
        'url = "https://old.example/query"  # their gateway',
        'url = "https://new.example/a#b"  # their gateway',
    ).replace("concurrency = 4\n", "concurrency = 4\ntimeout_seconds = 5.0\n")


def test_a_key_that_is_gone_takes_its_line_with_it_and_no_other() -> None:
    edited = with_table(WRITTEN, "tax", {"by": "bus"})
    assert tomllib.loads(edited)["tax"] == {"by": "bus"}
    assert tomllib.loads(edited)["housing"] == {"by": "clerk"}
    assert "# asked slowly, they wished so" in edited
    assert "# the tax office moved in October" in edited


def test_a_new_table_comes_last_and_the_same_one_twice_changes_nothing() -> None:
    once = with_table(WRITTEN, "civil-affairs", {"by": "bus"})
    assert once == WRITTEN + '\n[civil-affairs]\nby = "bus"\n'
    assert with_table(once, "civil-affairs", {"by": "bus"}) == once
    assert with_table(WRITTEN, "real-estate", {"signature": "required"}) == WRITTEN


def test_a_new_file_says_what_it_is() -> None:
    assert with_table("", "tax", {"by": "clerk"}) == f'{HEAD}\n[tax]\nby = "clerk"\n'


@pytest.mark.parametrize(
    "text",
    [
        'tax = { by = "clerk", url = "https://tax.example" }\n[housing]\nby = "bus"\n',
        'tax.by = "clerk"\nhousing.by = "bus"\n',
        '["tax"]\nurl = """\nhttps://tax.example\n"""\n[housing]\nby = "bus"\n',
        '[housing]\nby = "bus"\nnote = """\n[tax]\n"""\n',
        'tax = "by the bus"\n[housing]\nby = "bus"\n',
        '[[tax]]\nby = "clerk"\n[housing]\nby = "bus"\n',
        '[tax.more]\nby = "clerk"\n[housing]\nby = "bus"\n',
    ],
)
def test_however_somebody_wrote_the_file_one_table_changes_and_no_other(text: str) -> None:
    table = {"by": "bus", "concurrency": 2}
    edited = with_table(text, "tax", table)
    assert tomllib.loads(edited) == {**tomllib.loads(text), "tax": table}
    assert with_table(edited, "tax", table) == edited


def test_what_is_no_toml_is_refused_before_anything_is_written() -> None:
    with pytest.raises(ValueError, match="line 1"):
        with_table("[tax\n", "tax", {"by": "bus"})


def test_a_value_is_written_so_that_it_is_read_again() -> None:
    table = {"by": "http", "url": 'https://tax.example/"quoted"\\ü', "timeout_seconds": 2.5, "concurrency": 1}
    assert table_in(with_table("", "tax", table), "tax") == table


def test_differences_are_told_in_words() -> None:
    before, after = {"by": "http", "url": "https://a.example"}, {"by": "clerk", "signature": "none"}
    assert differences(before, after) == ['by = "clerk" (was "http")', 'signature = "none"', "url is gone"]
    assert differences(after, after) == []
