"""A change that would decide against the law, or guess at the edge, is noticed by a test, whichever it is."""

import json
import os
import subprocess
import sys
from collections import Counter

import pytest

from tests.mutants.mutant import ROOT, Mutant, mutants
from tests.mutants.run import RED, Ran

pytestmark = pytest.mark.slow
LONGEST = 1800
"""Seconds. Whichever test comes first waits for all of them: three minutes on two free cores."""
MUTANTS = (*mutants("rules"), *mutants("edge"))
SOME = 40
"""One mutant in so many is tried in `make test`; `make test-nightly` sets MUTANTS=all and tries every one."""
TRIED = MUTANTS if os.environ.get("MUTANTS") == "all" else MUTANTS[::SOME]


@pytest.fixture(scope="module")
def results() -> dict[str, Ran]:
    """All of them at once, in a process that has loaded nothing of ours."""
    command = [sys.executable, "-m", "tests.mutants.run"]
    if TRIED is not MUTANTS:
        command += [str(mutant) for mutant in TRIED]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    ran = [Ran(**json.loads(line)) for line in done.stdout.splitlines()]
    return {it.name: it for it in ran}


def test_the_lists_have_what_they_are_for() -> None:
    assert len(mutants("rules")) >= 50
    assert len(mutants("edge")) >= 25
    assert [name for name, count in Counter(map(str, MUTANTS)).items() if count > 1] == []


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_the_text_to_change_stands_there_once(mutant: Mutant) -> None:
    compile(mutant.source, mutant.path, "exec")
    assert mutant.before != mutant.after


@pytest.mark.timeout(LONGEST)
def test_the_tests_that_kill_are_green_without_a_mutant(results: dict[str, Ran]) -> None:
    assert [ran for name, ran in results.items() if name.startswith("unchanged: ") and ran.code != 0] == []


@pytest.mark.parametrize("mutant", TRIED, ids=str)
@pytest.mark.timeout(LONGEST)
def test_it_does_not_survive(mutant: Mutant, results: dict[str, Ran]) -> None:
    assert results[str(mutant)].code == RED, f"{mutant.path}: {mutant.before} → {mutant.after}: {mutant.why}"
