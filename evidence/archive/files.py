"""The archive's files: segments that are only ever appended to, and the sealed heads beside them."""

import fcntl
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from chassis.errors import Drift
from chassis.folders import sync_names
from evidence.archive.chain import GENESIS, ChainLine, read_line

SEGMENT_BYTES = 128 * 1024 * 1024
HEADS = "heads.jws"
LOCK = "lock"
OF_LOOKS = "looks"
"""Within an archive's folder the one of who looked: a chain of its own, of the same make."""
BLOCK = 64 * 1024
SYNC_EVERY = 10.0
"""Seconds between two syncs of the newest segment."""


def segments(folder: Path) -> list[Path]:
    """In the order of the log; a segment is named by its first sequence."""
    return sorted(folder.glob("CASES-*.jsonl"))


def lines_of(folder: Path) -> Iterator[str]:
    """Every line of every segment, in order, without its end; what is still being written comes the next time."""
    found = segments(folder)
    for segment in found:
        yield from lines_in(segment, is_newest=segment == found[-1])


def lines_in(segment: Path, is_newest: bool) -> Iterator[str]:
    with segment.open(encoding="utf-8", errors="surrogateescape", newline="\n") as file:
        for line in file:
            if line.endswith("\n") or not is_newest:
                yield line.removesuffix("\n")


def heads_of(folder: Path) -> list[str]:
    """The sealed heads, the oldest first."""
    path = folder / HEADS
    text = path.read_text(encoding="ascii", errors="replace") if path.is_file() else ""
    return text[: text.rfind("\n") + 1].split()


class Files:
    """The end of the archive, to be written on by one process. Raises Torn where the last line cannot be read.

    Raises Drift where another process writes there.
    """

    def __init__(self, folder: Path, segment_bytes: int = SEGMENT_BYTES) -> None:
        self.folder = folder
        self.last: ChainLine | None = None
        self._segment_bytes = segment_bytes
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = locked(folder / LOCK)
        self._file: int | None = None
        self._size = 0
        self._synced = time.monotonic()
        try:
            self._open()
        except BaseException:
            self.close()
            raise

    def _open(self) -> None:
        folder = self.folder
        for path in (*segments(folder), folder / HEADS):
            _cut_torn(path)
        while (found := segments(folder)) and found[-1].stat().st_size == 0:
            # A start that was killed before its first line: nothing is lost with it.
            found[-1].unlink()
        if found:
            self.last = read_line(last_line(found[-1]))
            self._size = found[-1].stat().st_size
            self._file = _appended(found[-1])

    @property
    def sequence(self) -> int:
        """Of the newest record; 0 before the first."""
        return self.last.sequence if self.last else 0

    @property
    def chain(self) -> str:
        return self.last.chain if self.last else GENESIS

    def append(self, lines: Sequence[ChainLine]) -> None:
        """Writes them; synced now and then, before every head, and at the end.

        A sync a page took the log half its speed: on one disk each waits for the other's. What a power cut takes from
        here is still in the log.
        """
        if self._file is None or self._size > self._segment_bytes:
            self._close_segment()
            self._file, self._size = _appended(self.folder / f"CASES-{lines[0].sequence:020}.jsonl"), 0
            sync_names(self.folder)
        body = "".join(f"{line.text}\n" for line in lines).encode()
        _write(self._file, body)
        self._size += len(body)
        self.last = lines[-1]
        if time.monotonic() - self._synced > SYNC_EVERY:
            self._sync()

    def seal(self, token: str) -> None:
        """Keeps one more sealed head, after all that it seals. Raises Drift where that is not there any more."""
        self._sync()
        if self._file is not None and not _is_in(self.folder, self._file):
            raise Drift("the archive's newest file was taken away while it was written; put aside what is left")
        heads = _appended(self.folder / HEADS)
        try:
            _write(heads, f"{token}\n".encode())
            os.fsync(heads)
        finally:
            os.close(heads)

    def close(self) -> None:
        self._close_segment()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _sync(self) -> None:
        if self._file is not None:
            os.fsync(self._file)
        self._synced = time.monotonic()

    def _close_segment(self) -> None:
        if self._file is not None:
            self._sync()
            os.close(self._file)
            self._file = None


def locked(path: Path) -> int | None:
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise Drift("another process writes this archive; one at a time may") from None
    return lock


def _cut_torn(path: Path) -> None:
    """What a killed process wrote after the last whole line goes: none of it counts, and the next line needs room."""
    if path.is_file() and (rest := path.stat().st_size - _whole(path)):
        os.truncate(path, path.stat().st_size - rest)


def _whole(path: Path) -> int:
    """How many bytes are whole lines."""
    with path.open("rb") as file:
        place = file.seek(0, os.SEEK_END)
        while place > 0:
            place = file.seek(max(0, place - BLOCK))
            if (found := file.read(BLOCK).rfind(b"\n")) >= 0:
                return place + found + 1
    return 0


def last_line(path: Path) -> str:
    """The last whole line of a file that ends with one, without its end."""
    tail = b""
    with path.open("rb") as file:
        place = file.seek(0, os.SEEK_END)
        while place > 0 and tail.count(b"\n") < 2:
            step = min(BLOCK, place)
            place = file.seek(place - step)
            tail = file.read(step) + tail
    return tail.rstrip(b"\n").rpartition(b"\n")[2].decode("utf-8", "surrogateescape")


def _is_in(folder: Path, file: int) -> bool:
    """Whether the newest segment is still the file that is open: what is written into a removed one is lost."""
    found = segments(folder)
    return bool(found) and os.path.samestat(found[-1].stat(), os.fstat(file))


def _appended(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)


def _write(file: int, body: bytes) -> None:
    """All of it: the system may take less at a time."""
    rest = memoryview(body)
    while rest:
        rest = rest[os.write(file, rest) :]
