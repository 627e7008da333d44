"""The records of a backup or an archive, checked along the chain and decrypted, in the order of the log."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from evidence.archive.chain import Archived, ChainLine, Torn, read_line, read_record
from evidence.archive.check import Chain, read_heads
from evidence.archive.files import heads_of, last_line, lines_of, segments
from lianshen.backup.form import BackupError, Keys


@dataclass(frozen=True)
class Kept:
    """One record, and where in the log it stands."""

    sequence: int
    record: Archived


def prove(folder: Path, keys: Keys) -> int:
    """Reads and decrypts every record; how many there are. Raises BackupError at the first that is wrong."""
    count = 0
    for kept in read_kept(folder, keys):
        count = kept.sequence
    return count


def read_kept(folder: Path, keys: Keys, after: int = 0) -> Iterator[Kept]:
    """Those after a sequence; all of the chain is checked. Raises BackupError at the first that is wrong."""
    # Heads under a seal before this one are passed over: whoever lacks the archive's key can forge no record anyway.
    heads = read_heads(heads_of(folder), {keys.seal.kid: keys.seal.x})
    chain = Chain(heads=heads)
    for text in lines_of(folder):
        line = chain.take(text)
        if line is None:
            break
        if line.sequence > after:
            yield _opened(line, keys, folder)
    chain.end()
    if fault := heads.fault or chain.fault:
        raise BackupError(f"{folder}: {fault}")


def _opened(line: ChainLine, keys: Keys, folder: Path) -> Kept:
    try:
        return Kept(line.sequence, read_record(keys.open(line)))
    except Torn as torn:
        raise BackupError(f"{folder}: {torn}") from None


def newest_in(folder: Path) -> ChainLine | None:
    """The last record; None where there is none. Raises BackupError."""
    found = [segment for segment in segments(folder) if segment.stat().st_size]
    try:
        return read_line(last_line(found[-1])) if found else None
    except Torn as torn:
        raise BackupError(f"{folder}: its last record was changed: {torn}") from None


def line_at(folder: Path, sequence: int) -> ChainLine | None:
    """The record of this sequence; None where the folder does not hold it. Raises Torn."""
    for segment in reversed(segments(folder)):
        if int(segment.stem.rpartition("-")[2]) <= sequence:
            for text in segment.open(encoding="ascii", errors="replace"):
                line = read_line(text.removesuffix("\n"))
                if line.sequence == sequence:
                    return line
            return None
    return None


@dataclass(frozen=True)
class Both:
    """The records of a backup, then those that only an archive has; either may be missing."""

    log: Path
    archive: Path
    keys: Keys

    def records(self) -> Iterator[Kept]:
        """Raises BackupError where the archive is of another log, or a record is wrong."""
        until = newest_in(self.log)
        if until is not None:
            yield from read_kept(self.log, self.keys)
        if self.from_archive:
            yield from read_kept(self.archive, self.keys, until.sequence if until else 0)

    @property
    def count(self) -> int:
        """How many records there are together."""
        return max((line.sequence for line in map(newest_in, (self.log, self.archive)) if line), default=0)

    @property
    def from_archive(self) -> int:
        """How many of them only the archive has. Raises BackupError where it is of another log."""
        until, last = newest_in(self.log), newest_in(self.archive)
        if last is None or (until is not None and last.sequence <= until.sequence):
            return 0
        if until is not None:
            same = line_at(self.archive, until.sequence)
            if same is None or same.sha256 != until.sha256:
                raise BackupError(
                    f"record {until.sequence} of the backup is not in {self.archive}: it is the archive of another log"
                )
        return last.sequence - (until.sequence if until else 0)
