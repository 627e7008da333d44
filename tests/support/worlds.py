"""Small worlds for tests: the family of a crowd, and what its registers say."""

import json
from pathlib import Path
from typing import Any

from lianshen.demo.synthetic_world import make_crowd


def one_family(folder: Path) -> tuple[Path, dict[str, Any]]:
    """A world with one eligible family, and its form."""
    world = make_crowd(folder, 1)
    return world, form_in(world, 0)


def form_in(world: Path, n: int) -> dict[str, Any]:
    """The n-th form of a world."""
    path = sorted((world / "applications").glob("*.json"))[n]
    return dict(json.loads(path.read_text(encoding="utf-8")))
