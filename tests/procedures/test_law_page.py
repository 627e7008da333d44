"""Each of the 36 articles is carried by something that is there, or says why by nothing."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.case.states import State
from contracts.events import STORY, NoticeFailed, NoticeSent
from lianshen.documents.articles import ARTICLES, Article
from lianshen.documents.law_page import law_page
from lianshen.documents.schemas import services_without_a_bus
from procedures.hainan_2025.notices import NOTICES
from procedures.hainan_2025.rules import RULES

TESTS = Path(__file__).parent.parent
TOLD = [(notice.template, number) for kind in NOTICES.values() for notice in kind for number in notice.articles]


def faults(one: Article, commands: set[str]) -> list[str]:
    """What is wrong with one article."""
    found = [f"no rule {name}" for name in one.rules if name not in {rule.__name__ for rule in RULES}]
    found += [f"no command {name}" for name in one.commands if name not in commands]
    found += [f"no event {kind.__name__}" for kind in one.events if kind not in STORY]
    found += [f"no notice {name}" for name in one.notices if name not in {template for template, _ in TOLD}]
    found += [f"no test {test}" for test in one.tests if not is_there(test)]
    if not one.behaves and not one.why_not:
        found.append("carried by nothing, and no reason")
    if one.behaves and not one.tests:
        found.append("no test")
    return found


def is_there(test: str) -> bool:
    file, _, name = test.partition("::")
    path = TESTS / file
    return path.is_file() and (not name or f"def {name}(" in path.read_text(encoding="utf-8"))


def article_of(number: str) -> str:
    """`31` of `31(1)`."""
    return re.match(r"\d+", number)[0]  # type: ignore[index]


@pytest.fixture(scope="module")
def commands() -> set[str]:
    with services_without_a_bus() as services:
        return {f"{name}.{command.verb}" for name, parts in services.items() for command in parts.commands}


def test_all_36_articles_are_there_in_their_order() -> None:
    assert list(dict.fromkeys(int(article_of(one.number)) for one in ARTICLES)) == list(range(1, 37))


def test_each_article_is_carried_by_what_is_there_or_says_why_by_nothing(commands: set[str]) -> None:
    assert {one.number: faults(one, commands) for one in ARTICLES if faults(one, commands)} == {}


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"rules": ("R99",)}, "no rule R99"),
        ({"commands": ("allocation.guess",)}, "no command allocation.guess"),
        ({"notices": ("condolences",)}, "no notice condolences"),
        ({"tests": ("contracts/test_case.py::test_nothing",)}, "no test contracts/test_case.py::test_nothing"),
        ({"tests": ()}, "no test"),
        ({"rules": (), "states": (), "tests": ()}, "carried by nothing, and no reason"),
    ],
)
def test_what_is_not_there_is_named(changed: dict[str, object], fault: str, commands: set[str]) -> None:
    article = next(one for one in ARTICLES if one.number == "17")
    assert faults(replace(article, **changed), commands) == [fault]  # type: ignore[arg-type]


def test_every_rule_every_event_and_every_state_belongs_to_an_article() -> None:
    assert {name for one in ARTICLES for name in one.rules} == {rule.__name__ for rule in RULES}
    assert {kind for one in ARTICLES for kind in one.events} == set(STORY) - {NoticeSent, NoticeFailed}
    assert {state for one in ARTICLES for state in one.states} == set(State)


@pytest.mark.parametrize(("template", "number"), TOLD, ids=[f"{name}-{number}" for name, number in TOLD])
def test_every_notice_stands_at_each_article_that_it_cites(template: str, number: str) -> None:
    cited = [one for one in ARTICLES if number == one.number or article_of(number) == one.number]
    assert template in {name for one in cited for name in one.notices}


def test_the_page_is_one_row_an_article() -> None:
    rows = [line for line in law_page().splitlines() if re.match(r"\| \d", line)]
    assert [row.split(" | ")[0].removeprefix("| ") for row in rows] == [one.number for one in ARTICLES]
