"""What `make test` makes of its runs: a test that passed the second time counts, and is named."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.run import Results

CHECKOUT = Path(__file__).parents[2]
BARE = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "xdist.plugin"}
"""What these files do not use takes most of the time of a run of theirs."""
PASSES = "def test_it_holds():\n    assert True\n"
FAILS = "def test_it_does_not():\n    assert False\n"
FLAKY = """
from pathlib import Path

def test_it_holds_the_second_time():
    came_before = Path("came").exists()
    Path("came").touch()
    assert came_before
"""
STANDS_ON_ANOTHER = """
from pathlib import Path

made = []

def test_makes_it():
    made.append("it")

def test_finds_it_the_second_time():
    assert made
    came_before = Path("was_here").exists()
    Path("was_here").touch()
    assert came_before
"""
FAILS_ALONE = """
from pathlib import Path

def test_it_fails_the_second_time_only():
    runs = len(list(Path(".").glob("ran_*")))
    Path(f"ran_{runs}").touch()
    assert runs != 1

def test_it_brings_the_file_a_second_run():
    came_before = Path("came_here").exists()
    Path("came_here").touch()
    assert came_before
"""
LEAVES = """
import subprocess, sys

def test_it_leaves_a_program_behind():
    program = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])"
    subprocess.run([sys.executable, "-c", program], start_new_session=True, check=True)
"""
ALONE = f"import pytest\n\n@pytest.mark.alone\n{PASSES}    print('its figures')\n"
CANNOT = "import pytest\n\ndef test_it_needs_a_right():\n    pytest.skip('mount is not allowed here')\n"


def run(folder: Path, nightly: str = "", **files: str) -> tuple[int, list[str]]:
    """`make test` over these files: its exit code, and the lines it printed."""
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n  browser: in a browser\n  alone: by night\n")
    for name, text in files.items():
        (folder / f"test_{name}.py").write_text(text)
    done = subprocess.run(
        [sys.executable, "-m", "tests.run", f"--rootdir={folder}", "."],
        cwd=folder,
        env={**os.environ, **BARE, "PYTHONPATH": str(CHECKOUT), "TEST_WORKERS": "1", "NIGHTLY": nightly},
        capture_output=True,
        text=True,
        timeout=280,
    )
    return done.returncode, done.stdout.splitlines()


def test_what_passes_the_second_time_counts_and_is_named_beside_what_could_not_run(tmp_path: Path) -> None:
    code, lines = run(tmp_path, nightly="1", good=PASSES, flaky=FLAKY, cannot=CANNOT, measured=ALONE)
    assert code == 0
    assert any("its figures" in line for line in lines), "by night, with nothing beside it"
    assert lines[-3:] == [
        "NEEDED A SECOND RUN: test_flaky.py::test_it_holds_the_second_time",
        "NOT RUN: 1 of the tests: mount is not allowed here",
        "3 passed, 1 of them in another run; 1 not run",
    ]


def test_what_stands_on_the_test_before_it_finds_it_in_the_second_run_too(tmp_path: Path) -> None:
    code, lines = run(tmp_path, couple=STANDS_ON_ANOTHER)
    assert code == 0
    assert "NEEDED A SECOND RUN: test_couple.py::test_finds_it_the_second_time" in lines
    assert lines[-1] == "2 passed, 1 of them in another run; 0 not run"


def test_what_fails_twice_fails_the_run(tmp_path: Path) -> None:
    code, lines = run(tmp_path, good=PASSES, bad=FAILS)
    assert code == 1
    assert "FAILED: test_bad.py::test_it_does_not" in lines


def test_what_fails_only_alone_has_a_third_run_which_decides(tmp_path: Path) -> None:
    code, lines = run(tmp_path, once=FAILS_ALONE)
    assert code == 0
    assert lines[-3:] == [
        "NEEDED A SECOND RUN: test_once.py::test_it_brings_the_file_a_second_run",
        "NEEDED A THIRD RUN: test_once.py::test_it_fails_the_second_time_only",
        "2 passed, 2 of them in another run; 0 not run",
    ]


@pytest.mark.parametrize(
    ("runs", "needed"),
    [
        ([True], "nothing"),
        ([False], "failed"),
        ([False, True], "another"),
        ([False, False], "failed"),
        ([True, False], "failed"),
        ([True, False, True], "another"),
        ([True, False, False], "failed"),
        ([False, True, False], "failed"),
        ([False, True, True], "another"),
    ],
)
def test_twice_of_three_or_last_is_a_failure(runs: list[bool], needed: str) -> None:
    results = Results(held={"it": runs})
    assert ("it" in results.failed, "it" in results.passed_again) == (needed == "failed", needed == "another")


def test_what_is_left_running_is_named_and_ended(tmp_path: Path) -> None:
    code, lines = run(tmp_path, leaves=LEAVES)
    assert code == 0
    (left,) = [line for line in lines if line.startswith("LEFT BEHIND")]
    assert "time.sleep(600)" in left


def test_each_file_with_a_failure_runs_again_in_a_process_of_its_own(tmp_path: Path) -> None:
    files = {name: FLAKY.replace("came", f"came_{name}") for name in ("one", "two")}
    code, lines = run(tmp_path, **files)
    assert code == 0
    assert [line for line in lines if line.startswith("a second run")] == [
        f"a second run, alone: test_{name}.py" for name in files
    ]


def test_a_file_that_cannot_be_read_fails_the_run(tmp_path: Path) -> None:
    assert run(tmp_path, good=PASSES, broken="import nothing_of_that_name\n")[0] == 1


def test_a_run_that_executes_no_test_fails(tmp_path: Path) -> None:
    assert run(tmp_path, cannot=CANNOT)[0] == 1
