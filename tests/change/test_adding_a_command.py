"""A command is three files: what docs/change.md says of it is done in a copy of the project, which then runs it."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.change.page import changes, copy_to, files_of, python_path

SECTION = "A command"


def test_the_page_names_three_files() -> None:
    assert len(files_of(SECTION)) == 3


def test_done_as_the_page_says_it_is_an_endpoint_a_line_of_help_and_a_part_of_the_bus_document(tmp_path: Path) -> None:
    project = copy_to(tmp_path / "project")
    for change in changes(SECTION):
        change.make(project)

    def run(*arguments: str) -> str:
        environment = {**os.environ, "PYTHONPATH": python_path(project)}
        command = [sys.executable, "-P", *arguments]
        done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, timeout=100)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "The departments that a case still waits for." in run("-m", "lianshen", "waits-for", "--help")
    run("-m", "lianshen.documents.schemas")
    bus = json.loads((project / "contracts" / "asyncapi.json").read_text(encoding="utf-8"))
    assert "command.determination.waits-for" in [channel["address"] for channel in bus["channels"].values()]
