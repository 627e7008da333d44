"""What opens a system and lets people in, copied apart from its records, and put back."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from evidence.archive.files import HEADS, segments
from lianshen.embedded.data_dir import DataDir

OPENS = ("keys", "credentials", "console", "departments", "simulated", "departments.toml")
"""Keys, seeds, who may sign in, what departments were given. What is not there was never made."""


def copy_keys(directory: Path, target: Path) -> None:
    """From a data directory into a backup's keys, or back; a file that is gone in the one stays in the other."""
    for name in OPENS:
        if (directory / name).exists():
            copy_folder(directory / name, target / name)


def copy_folder(source: Path, target: Path) -> None:
    """With all that is in it; for the owner alone."""
    if source.is_dir():
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        for inside in sorted(source.iterdir()):
            copy_folder(inside, target / inside.name)
    elif source.suffix == ".sqlite":
        _copy_database(source, target)
    elif source.is_file() and not source.name.endswith(("-wal", "-shm")):
        shutil.copy2(source, target)
        target.chmod(0o600)


def _copy_database(source: Path, target: Path) -> None:
    """As of one instant, also while the console writes to it."""
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as one,
        closing(sqlite3.connect(target)) as other,
    ):
        one.backup(other)
    target.chmod(0o600)


def copy_archive(archive: Path, target: Path) -> None:
    """What the archive has grown by, of the looks' too; what was put aside once stays put aside."""
    for folder in (archive, *(inside for inside in archive.rglob("*") if inside.is_dir())):
        place = target / folder.relative_to(archive)
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        # The heads first: what they seal is in the segments by then.
        names = [folder / HEADS, *segments(folder), *folder.glob("*.json")]
        for file in (name for name in names if name.is_file()):
            _append(file, place / file.name)


def _append(source: Path, target: Path) -> None:
    """Files of an archive only ever grow: what is there already is not written again."""
    there = target.stat().st_size if target.exists() else 0
    if source.stat().st_size < there:
        there = 0
    with source.open("rb") as reads, target.open("r+b" if there else "wb") as writes:
        reads.seek(there)
        writes.seek(there)
        shutil.copyfileobj(reads, writes)
    target.chmod(0o600)


def is_empty_place(directory: DataDir) -> bool:
    return not directory.path.exists() or not any(directory.path.iterdir())
