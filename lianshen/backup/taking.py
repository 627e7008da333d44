"""Takes what is new of a stream of records into a backup: read by sequence, chained and encrypted like an archive."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from nats.aio.client import Client

from chassis.errors import Drift
from chassis.log.follow import pages
from chassis.log.history import History
from chassis.log.leader import read_from_leader
from chassis.log.stored import Stored
from contracts.jws import sha256
from evidence.archive.chain import ChainLine, Head, Torn, next_line, record_bytes, sealed_head
from evidence.archive.files import Files
from lianshen.backup.form import BackupError, Keys

PAGE = 1000
Say = Callable[[str], None]


class Progress:
    """Says how far a long work is, every few seconds."""

    def __init__(self, say: Say, every: float = 5.0) -> None:
        self._say, self._every, self._at = say, every, time.monotonic()

    def tell(self, what: str, done: int, of: int) -> None:
        if time.monotonic() - self._at > self._every:
            self._at = time.monotonic()
            self._say(f"{what}: {done} of {of}")


async def take_records(nc: Client, stream: str, folder: Path, keys: Keys, say: Say) -> int:
    """Adds the records that the backup does not have; how many it has then. Sealed at the end.

    Raises BackupError where the backup is not as it was written, or is of another log.
    """
    try:
        files = Files(folder)
    except Torn as torn:
        raise BackupError(f"the backup was changed: {torn}; begin another one in a new folder") from None
    try:
        before = files.sequence
        await _continues(nc, stream, files)
        history, progress = History(nc, stream), Progress(say)
        await history.start()
        async for page in pages(history, ">", before, size=PAGE):
            if page:
                await asyncio.to_thread(files.append, _lines(files, page, keys))
                pending = int(page[-1].headers.get("Nats-Num-Pending", 0))
                progress.tell(stream, files.sequence, files.sequence + pending)
        if files.sequence > before:
            files.seal(sealed_head(Head(files.sequence, files.chain, datetime.now(UTC)), keys.seal))
        say(f"{stream}: {files.sequence} records, {files.sequence - before} of them new")
        return files.sequence
    finally:
        files.close()


async def _continues(nc: Client, stream: str, files: Files) -> None:
    """Raises BackupError unless the newest record of the backup is in this log, too."""
    if files.last is None:
        return
    found = await read_from_leader(nc, stream, files.last.sequence)
    if found is None or sha256(_record(found)) != files.last.sha256:
        raise BackupError(
            f"record {files.last.sequence} of the backup is not in {stream}: it is of another log, or of one that was"
            " restored since; begin a backup in a new folder, and keep this one"
        )


def _lines(files: Files, page: list[Stored], keys: Keys) -> list[ChainLine]:
    lines, chain = [], files.chain
    for wanted, stored in enumerate(page, files.sequence + 1):
        if stored.sequence != wanted:
            raise Drift(f"the log has no record {wanted}: `lianshen audit`")
        lines.append(next_line(stored.sequence, _record(stored), chain, keys.box))
        chain = lines[-1].chain
    return lines


def _record(stored: Stored) -> bytes:
    return record_bytes(stored.subject, stored.headers["Nats-Time-Stamp"], stored.headers, stored.body)
