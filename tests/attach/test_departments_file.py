"""The departments file is edited in place: what others wrote in it stays."""

import tomllib

import pytest

from lianshen.departments.file import HEAD, NotEditable, differences, table_in, with_table

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
        'tax = { by = "clerk" }\n',
        'tax.by = "clerk"\n',
        '[tax]\nurl = """\nhttps://tax.example\n"""\n',
        '[housing]\nnote = """\n[tax]\n"""\n',
    ],
)
def test_what_cannot_be_edited_without_a_risk_is_left_to_a_person(text: str) -> None:
    with pytest.raises(NotEditable, match=r"set \[tax\] by hand"):
        with_table(text, "tax", {"by": "bus"})


def test_a_value_is_written_so_that_it_is_read_again() -> None:
    table = {"by": "http", "url": 'https://tax.example/"quoted"\\ü', "timeout_seconds": 2.5, "concurrency": 1}
    assert table_in(with_table("", "tax", table), "tax") == table


def test_differences_are_told_in_words() -> None:
    before, after = {"by": "http", "url": "https://a.example"}, {"by": "clerk", "signature": "none"}
    assert differences(before, after) == ['by = "clerk" (was "http")', 'signature = "none"', "url is gone"]
    assert differences(after, after) == []
