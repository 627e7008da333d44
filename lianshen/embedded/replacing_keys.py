"""The secret keys of a log: compared at each start of `up`, and replaced where one is lost for good."""

import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from nats.aio.client import Client

from chassis.bus import Bus
from chassis.log.journal import Journal
from chassis.log.key_register import enter
from chassis.process.key_fingerprints import fingerprints, keep_fingerprints
from chassis.process.keys import OF_THE_ARCHIVE, OF_THE_LOG, write_secret
from contracts.key_register import SECRET_KEYS, Holding, RegisterEvent, SecretKeysRecorded
from lianshen.embedded.bus_server import EmbeddedBus
from lianshen.embedded.data_dir import DataDir


async def compare_keys(nc: Client, folder: Path) -> None:
    """Raises Unusable where a key in the folder is not the log's; records those that it does not know."""
    async with _journal(nc) as journal:
        await keep_fingerprints(journal, nc, folder, (*OF_THE_LOG, *OF_THE_ARCHIVE), datetime.now(UTC))


async def replace_key(directory: DataDir, name: str, by: str, reason: str) -> Path | None:
    """A new key in the place of one that is lost; returns where the old file is kept, if there is one.

    The system must not run. Raises DataDirError where it does, ValueError for a reason that says nothing. Cut short,
    it leaves a key that `up` refuses, and is to be done again.
    """
    entry = SecretKeysRecorded(holder=SECRET_KEYS, n=1, at=datetime.now(UTC), by=by, reason=reason, fingerprints={})
    os.close(directory.own())
    kept = _renew(directory.keys / f"{name}.key", entry.at)
    mark = fingerprints(directory.keys, [name])

    def decide(holding: Holding) -> RegisterEvent:
        return entry.model_copy(update={"n": holding.n + 1, "fingerprints": mark})

    bus = EmbeddedBus(directory, ())
    url = await bus.start()
    try:
        connection = await Bus.connect(url, "replace-key", directory.seed("provisioner"))
        try:
            async with _journal(connection.nc) as journal:
                await enter(journal, connection.nc, SECRET_KEYS, decide)
        finally:
            await connection.close()
    finally:
        await bus.stop()
    return kept


def _renew(key: Path, at: datetime) -> Path | None:
    kept = key.with_name(f"{key.name}.until-{at:%Y%m%dT%H%M%SZ}") if key.exists() else None
    if kept is not None:
        key.rename(kept)
    write_secret(key, secrets.token_hex(32))
    return kept


@asynccontextmanager
async def _journal(nc: Client) -> AsyncIterator[Journal]:
    journal = Journal(nc, within=10)
    await journal.start()
    try:
        yield journal
    finally:
        await journal.stop()
