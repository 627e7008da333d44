"""Every sentence by which an act after the pool is refused is said in the reader's language: none is forgotten."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import after_care
import allocation
import pytest
from after_care.decide.exits import BY_A_DOCUMENT
from allocation.draw.faults import CODES
from console.bureau.words_refused import REFUSED_AFTER, REFUSED_DRAWS
from console.offers.refusals import REFUSALS, in_the_list
from console.words.refusals import REFUSED

import contracts
from chassis import commands
from evidence import bank_references
from tests.console.unit.made import Desk

RAISES = ("NotAllowed", "CommandRefused")
PLACES = (
    *(Path(allocation.__file__).parent, Path(after_care.__file__).parent, Path(contracts.__file__).parent),
    *(Path(bank_references.__file__), Path(commands.__file__)),
)
"""What speaks against an act of the unit, the notary, or the bureau after the pool."""
PASSED_ON = {
    "not possible now: 1",
    "not possible in this state: 1",
    "not possible in this state: pool 1: 1",  # with the reasons of decide/order.py, which are tried below
    "1: 1",  # of the checker: tried below
    "1",  # of a ground: tried below
}
"""Another sentence goes through them."""


def sentences() -> Iterator[str]:
    files = [path for place in PLACES for path in (sorted(place.rglob("*.py")) or [place])]
    trees = [ast.parse(path.read_text("utf-8")) for path in files]
    assigned = [one for tree in trees for one in tree.body if isinstance(one, ast.Assign)]
    constants = {one.targets[0].id: one.value for one in assigned if isinstance(one.targets[0], ast.Name)}
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in RAISES and node.args:
                yield ": ".join(_said(arg, constants) for arg in node.args if not _is_status(arg))


def _is_status(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int)


def _said(node: ast.expr, constants: dict[str, ast.expr]) -> str:
    """With a 1 in place of what is filled in."""
    match node:
        case ast.Constant():
            return str(node.value)
        case ast.JoinedStr():
            return "".join(str(one.value) if isinstance(one, ast.Constant) else "1" for one in node.values)
        case ast.BinOp():
            return _said(node.left, constants)
        case ast.Name() if node.id in constants:
            return _said(constants[node.id], constants)
    return "1"


SENTENCES = sorted({*sentences()})


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_each_sentence_of_the_service_has_its_text(tmp_path: Path, language: str) -> None:
    desk = Desk(tmp_path)
    visit = desk.visit(language)
    unsaid = [one for one in SENTENCES if one not in PASSED_ON and in_the_list(visit, one) is None]
    assert unsaid == []


@pytest.mark.parametrize("sentence", [*(f"{code}: a file" for code in CODES), *BY_A_DOCUMENT.values()])
def test_each_code_of_the_checker_and_each_ground_that_needs_a_paper_has_its_text(sentence: str) -> None:
    assert any(re.search(one.sentence, sentence) for one in REFUSALS)


@pytest.mark.parametrize(
    ("sentence", "key"),
    [
        ("pool two-rooms: a family that did not come is still heard", "refusal.heard"),
        ("pool two-rooms: a drawn family has not chosen, and homes are free", "refusal.not_chosen"),
        ("the first line names the columns; these are missing: amount", "refusal.columns"),
        ("line 3 is no CSV: unexpected end of data", "refusal.no_csv"),
        ("pool two-rooms: a substitute waits, and homes are free: call it first", "refusal.substitute_waits"),
        ("pool two-rooms: a family was admitted and is being told; try again in a moment", "refusal.being_told"),
        ("not possible now: draw P-1.1 is published: it cannot be declared void", "refused.stage"),
        ("not possible in this state: draw P-1.1 is frozen", "refusal.draw"),
        ("more than 2000 lines: hand it in as several files", "refusal.many_lines"),
    ],
)
def test_reasons_that_services_put_together(sentence: str, key: str) -> None:
    assert next(one.key for one in REFUSALS if re.search(one.sentence, sentence)) == key


def test_the_search_finds_what_is_there() -> None:
    assert len(SENTENCES) > 90
    assert any("is taken; 1" in one for one in SENTENCES)


def test_no_text_is_left_without_a_sentence() -> None:
    assert {one.key for one in REFUSALS} >= {*REFUSED, *REFUSED_DRAWS, *REFUSED_AFTER}
