"""archive: follows the log and writes every record, in order, outside JetStream; seals the head of the chain.

It reads by sequence and needs no consumer: what it has written says how far it is. It may lag behind a busy log, and
nothing waits for it.
"""

import asyncio
import logging
import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial

import nats.errors
from nacl.secret import Aead
from prometheus_client import Gauge

from archive.chain import Head, Line, Torn, next_line, record_bytes, sealed_head
from archive.check import fault_of_the_newest, read_heads
from archive.counting import Counting, departments_of_the_policy
from archive.files import Files, heads_of
from archive.settings import ArchiveSettings
from chassis.errors import Drift, Unavailable
from chassis.history import Stored
from chassis.keys import read_key
from chassis.register import FollowedRegister
from chassis.rights import OWN_KEYS
from chassis.run import Context, Parts, Service
from contracts.signed import Signer, sha256

NAME = "archive"
PAGE = 1000
REST = 0.5
"""Seconds between looks at a log that has little new: a page costs as much for one record as for fifty."""
ARCHIVED = Gauge("lianshen_archived", "Sequence of the newest record in the archive")
BEHIND = Gauge("lianshen_archive_behind", "Records of the log that are not in the archive yet")
log = logging.getLogger(__name__)


class Archive:
    """The follower: what is in the log, and not yet in the files, is written."""

    def __init__(
        self,
        context: Context,
        files: Files,
        box: Aead,
        seal: Signer,
        seal_every: float,
        was_read: Callable[[Sequence[Stored]], None] = lambda page: None,
    ) -> None:
        self._context = context
        self._files = files
        self._box = box
        self._seal = seal
        self._seal_every = seal_every
        self._was_read = was_read
        self._heads = read_heads(heads_of(files.folder), {seal.kid: seal.x})
        self._sealed = self._heads.newest
        self._writing: asyncio.Future[None] | None = None

    async def follow(self, nice: int) -> None:
        """Until cancelled. A bus that is away is waited for. Raises Drift where the log has a hole."""
        os.nice(nice)
        if fault := await asyncio.to_thread(fault_of_the_newest, self._files.folder, self._heads):
            raise Drift(f"the archive is not as it was written: {fault}; put it aside, and keep it")
        seal_at, continues = 0.0, False
        while True:
            try:
                continues = continues or await self._continues_the_log()
                page = await self._context.journal.history.after(self._files.sequence, ">", PAGE)
            except (Unavailable, nats.errors.Error, TimeoutError):
                # It may come back restored from an older backup.
                continues = False
                log.warning("the log cannot be read now; trying again")
                await asyncio.sleep(1)
                continue
            self._was_read(page)
            if page:
                await self._write(page)
            if asyncio.get_running_loop().time() >= seal_at:
                await asyncio.to_thread(self.seal)
                seal_at = asyncio.get_running_loop().time() + self._seal_every
            if len(page) < PAGE:
                await asyncio.sleep(REST)

    async def _continues_the_log(self) -> bool:
        """Raises Drift unless the newest record of the archive is in the log, too."""
        last = self._files.last
        if last is not None:
            found = await self._context.journal.history.after(last.sequence - 1, ">", 1)
            if not found or sha256(_record(found[0])) != last.sha256:
                raise Drift(
                    f"record {last.sequence} of the archive is not in the log: another log, or an older one that was"
                    " restored; put the archive aside, and keep it"
                )
        return True

    async def _write(self, page: Sequence[Stored]) -> None:
        # Shielded: a file must not be closed under a thread that writes to it (`close` waits).
        self._writing = asyncio.ensure_future(asyncio.to_thread(self._files.append, self._lines(page)))
        await asyncio.shield(self._writing)
        ARCHIVED.set(self._files.sequence)
        BEHIND.set(int(page[-1].headers.get("Nats-Num-Pending", 0)))

    def _lines(self, page: Sequence[Stored]) -> list[Line]:
        lines: list[Line] = []
        sequence, chain = self._files.sequence, self._files.chain
        for stored in page:
            if stored.sequence != sequence + 1:
                raise Drift(f"the log has no record {sequence + 1}; the archive goes no further: `lianshen audit`")
            lines.append(next_line(stored.sequence, _record(stored), chain, self._box))
            sequence, chain = lines[-1].sequence, lines[-1].chain
        return lines

    def seal(self) -> None:
        """Signs how far the chain goes, where it has grown. Raises Drift where its files were taken away."""
        if self._files.sequence > self._sealed:
            head = Head(self._files.sequence, self._files.chain, datetime.now(UTC))
            self._files.seal(sealed_head(head, self._seal))
            self._sealed = head.sequence

    async def close(self) -> None:
        if self._writing is not None:
            await asyncio.wait({self._writing})
        self.seal()
        self._files.close()


def _record(stored: Stored) -> bytes:
    return record_bytes(stored.subject, stored.headers["Nats-Time-Stamp"], stored.headers, stored.body)


def build(context: Context) -> Parts:
    """Raises Drift where the archive cannot be written on."""
    settings = ArchiveSettings()
    seal = Signer.from_seed(read_key(settings.keys_dir, "seal"))
    box = Aead(read_key(settings.keys_dir, "archive")[: Aead.KEY_SIZE])
    try:
        files = Files(settings.archive_dir)
    except (Torn, OSError) as error:
        raise Drift(f"the archive cannot be written on: {error}") from None
    counting = Counting(departments_of_the_policy())
    archive = Archive(context, files, box, seal, settings.archive_seal_every, counting.take)
    register = FollowedRegister(context.journal)
    return Parts(
        background=(
            partial(archive.follow, settings.archive_nice),
            partial(counting.run, context.journal.history),
            partial(register.run, context.nc, (seal, "seal")),
        ),
        close=archive.close,
    )


SERVICE = Service(NAME, (), build, writes=(OWN_KEYS,), follows_register=True)
