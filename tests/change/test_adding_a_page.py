"""A page is three files and its texts: what docs/change.md says of it is done in a copy, which then shows it."""

import os
import subprocess
import sys
from pathlib import Path

from tests.change.page import ROOT, changes, copy_to, files_of, python_path

SECTION = "A page"
LOOK = """
import asyncio, sys
from pathlib import Path
from console.who import Role
from tests.support.console import Stage

async def look():
    stage = Stage(Path(sys.argv[1]))
    for roles in ((Role.VIEWER,), ()):
        async with stage.browser(*roles) as browser:
            reply = await browser.get("/policy?lang=" + sys.argv[2])
            print(reply.status_code, reply.text)

asyncio.run(look())
"""


def test_the_page_names_three_files_and_the_texts() -> None:
    assert len(files_of(SECTION)) == 4


def test_done_as_the_page_says_it_is_shown_in_both_languages_to_whoever_may_see_it(tmp_path: Path) -> None:
    project = copy_to(tmp_path / "project")
    for change in changes(SECTION):
        change.make(project)

    def look(language: str) -> str:
        # The tests are found behind the copy: they stand in for the bus, and know nothing of the page.
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join((python_path(project), str(ROOT)))}
        command = [sys.executable, "-P", "-c", LOOK, str(tmp_path), language]
        done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, timeout=100)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "<h1>现行参数</h1>" in (shown := look("zh"))
    assert "第18(2)条" in shown
    assert "<h1>Numbers in force</h1>" in (shown := look("en"))
    assert shown.startswith("200 ")
    assert "\n303 " in shown
