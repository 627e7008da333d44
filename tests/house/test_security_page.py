"""docs/security.md names for each claim a test that is there, or says that nothing tries it."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
PAGE = (TOP / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| what they")]
WHO = (
    "department",
    "clerk",
    "officer",
    "project unit",
    "administrator of the bus",
    "kiosk",
    "disk",
    "backup",
    "service",
)


@cache
def defined_in(file: str) -> set[str]:
    nodes = ast.parse((TOP / file).read_text(encoding="utf-8")).body
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip()[:60])
def test_every_claim_has_its_test_or_says_that_it_has_none(row: str) -> None:
    *_, tried = (cell.strip() for cell in row.strip("| ").split("|"))
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", tried)
    assert tried == "not tested" or tried == ", ".join(f"`{file}::{name}`" for file, name in named)
    for file, name in named:
        assert name in defined_in(file), f"{file} has no {name}"


def test_everybody_from_whom_something_is_protected_has_a_section() -> None:
    headings = " ".join(re.findall(r"^## (.*)$", PAGE, re.MULTILINE))
    assert [who for who in WHO if who not in headings] == []
    assert len(ROWS) > 40
    assert sum(row.endswith("| not tested |") for row in ROWS) <= 2


def test_its_links_lead_to_files() -> None:
    for link in re.findall(r"\]\(([^)#]+)", PAGE):
        assert (TOP / "docs" / link).exists(), link
