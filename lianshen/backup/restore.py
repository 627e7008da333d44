"""`lianshen restore`: an empty place becomes a system, of a backup, of an archive, or of both.

Records come back with their sequences and times. Consumers begin anew at the first record: what a handler did already
stands in the log, and is not done twice; a consumer's own state may be newer than the records that were saved.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from nacl.exceptions import CryptoError
from nats.aio.client import Client

from chassis.bus import Bus
from chassis.log.follow import records
from chassis.log.history import History
from chassis.log.provision import STREAMS, provision
from chassis.log.provision import stream as replicated
from evidence.archive.chain import Archived
from evidence.archive.files import OF_LOOKS, segments
from evidence.audit import audit
from lianshen.backup.apart import copy_archive, copy_folder, copy_keys, is_empty_place
from lianshen.backup.feed import FIXED_BY_THE_SERVER, Leaf, feed, leaf
from lianshen.backup.form import SMALL, BackupError, Folder, Keys
from lianshen.backup.kept import Both, Kept
from lianshen.backup.restore_bus import RestoreBus, begin, finish
from lianshen.backup.taking import Progress, Say
from lianshen.catalog import durables
from lianshen.embedded.data_dir import DataDir, DataDirError
from lianshen.embedded.stream_copy import NotCopied, Snapshot, give


@dataclass(frozen=True)
class Source:
    """What is restored from. Without a `folder` the archive alone, as after a data centre was lost."""

    folder: Folder | None
    archive: Path | None
    keys: Keys
    keys_folder: Path

    @classmethod
    def of(cls, path: Path | None, archive: Path | None, keys: Path | None) -> "Source":
        """Raises BackupError where there is nothing to restore from."""
        folder = Folder.at(path, keys) if path is not None else None
        if folder is not None:
            folder.read()
        if archive is None and folder is not None and folder.archive.is_dir():
            archive = folder.archive
        if archive is not None and not segments(archive):
            raise BackupError(f"{archive} is no archive: it has no file of records")
        where = folder.keys if folder is not None else keys
        if where is None:
            raise BackupError("name the folder with the keys: --keys FOLDER")
        # A data directory's own keys folder may be named as well as a copy of all that opens it.
        inside = where / "keys" if (where / "keys").is_dir() else where
        return cls(folder, archive, Keys.of(inside), where)

    def both(self, stream: str) -> Both:
        nowhere = Path("nowhere")
        log = self.folder.records(stream) if self.folder is not None else nowhere
        archive = self.archive or nowhere
        return Both(log, archive if stream == "CASES" else archive / OF_LOOKS, self.keys)


async def restore(directory: DataDir, source: Source, say: Say) -> list[str]:
    """What the audit finds; nothing where all is well. Raises BackupError, DataDirError, NotCopied.

    What was begun and not ended is refused by every start; empty the place and restore again.
    """
    if not is_empty_place(directory):
        raise DataDirError(f"{directory.path} is not empty: a log is restored into an empty place only")
    counts = {stream: source.both(stream) for stream in ("CASES", "LOOKS")}
    if not counts["CASES"].count:
        raise BackupError("there is no record to restore")
    for stream, both in counts.items():
        say(f"{stream}: {both.count} records, {both.from_archive} of them from the archive alone")
    directory.path.mkdir(mode=0o700, parents=True, exist_ok=True)
    begin(directory)
    _put_keys(source, directory)
    async with filling(directory) as (nc, over):
        for stream, both in counts.items():
            await _fill(nc, over, stream, both, say)
        for stream in SMALL:
            await _give_small(nc, stream, source)
        changes = await provision(nc, durables())
        say(f"provisioned: {len(changes)} streams and consumers; every consumer begins at the first record")
        found = await audit(nc)
    if source.archive is not None:
        await asyncio.to_thread(_keep_archive, source.archive, directory, say)
    finish(directory)
    return found


def _put_keys(source: Source, directory: DataDir) -> None:
    """All that opens a system, where the folder has it; else the keys alone, and seeds are made anew."""
    where = source.keys_folder
    if (where / "keys").is_dir():
        copy_keys(where, directory.path)
    elif where.name == "keys":
        copy_keys(where.parent, directory.path)
    else:
        copy_folder(where, directory.keys)


@asynccontextmanager
async def filling(directory: DataDir) -> AsyncIterator[tuple[Client, Leaf]]:
    """A server that is filled: its provisioner's connection, and the one on which records are given."""
    async with AsyncExitStack() as stack:
        bus = RestoreBus(directory)
        url = await bus.start()
        stack.push_async_callback(bus.stop)
        connection = await Bus.connect(url, "restore", directory.seed("provisioner"))
        stack.push_async_callback(connection.close)
        yield connection.nc, await stack.enter_async_context(leaf(bus.leaf))


async def _fill(nc: Client, over: Leaf, stream: str, both: Both, say: Say) -> None:
    """Makes the stream, and compares every record with what it was made of. Raises NotCopied."""
    if not both.count:
        return
    config = next(named for named in STREAMS if named["name"] == stream)
    progress = Progress(say)
    await feed(nc, over, config, both.records(), both.count, lambda n: progress.tell(stream, n, both.count))
    await _compare(nc, stream, both.records(), progress, both.count)
    say(f"{stream}: {both.count} records compared, each is the same with its sequence and time")


async def _compare(nc: Client, stream: str, wanted: Iterator[Kept], progress: Progress, count: int) -> None:
    history = History(nc, stream)
    await history.start()
    async for stored in records(history, ">"):
        kept = next(wanted, None)
        found = Archived(stored.subject, stored.headers["Nats-Time-Stamp"], stored.headers, stored.body)
        if kept is None or kept.sequence != stored.sequence or _said(found) != _said(kept.record):
            raise NotCopied(f"{stream}: record {stored.sequence} is not what it was restored from")
        progress.tell(f"{stream} compared", stored.sequence, count)
    if (rest := next(wanted, None)) is not None:
        raise NotCopied(f"{stream}: record {rest.sequence} is missing")


def _said(record: Archived) -> bytes:
    """A record without what its writer told the server about the writing, which a mirror leaves out."""
    kept = {name: value for name, value in record.headers.items() if not name.startswith(FIXED_BY_THE_SERVER)}
    return Archived(record.subject, record.stored_at, kept, record.body).bytes


async def _give_small(nc: Client, stream: str, source: Source) -> None:
    if source.folder is None or not source.folder.small(stream).is_file():
        return
    try:
        content = source.keys.box.decrypt(source.folder.small(stream).read_bytes(), stream.encode())
    except CryptoError:
        raise BackupError(f"{stream} in the backup cannot be decrypted with these keys, or was changed") from None
    said, _, body = bytes(content).partition(b"\n")
    what = json.loads(said)
    # It may have been kept by three nodes; here one server is filled, which `lianshen cluster grow` makes three of.
    await give(nc, stream, Snapshot({**what, "config": replicated(what["config"], 1)}, _once(body)))


async def _once(body: bytes) -> AsyncIterator[bytes]:
    for place in range(0, len(body), 128 * 1024):
        yield body[place : place + 128 * 1024]


def _keep_archive(archive: Path, directory: DataDir, say: Say) -> None:
    """The old one is evidence and stays as it is; the restored log gets one of its own, from its first record on."""
    kept = directory.archive / "aside" / f"restored-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    copy_archive(archive, kept)
    say(f"the archive it was restored from is kept: {kept}; the new one begins at the first record")
