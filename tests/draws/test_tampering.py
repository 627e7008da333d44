"""Whatever is tampered with is named by the same code by both; of two faults the first of the list is told."""

import json
import os
from itertools import combinations
from pathlib import Path

import pytest
from allocation.draw.documents import RESULT, REVEAL
from allocation.draw.faults import CODES
from allocation.draw.folder import read_folder

from tests.draws.checkers import HOLDS, code_of, ours, put, theirs
from tests.draws.made_up import given, made_up
from tests.draws.tampering import TAMPERINGS, WITHOUT_EFFECT, Change, Tampering


@pytest.mark.parametrize("tampering", TAMPERINGS, ids=lambda it: it.what)
def test_what_was_tampered_with_is_named(tampering: Tampering, tmp_path: Path) -> None:
    files = tampering.change(given())
    verdict, other = ours(files), theirs(files, tmp_path / "draw")
    assert (code_of(verdict), code_of(other)) == (tampering.code, tampering.code)
    if tampering.code == "wrong-place":
        assert verdict == other


@pytest.mark.parametrize("change", WITHOUT_EFFECT.values(), ids=WITHOUT_EFFECT)
def test_what_no_rule_forbids_holds(change: Change, tmp_path: Path) -> None:
    files = change(given())
    assert files != given()
    assert (ours(files), theirs(files, tmp_path / "draw")) == (HOLDS, HOLDS)


def test_there_is_a_tampering_for_every_code() -> None:
    assert {it.code for it in TAMPERINGS} == set(CODES)


def test_who_should_be_in_the_place_is_told() -> None:
    swapped = next(it for it in TAMPERINGS if it.what == "two places changed").change(given())
    assert ours(swapped) == (
        "DOES NOT HOLD: wrong-place: B-85, drawn, place 4: TEEB7-XVMG6-TFSAG-VYX1T-BM0RZ-6 should be there"
    )
    added = next(it for it in TAMPERINGS if it.what == "an entry too many").change(given())
    assert ours(added).endswith("A-60, others, place 18: nobody should be there")


@pytest.mark.parametrize("instead", [{}, {"gthers": []}, {"others": None}, {"others": {}}, {"others": ""}])
def test_an_empty_list_must_be_there_too(tmp_path: Path, instead: dict[str, object]) -> None:
    files = made_up(7)
    result = json.loads(files[RESULT])
    name, lists = next((name, lists) for name, lists in result.items() if lists["others"] == [])
    del lists["others"]
    lists.update(instead)
    changed = {**files, RESULT: json.dumps(result).encode()}
    due = f"DOES NOT HOLD: wrong-place: {name}, others, place 1: nobody should be there"
    assert (ours(changed), theirs(changed, tmp_path / "draw")) == (due, due)


def test_of_two_faults_the_first_of_the_list_is_told() -> None:
    """All pairs that change different files."""
    order, wrong = list(CODES), []
    changes = [(it, _changed(it)) for it in TAMPERINGS]
    for (one, first), (other, second) in combinations(changes, 2):
        if first.keys() & second.keys():
            continue
        files = {name: body for name, body in {**given(), **first, **second}.items() if body is not None}
        if code_of(ours(files)) != min((one.code, other.code), key=order.index):
            wrong.append(f"{one.what} and {other.what}: {ours(files)}")
    assert wrong == []


def _changed(tampering: Tampering) -> dict[str, bytes | None]:
    """The files that it changes; None for one that it takes away."""
    files = given()
    found = tampering.change(files)
    return {name: found.get(name) for name in files if found.get(name) != files[name]}


def test_a_folder_and_a_pipe_are_no_files(tmp_path: Path) -> None:
    files = given()
    put({name: body for name, body in files.items() if name not in (REVEAL, RESULT)}, tmp_path / "draw")
    (tmp_path / "draw" / RESULT).mkdir()
    os.mkfifo(tmp_path / "draw" / REVEAL)
    assert code_of(ours(read_folder(tmp_path / "draw"))) == "missing-file"
