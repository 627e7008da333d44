"""Puts the files of an archive aside, so that another one can be begun: kept as they are, with who did it and why."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from chassis.clock import WALL
from chassis.folders import sync_names
from evidence.archive.files import HEADS, LOCK, locked, segments

ASIDE = "aside"
WHY = "why.json"


def put_aside(folder: Path, why: Mapping[str, object]) -> Path:
    """Moves every segment and the heads to `aside/<instant>/`; nothing is deleted. Returns that folder.

    Raises Drift while a process writes there, and OSError.
    """
    lock = locked(folder / LOCK)
    try:
        aside = folder / ASIDE / WALL.now().strftime("%Y%m%dT%H%M%S.%fZ")
        aside.mkdir(mode=0o700, parents=True)
        with open(os.open(aside / WHY, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(why, file, ensure_ascii=False, indent=2)
            file.flush()
            os.fsync(file.fileno())
        # The heads last: while they are there, what they seal cannot be begun anew unseen.
        for path in (*segments(folder), folder / HEADS):
            if path.exists():
                path.rename(aside / path.name)
        for changed in (aside, folder / ASIDE, folder):
            sync_names(changed)
        return aside
    finally:
        if lock is not None:
            os.close(lock)
