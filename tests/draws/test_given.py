"""One whole draw that was handed to us: made again to the byte, and it holds, by each of the ways to check it."""

import ast
import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from allocation.draw import offline
from allocation.draw.check import check
from allocation.draw.documents import ENTRANTS, MANIFEST, RESULT, REVEAL, RULES
from allocation.draw.entrants import read_entrants, write_entrants
from allocation.draw.manifest import write_manifest
from allocation.draw.own_entry import entries_of
from allocation.draw.reveal import read_reveal
from allocation.draw.rules import Rules
from typer.testing import CliRunner

from contracts.draws.check_line import ticket_line
from lianshen.cli.allocation.draw import app
from tests.draws.checkers import CHECKER, HOLDS, ours, put, python_3_8, theirs
from tests.draws.made_up import GIVEN, given

SEED = "3c32ea111d57244dd2c9484a9829f8d3eb34005c1ae592f09f92c5e3bca27384"
OWN = "X43GC-4NQHN-2GMHK-041E6-YXRGV-Z"
LIMIT = 120
"""Lines of the checker: a family reads it on one sheet, or writes its own."""


def test_each_file_is_made_again_to_the_byte() -> None:
    files = given()
    manifest = json.loads(files[MANIFEST])
    rules = Rules.read(json.loads(files[RULES]))
    assert rules.to_bytes() == files[RULES]
    assert write_entrants(reversed(read_entrants(files[ENTRANTS], rules)), rules) == files[ENTRANTS]
    assert write_manifest(files[RULES], files[ENTRANTS], manifest["commitments"]) == files[MANIFEST]
    assert read_reveal(json.loads(files[REVEAL]), manifest, rules).to_bytes() == files[REVEAL]
    draw = check(files)
    assert (draw.seed, draw.to_bytes()) == (SEED, files[RESULT])


def test_it_holds_by_our_own_check_and_by_the_checker(tmp_path: Path) -> None:
    assert (ours(given()), theirs(given(), tmp_path / "draw")) == (HOLDS, HOLDS)


def test_both_tell_a_family_the_same_ticket_and_place(tmp_path: Path) -> None:
    said = theirs(given(), tmp_path / "draw", OWN)
    told = CliRunner().invoke(app, ["verify", str(GIVEN), OWN])
    assert (told.exit_code, told.output.rstrip()) == (0, said)
    (entry,) = entries_of(check(given()), OWN)
    assert said.splitlines()[1:] == [f"pool B-85, ticket {entry.ticket}, drawn, place 10 of 10", entry.command]


def test_the_line_that_is_told_finds_the_ticket_in_any_shell() -> None:
    (entry,) = entries_of(check(given()), OWN)
    found = subprocess.run(["sh", "-c", entry.command], capture_output=True, text=True, check=True)
    assert found.stdout.split() == [entry.ticket, "-"]


def test_a_line_that_is_pasted_runs_nothing_that_a_file_says(tmp_path: Path) -> None:
    hostile = "$(touch owned)'`touch owned`"
    found = subprocess.run(
        ["sh", "-c", ticket_line("0" * 64, hostile, hostile)], capture_output=True, text=True, cwd=tmp_path
    )
    lines = f"lianshen-draw-v1/ticket\n{'0' * 64}\n{hostile}\n{hostile}\n"
    assert found.stdout.split()[0] == hashlib.sha256(lines.encode()).hexdigest()
    assert list(tmp_path.iterdir()) == []


def test_of_a_draw_that_holds_the_longest_run_is_told_pool_by_pool() -> None:
    said = CliRunner().invoke(app, ["verify", str(GIVEN)]).stdout
    assert "pool B-85: the longest run of consecutive lines drawn is 2; a run so long or longer has the prob" in said


def test_who_is_not_in_the_list_is_told_so(tmp_path: Path) -> None:
    said = theirs(given(), tmp_path / "draw", "nobody")
    assert said == "HOLDS\nnobody is not in the list"
    assert CliRunner().invoke(app, ["verify", str(GIVEN), "nobody"]).output.rstrip() == said


@pytest.mark.parametrize("python", [sys.executable, python_3_8()], ids=["ours", "3.8"])
def test_the_checker_runs_alone_from_any_folder(tmp_path: Path, python: str | None) -> None:
    if python is None:
        pytest.skip("no Python 3.8 was found")
    script = tmp_path / "verify_draw.py"
    script.write_bytes(offline.checker())
    bad = tmp_path / "bad"
    put({**given(), RESULT: b"{}"}, bad)

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        command = [python, "-I", "-W", "error", script, *arguments]
        found = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
        return found.returncode, found.stdout, found.stderr

    assert run(GIVEN) == (0, "HOLDS\n", "")
    assert run(bad) == (
        1,
        "DOES NOT HOLD: wrong-place: A-60, drawn, place 1: GFE6X-260YE-WQ2JE-73CC4-QBWG0-6 should be there\n",
        "",
    )
    assert run(tmp_path / "nowhere")[0] == 1
    assert "FOLDER [APPLICATION]" in run()[2]


def test_the_checker_is_short_and_needs_nothing_but_the_standard_library() -> None:
    text = CHECKER.read_text(encoding="utf-8")
    lines = text.splitlines()
    assert len(lines) <= LIMIT
    assert max(map(len, lines)) <= 119
    tree = ast.parse(text, feature_version=(3, 8))
    imported = {it.name for node in ast.walk(tree) if isinstance(node, ast.Import) for it in node.names}
    assert imported <= sys.stdlib_module_names
    assert not any(isinstance(node, ast.ImportFrom) for node in ast.walk(tree))


def test_the_command_prints_the_checker_to_the_byte_and_its_hash_beside_it() -> None:
    told = CliRunner().invoke(app, ["checker"])
    assert told.stdout_bytes == CHECKER.read_bytes()
    assert hashlib.sha256(told.stdout_bytes).hexdigest() in told.stderr


def test_the_command_exits_with_1_and_the_first_thing_that_is_wrong(tmp_path: Path) -> None:
    put({**given(), RESULT: b"{}"}, tmp_path / "bad")
    told = CliRunner().invoke(app, ["verify", str(tmp_path / "bad")])
    assert told.exit_code == 1
    assert told.output.startswith("DOES NOT HOLD: wrong-place: A-60, drawn, place 1: ")
