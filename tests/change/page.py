"""docs/change.md as something that can be done: the blocks of a section, and a copy of the project to do them in.

A block of the page is fenced with what to do and where: `python new PATH` is a whole file, `diff PATH` replaces its
lines `-` by its lines `+`, and without `-` adds them at the end of the file.
"""

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PARTS = ("contracts", "procedures", "chassis", "inquiry", "evidence", "services", "lianshen", "examples")
NOT_COPIED = shutil.ignore_patterns("__pycache__", "node_modules", "*.egg-info")
_BLOCK = re.compile(r"^```(?:\w+ new|diff) (?P<path>\S+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Change:
    """One file that a section changes: what goes, and what comes."""

    path: str
    goes: str
    comes: str

    def make(self, project: Path) -> None:
        """Raises AssertionError where the page is behind the code."""
        file = project / self.path
        before = file.read_text(encoding="utf-8") if file.exists() else ""
        if self.goes:
            assert before.count(self.goes) == 1, f"{self.path} does not have, exactly once:\n{self.goes}"
            file.write_text(before.replace(self.goes, self.comes), encoding="utf-8")
        else:
            file.write_text(before + self.comes, encoding="utf-8")


def changes(section: str) -> tuple[Change, ...]:
    """What a section of the page tells to do, in its order. A file may be changed in several places."""
    page = (ROOT / "docs" / "change.md").read_text(encoding="utf-8")
    text = page.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    found = []
    for block in _BLOCK.finditer(text):
        lines = block["text"].splitlines(keepends=True)
        if block[0].startswith("```diff"):
            goes = "".join(line[1:] for line in lines if line[0] == "-")
            found.append(Change(block["path"], goes, "".join(line[1:] for line in lines if line[0] == "+")))
        else:
            found.append(Change(block["path"], "", block["text"]))
    assert found, f"docs/change.md: nothing to do under {section!r}"
    return tuple(found)


def files_of(section: str) -> set[str]:
    """The files that the section has one change by hand."""
    return {change.path for change in changes(section)}


def copy_to(folder: Path) -> Path:
    """The project as it stands, without its tests."""
    for part in PARTS:
        shutil.copytree(ROOT / part, folder / part, ignore=NOT_COPIED)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def python_path(project: Path) -> str:
    """Where Python finds the copy before the project itself."""
    return os.pathsep.join(map(str, (project, *(project / "services").iterdir())))
