"""What a person at the bureau does with the spool: sees which letters were printed, finds them, prints them alone.

`printed`, in the folder of each day, has a line for every letter that was printed: its number and the instant.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from chassis.folders import sync_names
from notify.spool.day import files_of
from notify.spool.form import Letter, read

PRINTED = "printed"


@dataclass(frozen=True)
class Kept:
    """A letter, where it lies, and when it was printed last; None: not yet."""

    letter: Letter
    folder: Path
    printed: datetime | None

    def is_of(self, number: str) -> bool:
        """Whether this is the number of the letter, or of its application."""
        return number in (self.letter.notice_id, self.letter.application)


def kept_in(spool: Path, day: str | None = None) -> Iterator[Kept]:
    """Every letter, the oldest day first; those of before there were days (a file a letter) at the beginning."""
    if day is None:
        yield from _with_printed(spool, _of_the_old_form(spool))
    for folder in [spool / day] if day else sorted(path for path in spool.iterdir() if path.is_dir()):
        yield from _with_printed(folder, (letter for file in files_of(folder) for letter in read(_text(file))))


def _with_printed(folder: Path, letters: Iterable[Letter]) -> Iterator[Kept]:
    printed = _printed(folder)
    for letter in letters:
        yield Kept(letter, folder, printed.get(letter.notice_id))


def _of_the_old_form(spool: Path) -> Iterator[Letter]:
    """`<notice id>.txt`: its subject, an empty line, the text."""
    for file in sorted(spool.glob("*.txt")):
        text = _text(file)
        yield Letter(file.stem, "", text.partition("\n")[0], text)


def _printed(folder: Path) -> dict[str, datetime]:
    path = folder / PRINTED
    lines = _text(path).splitlines() if path.is_file() else []
    said = (line.split() for line in lines)
    # A line that a crash cut short says nothing: the letter is printed once more.
    return {number: datetime.fromisoformat(at) for number, at, *end in (it for it in said if len(it) == 3)}


def note_printed(letters: Iterable[Kept], at: datetime) -> None:
    """Notes that they were printed, after they were. Raises OSError."""
    of_folder: dict[Path, str] = {}
    for kept in letters:
        line = f"{kept.letter.notice_id} {at.isoformat()} .\n"
        of_folder[kept.folder] = of_folder.get(kept.folder, "") + line
    for folder, lines in of_folder.items():
        handle = os.open(folder / PRINTED, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "wb") as file:
            # Whatever a crash left of a line ends here.
            file.write(f"\n{lines}".encode())
            file.flush()
            os.fsync(file.fileno())
        sync_names(folder)


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace")
