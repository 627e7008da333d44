"""Whether the secret keys that a process holds are those that the log was written with (ADR 0011).

The register keeps a fingerprint of each under a holder of its own. Whoever holds a key compares it at its start, and
records it where the log does not know it yet: a log from before there were fingerprints, or a key that is new.
"""

import asyncio
import hashlib
import logging
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from nats.aio.client import Client

from chassis.errors import CommandRefused, Unavailable, Unusable
from chassis.log.journal import Journal
from chassis.log.key_register import enter
from chassis.process.keys import read_key
from contracts.key_register import SECRET_KEYS, Holding, RegisterEvent, SecretKeysRecorded

log = logging.getLogger(__name__)
RESTORE = (
    "put the right file back from the backup of the keys, and start again"
    " (`lianshen key replace --help`: what it costs where there is none)"
)


def fingerprint(name: str, key: bytes) -> str:
    """Shows which key it is and helps nobody to guess it: a key is 32 random bytes, and 16 of the hash are kept."""
    return hashlib.sha256(f"lianshen key {name}\0".encode() + key).hexdigest()[:32]


def fingerprints(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """Of the keys in a folder. Raises Unusable where one is missing or damaged."""
    try:
        return {name: fingerprint(name, read_key(folder, name)) for name in names}
    except (OSError, ValueError) as error:
        raise Unusable(f"{error}; {RESTORE}") from None


def new_ones(ours: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
    """Those that the log does not know yet. Raises Unusable where one is not the log's."""
    others = [f"{name}.key" for name, mark in ours.items() if known.get(name, mark) != mark]
    if others:
        raise Unusable(f"{', '.join(others)}: not what this log was written with; {RESTORE}")
    return {name: mark for name, mark in ours.items() if name not in known}


async def keep_fingerprints(journal: Journal, nc: Client, folder: Path, names: Iterable[str], now: datetime) -> None:
    """Compares the keys with the log's, and records what it does not know. Raises Unusable, Unavailable or Problem."""
    ours = fingerprints(folder, names)

    def decide(holding: Holding) -> RegisterEvent | None:
        fresh = new_ones(ours, holding.secrets)
        if not fresh:
            return None
        return SecretKeysRecorded(holder=SECRET_KEYS, n=holding.n + 1, at=now, by="lianshen", fingerprints=fresh)

    if ours:
        await enter(journal, nc, SECRET_KEYS, decide)


async def compare_at_start(
    journal: Journal, nc: Client, folder: Path, names: Iterable[str], ending: asyncio.Event
) -> bool:
    """Waits for a bus that cannot say or store now; False where the process is to end before. Raises Unusable."""
    names, waits = tuple(names), ""
    while not ending.is_set():
        try:
            # An append that the bus never answers would outlast the end of a process that was told to go.
            keeping = asyncio.ensure_future(keep_fingerprints(journal, nc, folder, names, journal.clock.now()))
            return await _unless_ending(keeping, ending)
        except (Unavailable, CommandRefused) as wait:
            if str(wait) != waits:
                waits = str(wait)
                log.warning("waiting, to compare the secret keys: %s", wait)
            with suppress(TimeoutError):
                async with asyncio.timeout(journal.timing.compare_again_after):
                    await ending.wait()
    return False


async def _unless_ending(keeping: asyncio.Task[None], ending: asyncio.Event) -> bool:
    """Whether it was done; False if the process is to end before. Raises what it raises."""
    told = asyncio.ensure_future(ending.wait())
    try:
        await asyncio.wait({keeping, told}, return_when=asyncio.FIRST_COMPLETED)
        if not keeping.done():
            return False
        await keeping
        return True
    finally:
        told.cancel()
        keeping.cancel()
