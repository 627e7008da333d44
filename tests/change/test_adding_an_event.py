"""An event is five files: what docs/change.md says is done in a copy of the project, and mypy says what lacks."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.change.page import ROOT, changes, copy_to, files_of, python_path

SECTION = "An event"
IN_THE_STORY = {"contracts/events/publicity.py", "contracts/events/__init__.py"}
TESTS = ("examples.py", "examples_after_pool.py", "one_case.py", "test_case.py", "test_events.py")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def run(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": python_path(project), "MYPY_CACHE_DIR": str(project / ".mypy_cache")}
    command = [sys.executable, "-P", "-m", *arguments]
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, timeout=100)


def forgotten(project: Path) -> dict[str, str]:
    """What mypy says of the contracts, by file."""
    done = run(project, "mypy", "--no-error-summary", "-p", "contracts")
    lines = [line for line in done.stdout.splitlines() if ": error: " in line]
    assert done.returncode == bool(lines), done.stdout + done.stderr
    return {line.split(":")[0]: line.partition(": error: ")[2] for line in lines}


def play(project: Path) -> subprocess.CompletedProcess[str]:
    """What is tested of every event, for the new one."""
    files = [f"tests/contracts/{name}" for name in TESTS if name.startswith("test_")]
    return run(project, "pytest", "-q", "--noconftest", "-p", "no:cacheprovider", "-k", "HearingHeld or table", *files)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    copy = copy_to(tmp_path / "project")
    (copy / "tests" / "contracts").mkdir(parents=True)
    for name in TESTS:
        (copy / "tests" / "contracts" / name).write_bytes((ROOT / "tests" / "contracts" / name).read_bytes())
    return copy


def test_the_page_names_four_files_and_a_row_of_the_tests() -> None:
    files = files_of(SECTION)
    assert len(files) == 5
    assert [file for file in files if file.startswith("tests/")] == ["tests/contracts/examples.py"]


def test_mypy_names_what_was_forgotten_and_done_as_the_page_says_it_is_an_event_like_every_other(
    project: Path,
) -> None:
    for change in changes(SECTION):
        if change.path in IN_THE_STORY:
            change.make(project)
    said = forgotten(project)
    assert said.keys() == {"contracts/case/fold.py", "contracts/describe/__init__.py"}
    assert all("HearingHeld" in words for words in said.values())
    assert "test_the_table_has_every_event_of_the_story_in_its_order" in play(project).stdout

    for change in changes(SECTION):
        if change.path not in IN_THE_STORY:
            change.make(project)
    assert forgotten(project) == {}
    done = play(project)
    assert done.returncode == 0, done.stdout
    assert run(project, "lianshen.documents.schemas").returncode == 0
    assert "hearing-held" in (project / "contracts" / "asyncapi.json").read_text(encoding="utf-8")
    assert (project / "contracts" / "schemas" / "hearing-held.json").exists()
