"""What `make test` makes of its runs: a test that passed the second time counts, and is named."""

import os
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
PASSES = "def test_it_holds():\n    assert True\n"
FAILS = "def test_it_does_not():\n    assert False\n"
FLAKY = """
from pathlib import Path

def test_it_holds_the_second_time():
    came_before = Path("came").exists()
    Path("came").touch()
    assert came_before
"""
CANNOT = "import pytest\n\ndef test_it_needs_a_right():\n    pytest.skip('mount is not allowed here')\n"


def run(folder: Path, **files: str) -> tuple[int, list[str]]:
    """`make test` over these files: its exit code, and the lines it printed."""
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = browser: in a browser\n")
    for name, text in files.items():
        (folder / f"test_{name}.py").write_text(text)
    done = subprocess.run(
        [sys.executable, "-m", "tests.run", f"--rootdir={folder}", "-p", "no:anyio", "."],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT), "TEST_WORKERS": "1"},
        capture_output=True,
        text=True,
        timeout=100,
    )
    return done.returncode, done.stdout.splitlines()


def test_what_passes_the_second_time_counts_and_is_named_beside_what_could_not_run(tmp_path: Path) -> None:
    code, lines = run(tmp_path, good=PASSES, flaky=FLAKY, cannot=CANNOT)
    assert code == 0
    assert lines[-3:] == [
        "NEEDED A SECOND RUN: test_flaky.py::test_it_holds_the_second_time",
        "NOT RUN: 1 of the tests: mount is not allowed here",
        "2 passed, 1 of them in a second run; 1 not run",
    ]


def test_what_fails_twice_fails_the_run(tmp_path: Path) -> None:
    code, lines = run(tmp_path, good=PASSES, bad=FAILS)
    assert code == 1
    assert "FAILED: test_bad.py::test_it_does_not" in lines


def test_a_file_that_cannot_be_read_fails_the_run(tmp_path: Path) -> None:
    assert run(tmp_path, good=PASSES, broken="import nothing_of_that_name\n")[0] == 1


def test_a_run_that_executes_no_test_fails(tmp_path: Path) -> None:
    assert run(tmp_path, cannot=CANNOT)[0] == 1
