"""What findings rest on has a Chinese sentence, whatever was found."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import procedures.hainan_2025
from procedures.hainan_2025.pages.plain_chinese import PlainWords, in_chinese
from tests.family.recorded import moments

FOLDER = Path(procedures.hainan_2025.__file__).parent
ENGLISH = re.compile(r"[a-z]{3}")
WORDS = PlainWords("zh")


def written(file: str, *calls: str) -> Iterator[str]:
    """The sentences that a module of the law yields or calls these with, an example in each hole."""
    for node in ast.walk(ast.parse((FOLDER / file).read_text("utf-8"))):
        value = node.value if isinstance(node, ast.Yield) else None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            value = node.args[0] if name in calls and node.args else None
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield value.value
        if isinstance(value, ast.JoinedStr):
            yield "".join(part.value if isinstance(part, ast.Constant) else _example(part) for part in value.values)


def _example(hole: ast.expr) -> str:
    told = ast.unparse(hole)
    if "called" in told or "who" in told:
        return "the spouse"
    return "married" if "declared" in told else "joint" if "form" in told else "17"


@pytest.mark.parametrize("sentence", [*written("declared_family.py"), *written("homes.py", "unclear", "append")])
def test_every_doubt_that_the_rules_may_have_is_said_in_chinese(sentence: str) -> None:
    assert in_chinese(sentence) is not None


def test_the_sentences_were_found() -> None:
    assert len([*written("declared_family.py"), *written("homes.py", "unclear", "append")]) > 25


def test_no_value_of_a_recorded_finding_is_left_in_english() -> None:
    left = set()
    for moment in moments():
        for finding in moment.case.determination.findings if moment.case.determination else ():
            left |= {word for word in _words(finding.values) if ENGLISH.search(WORDS.values({"home": word}))}
    assert left == set()


def _words(value: Any) -> Iterator[str]:
    match value:
        case dict():
            for item in value.values():
                yield from _words(item)
        case list() | tuple():
            for item in value:
                yield from _words(item)
        case str():
            yield value


def test_a_doubt_about_a_word_of_a_register_keeps_that_word() -> None:
    said = "real estate says 'timeshare' as ownership of child 1, which is not understood"
    assert in_chinese(said) == "不动产登记关于第1个孩子的答复“timeshare”（ownership）无法识读"
    assert WORDS.values({"doubts": ["tax has not answered"]}) == "存疑事项=税务没有答复"
    assert PlainWords("en").values({"doubts": ["tax has not answered"]}) == "doubts=tax has not answered"
