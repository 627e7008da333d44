"""Whatever the files are, both say the same code, and neither takes long or falls over."""

import json
import os
import time
from collections import Counter
from pathlib import Path

import pytest
from allocation.draw.check import check
from allocation.draw.faults import CODES
from allocation.draw.own_entry import entries_of

from tests.draws.checkers import HOLDS, code_of, ours, put, theirs
from tests.draws.hostile import hostile
from tests.draws.made_up import given, made_up
from tests.draws.tampering import rules

HOW_MANY = int(os.environ.get("DRAWS", "60")) * 10
LONGEST = 5.0
"""Seconds for one check of a small draw on a busy machine."""


@pytest.mark.timeout(900)
def test_both_say_the_same_of_whatever_they_are_given(tmp_path: Path) -> None:
    parted, met = [], Counter()
    for number in range(HOW_MANY):
        files = hostile(number)
        began = time.monotonic()
        verdict, other = code_of(ours(files)), code_of(theirs(files, tmp_path / "draw"))
        met[verdict] += 1
        if verdict != other or time.monotonic() - began > LONGEST:
            parted.append(f"{number}: {verdict}, {other}")
    assert parted == []
    assert {code for code in CODES if not met[code]} <= {"missing-file", "not-committed"}, met


def test_made_up_draws_hold_by_both_and_tell_everybody_the_same(tmp_path: Path) -> None:
    for number in range(int(os.environ.get("DRAWS", "60"))):
        files = made_up(number)
        assert ours(files) == HOLDS
        draw = check(files)
        everybody = [it for result in draw.pools.values() for lists in result.lists().values() for it in lists]
        own = everybody[0] if everybody else "nobody"
        told = [
            f"pool {it.pool}, ticket {it.ticket}, {it.list_name}, place {it.place} of {it.of}\n{it.command}"
            for it in entries_of(draw, own)
        ]
        assert theirs(files, tmp_path / "draw", own) == "\n".join([HOLDS, *(told or [f"{own} is not in the list"])])


def test_no_public_format_keeps_either_busy(tmp_path: Path) -> None:
    """The worst that is allowed: three counts that vary, on a text that nearly fits."""
    files = rules(public="x", public_format="[a]{0,200}" * 3 + "b")(given())
    reveal = json.loads(files["reveal.json"])
    files["reveal.json"] = json.dumps({**reveal, "public": "a" * 199 + "c"}).encode()
    began = time.monotonic()
    assert code_of(ours(files)) == code_of(theirs(files, tmp_path / "draw")) == "bad-public"
    assert time.monotonic() - began < LONGEST


def test_quotes_without_an_end_take_no_longer_than_other_text(tmp_path: Path) -> None:
    files = {**given(), "reveal.json": b'"' + b'\\"' * 2_000_000}
    put(files, tmp_path / "draw")
    began = time.monotonic()
    assert code_of(ours(files)) == code_of(theirs(files, tmp_path / "draw")) == "not-json"
    assert time.monotonic() - began < LONGEST
