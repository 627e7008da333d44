"""`lianshen backup`: what is new of the records, the small streams, the archive's files and the keys; then proved."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

from nats.aio.client import Client

from evidence.archive.files import HEADS
from evidence.audit import audit
from lianshen.backup.apart import copy_archive, copy_keys
from lianshen.backup.form import RECORDS, SMALL, BackupError, Folder, Keys, write
from lianshen.backup.kept import prove
from lianshen.backup.taking import Say, take_records
from lianshen.embedded.client import connected
from lianshen.embedded.data_dir import DataDir
from lianshen.embedded.stream_copy import snapshot


async def backup(directory: DataDir, folder: Folder, audited: bool, say: Say) -> list[str]:
    """What the audit finds, of the log as it is in the backup; nothing where all is well.

    Raises BackupError, and what a bus that is away raises; run again, it goes on where it was cut short.
    """
    if folder.path.resolve().is_relative_to(directory.path.resolve()):
        raise BackupError("a backup inside the data directory is lost with it: name a folder elsewhere")
    folder.make()
    keys = Keys.of(directory.keys)
    # Keys first: a record that they open is worth nothing without them.
    await asyncio.to_thread(copy_keys, directory.path, folder.keys)
    say(f"keys: in {folder.keys}; whoever has them and the records reads everything: keep them apart")
    async with connected(directory.path, "provisioner") as nc:
        records = {stream: await take_records(nc, stream, folder.records(stream), keys, say) for stream in RECORDS}
        for stream in SMALL:
            await _take_small(nc, stream, folder, keys)
        if directory.archive.is_dir():
            await asyncio.to_thread(copy_archive, directory.archive, folder.archive)
            say(f"archive: its files as they are now{'' if _sealed(folder.archive) else ', none of them sealed yet'}")
        for stream, count in records.items():
            if await asyncio.to_thread(prove, folder.records(stream), keys) != count:
                raise BackupError(f"{stream} in the backup ends before record {count}")
        say("every record of the backup was read again and decrypted")
        found = await audit(nc, archive=folder.records("CASES")) if audited else []
    folder.describe(records, datetime.now(UTC))
    return found


async def _take_small(nc: Client, stream: str, folder: Folder, keys: Keys) -> None:
    """In one file under the key of the records: what the server gives is in the clear."""
    async with snapshot(nc, stream, consumers=False) as taken:
        content = b"".join([chunk async for chunk in taken.chunks])
    said = json.dumps(taken.what).encode()
    write(folder.small(stream), keys.box.encrypt(said + b"\n" + content, stream.encode()))


def _sealed(archive: Path) -> bool:
    return (archive / HEADS).is_file()
