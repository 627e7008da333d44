"""Follows the log, writes every record in order to the archive's files, and seals the head of the chain.

It reads by sequence and needs no consumer: what it has written says how far it is. It may lag behind a busy log, and
nothing waits for it.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import nats.errors
from nacl.secret import Aead

from chassis.clock import WALL
from chassis.errors import Drift, Unavailable
from chassis.log.follow import pages
from chassis.log.history import History
from chassis.log.journal import STREAM
from chassis.log.leader import read_from_leader
from chassis.log.stored import Stored
from chassis.process.service import Context
from chassis.telemetry.metrics import ARCHIVE_BEHIND, ARCHIVED
from contracts.jws import Signer, sha256
from evidence.archive.chain import ChainLine, Head, next_line, record_bytes, sealed_head
from evidence.archive.check import fault_of_the_newest, read_heads
from evidence.archive.files import Files, heads_of

PAGE = 1000
REST = 0.5
"""Seconds between looks at a log that has little new: a page costs as much for one record as for fifty."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Source:
    """The stream that is archived, and how it is read."""

    stream: str
    history: History


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
        source: Source | None = None,
    ) -> None:
        """Of the log itself, and counted, if no other source is named."""
        self._context = context
        self._named = source
        self._files = files
        self._box = box
        self._seal = seal
        self._seal_every = seal_every
        self._was_read = was_read
        self._heads = read_heads(heads_of(files.folder), {seal.kid: seal.x})
        self._sealed = self._heads.newest
        self._writing: asyncio.Future[None] | None = None
        self.goes_on = False
        """Whether it was found sound, and to be of this log."""

    @property
    def sequence(self) -> int:
        """Of the newest record in it."""
        return self._files.sequence

    @property
    def _source(self) -> Source:
        return self._named or Source(STREAM, self._context.journal.history)

    async def follow(self) -> None:
        """Until cancelled. A bus that is away is waited for.

        Raises Drift where the archive is not as it was written, or is not of this log, or the log has a hole.
        """
        if fault := await asyncio.to_thread(fault_of_the_newest, self._files.folder, self._heads):
            raise Drift(f"the archive is not as it was written: {fault}")
        seal_at = 0.0
        while True:
            try:
                # Anew after every fault: the log may come back restored from an older backup.
                await self._continues_the_log()
                self.goes_on = True
                async for page in pages(self._source.history, ">", self._files.sequence, size=PAGE, rest=REST):
                    await self._has_no_hole(page)
                    self._was_read(page)
                    if page:
                        await self._write(page)
                    if asyncio.get_running_loop().time() >= seal_at:
                        await asyncio.to_thread(self.seal)
                        seal_at = asyncio.get_running_loop().time() + self._seal_every
            except (Unavailable, nats.errors.Error, TimeoutError):
                log.warning("the log cannot be read now; trying again")
                await asyncio.sleep(1)

    async def _continues_the_log(self) -> None:
        """Raises Drift unless the newest record of the archive is in the log, too."""
        last = self._files.last
        if last is not None:
            found = await read_from_leader(self._context.nc, self._source.stream, last.sequence)
            if found is None or sha256(_record(found)) != last.sha256:
                self.goes_on = False
                raise Drift(
                    f"record {last.sequence} of the archive is not in the log: it is another log, or an older one that"
                    " was restored"
                )

    async def _has_no_hole(self, page: Sequence[Stored]) -> None:
        """Raises Drift where the leader lacks a record, too, and Unavailable where only a replica did."""
        for wanted, stored in enumerate(page, self._files.sequence + 1):
            if stored.sequence != wanted:
                if await read_from_leader(self._context.nc, self._source.stream, wanted) is not None:
                    raise Unavailable("a replica left a record out")
                raise Drift(f"the log has no record {wanted}; the archive goes no further: `lianshen audit`")

    async def _write(self, page: Sequence[Stored]) -> None:
        # Shielded: a file must not be closed under a thread that writes to it (`close` waits).
        self._writing = asyncio.ensure_future(asyncio.to_thread(self._files.append, self._lines(page)))
        await asyncio.shield(self._writing)
        if self._named is None:
            ARCHIVED.set(self._files.sequence)
            ARCHIVE_BEHIND.set(int(page[-1].headers.get("Nats-Num-Pending", 0)))

    def _lines(self, page: Sequence[Stored]) -> list[ChainLine]:
        lines: list[ChainLine] = []
        chain = self._files.chain
        for stored in page:
            lines.append(next_line(stored.sequence, _record(stored), chain, self._box))
            chain = lines[-1].chain
        return lines

    def seal(self) -> None:
        """Signs how far the chain goes, where it has grown. Raises Drift where its files were taken away."""
        if self._files.sequence > self._sealed:
            head = Head(self._files.sequence, self._files.chain, WALL.now())
            self._files.seal(sealed_head(head, self._seal))
            self._sealed = head.sequence

    async def close(self) -> None:
        if self._writing is not None:
            await asyncio.wait({self._writing})
        try:
            # What was not found sound is not sealed: the seal would say that it is.
            if self.goes_on:
                self.seal()
        finally:
            self._files.close()


def _record(stored: Stored) -> bytes:
    return record_bytes(stored.subject, stored.headers["Nats-Time-Stamp"], stored.headers, stored.body)
