"""The folder of one day: files that are numbered, whole, and never changed; in all of them a letter stands once.

A number is taken by a link, which fails where the file is there. So whoever writes file n has read all before it, and
knows what stands in them: after a crash, and beside another process.
"""

import ctypes
import os
import re
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from chassis.folders import sync_names
from notify.spool.form import PAGE, Letter, ids_on, written

NAME = re.compile(r"[0-9]{6,}\.txt")
PART = ".part"
BLOCK = 64 * 1024
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass
class Day:
    """Writes letters into one folder. After an OSError a file is there whole or not at all; it can be repeated."""

    folder: Path
    _known: set[str] = field(default_factory=set)
    _next: int | None = None
    _one: threading.Lock = field(default_factory=threading.Lock)

    def add(self, letters: Sequence[Letter]) -> None:
        """Those that stand in no file yet, in one more file; on the disk when this returns."""
        with self._one:
            number = self._begun() if self._next is None else self._next
            while new := [letter for letter in letters if letter.notice_id not in self._known]:
                if _taken(self._file(number), written(new)):
                    self._known.update(letter.notice_id for letter in new)
                else:
                    self._known |= _ids_in(self._file(number))
                number = self._next = number + 1
            # Also where nothing was new: who wrote it may have died before this.
            sync_names(self.folder)

    def _begun(self) -> int:
        """Reads what is there; the number that is free next."""
        for folder in (self.folder.parent, self.folder):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for part in self.folder.glob(f".*{PART}"):
            # Left by a crash. If somebody is writing it now, they fail, and try again.
            part.unlink(missing_ok=True)
        found = files_of(self.folder)
        for file in found:
            self._known |= _ids_in(file)
        # The names of new folders above this one, too, whoever made them.
        sync(self.folder)
        self._next = int(found[-1].stem) + 1 if found else 1
        return self._next

    def _file(self, number: int) -> Path:
        return self.folder / f"{number:06}.txt"


def files_of(folder: Path) -> list[Path]:
    """In the order in which they were written."""
    return sorted(
        (file for file in folder.glob("*.txt") if NAME.fullmatch(file.name)), key=lambda file: int(file.stem)
    )


def _taken(file: Path, body: bytes) -> bool:
    """Makes the file, whole. False where another process was first."""
    part = file.with_name(f".{uuid4().hex}{PART}")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as new:
            new.write(body)
            new.flush()
            os.fsync(new.fileno())
        os.link(part, file)
    except FileExistsError:
        return False
    finally:
        with suppress(FileNotFoundError):
            os.unlink(part)
    return True


def _ids_in(file: Path) -> set[str]:
    """Of its first page; the letters are not read."""
    text = ""
    with file.open(encoding="utf-8", errors="replace") as lines:
        while PAGE not in text and (more := lines.read(BLOCK)):
            text += more
    return ids_on(text.partition(PAGE)[0])


def sync(folder: Path) -> None:
    """Brings everything written below this folder's file system to its disk (syncfs, Linux). Raises OSError."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        if _libc.syncfs(handle) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    finally:
        os.close(handle)
