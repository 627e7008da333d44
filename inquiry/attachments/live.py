"""How departments are attached while a service runs: the departments file is read again whenever it changed."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import nats.errors
from nats.aio.client import Client

from chassis.errors import ChassisError
from contracts.jws import Signer
from inquiry.answer_delivery import take_late_reply
from inquiry.attachments import Attachment
from inquiry.attachments.config import AttachmentConfig, attach, read_attachments
from inquiry.attachments.token_file import TokenFile
from inquiry.batches.gathering import Batches
from inquiry.department_client import DepartmentClient
from inquiry.department_faults import Faults

log = logging.getLogger(__name__)
EVERY = 1.0
OPEN_FOR = 30.0
"""Seconds that an attachment stays open after it was replaced: the longest that a question may be on its way."""


@dataclass
class Changes:
    """Whether a file is another one than when it was looked at last; a file that is gone is another one, too."""

    file: Path | None
    _seen: tuple[int, int, int] | None = None

    def __post_init__(self) -> None:
        self._seen = self._stamp()

    def any(self) -> bool:
        before, self._seen = self._seen, self._stamp()
        return self._seen != before

    def _stamp(self) -> tuple[int, int, int] | None:
        try:
            now = self.file.stat() if self.file else None
        except OSError:
            return None
        return (now.st_ino, now.st_mtime_ns, now.st_size) if now else None


@dataclass
class Attachments:
    """The tables of the departments file, each put into the department's `DepartmentClient`."""

    nc: Client
    file: Path | None
    askings: Mapping[str, DepartmentClient]
    signer: Signer
    changed: Callable[[DepartmentClient, str], Awaitable[None]]
    """Told after a change, with the way the department was attached before."""
    tokens: dict[str, TokenFile] = field(default_factory=dict)
    """What departments present at the door."""
    wrong: str | None = None
    """Why the file as it is now does not count, and the one before still does."""
    _tables: dict[str, AttachmentConfig] = field(default_factory=dict)
    _untold: dict[str, str] = field(default_factory=dict)
    """The way before, of those attached anew whom `changed` has not been told of yet: the bus may be away."""
    _changes: Changes = field(init=False)
    _closing: set[asyncio.Task[None]] = field(default_factory=set)

    def begin(self) -> None:
        """Raises ValueError or OSError where the file cannot be used."""
        self._changes = Changes(self.file)
        attached = read_attachments(self.file)
        for name in self.askings:
            self._put(name, attached.get(name, AttachmentConfig()))

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(EVERY)
            try:
                await self.look()
            except (ChassisError, nats.errors.Error, TimeoutError) as error:
                log.warning("the departments file was read, and not all of it is in effect yet: %s", error)

    async def look(self) -> None:
        """Reads the file if it changed; one that is wrong changes nothing, and `wrong` says why."""
        if self._changes.any() or self.wrong is not None:
            self._read()
        while self._untold:
            name, before = self._untold.popitem()
            try:
                await self.changed(self.askings[name], before)
            except BaseException:
                self._untold.setdefault(name, before)
                raise

    def _read(self) -> None:
        try:
            attached = read_attachments(self.file)
            for name in self.askings:
                if (how := attached.get(name, AttachmentConfig())) != self._tables[name]:
                    before = self.askings[name].attached_by
                    self._replace(name, how)
                    self._untold.setdefault(name, before)
                    log.info("attached anew", extra={"department": name})
        except (ValueError, OSError) as error:
            if str(error) != self.wrong:
                log.error("the departments file does not count, or not all of it, until it is mended: %s", error)
            self.wrong = str(error)
            return
        self.wrong = None

    def _replace(self, name: str, how: AttachmentConfig) -> None:
        asking = self.askings[name]
        old: list[Attachment | Batches] = [asking.attachment, *([asking.batches] if asking.batches else [])]
        self._put(name, how)
        asking.faults = Faults()
        asking.breaker.succeeded()  # what failed at the old address says nothing of the new one
        task = asyncio.create_task(close_later(*old))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def _put(self, name: str, how: AttachmentConfig) -> None:
        """All that can fail comes first."""
        asking = self.askings[name]
        late = partial(take_late_reply, asking)
        attachment = attach(self.nc, name, how, late)
        token = TokenFile(how.callback_token_file) if how.callback_token_file else None
        asking.attachment, asking.attached_by = attachment, how.by
        asking.batches = Batches(self.nc, name, late) if how.by == "bus" else None
        asking.signer = None if how.signature == "none" else self.signer
        asking.signatures, asking.timeout = how.signature, how.timeout_seconds
        asking.breaker.concurrency = how.concurrency
        self.tokens.pop(name, None)
        if token is not None:
            self.tokens[name] = token
        self._tables[name] = how

    async def close(self) -> None:
        for task in self._closing:
            task.cancel()
        for asking in self.askings.values():
            await asking.attachment.close()
            if asking.batches is not None:
                await asking.batches.close()


async def close_later(*old: Attachment | Batches) -> None:
    """Once nothing that was asked there can be on its way any more."""
    try:
        await asyncio.sleep(OPEN_FOR)
    finally:
        for one in old:
            await one.close()
