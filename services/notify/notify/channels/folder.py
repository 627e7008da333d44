"""Notices as text files in a folder: needs nothing else installed, and can be printed from.

Notices of one moment are written together: one sync of the file system for all files, and one for all names.
"""

import asyncio
import ctypes
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from chassis.errors import Drift
from notify.outgoing import ChannelUnavailable, Outgoing
from notify.settings import NotifySettings

TOGETHER = 0.5
"""Seconds that a notice waits for others to be written with."""
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass
class FolderChannel:
    """One file a notice, `<notice id>.txt`, for its owner only; a file that is there was delivered."""

    folder: Path
    _waiting: dict[str, bytes] = field(default_factory=dict)
    _written: asyncio.Task[None] | None = None

    async def deliver(self, notice: Outgoing) -> None:
        """Raises ChannelUnavailable if the folder cannot be written; a crash leaves a whole file or none."""
        self._waiting[notice.notice_id] = f"{notice.subject}\n\n{notice.body}".encode()
        if self._written is None:
            self._written = asyncio.create_task(self._write())
        try:
            await asyncio.shield(self._written)
        except OSError as error:
            raise ChannelUnavailable(f"the notice folder cannot be written: {error.strerror}") from None

    async def _write(self) -> None:
        await asyncio.sleep(TOGETHER)
        notices, self._waiting, self._written = self._waiting, {}, None
        await asyncio.to_thread(write_together, self.folder, notices)


def write_together(folder: Path, notices: dict[str, bytes]) -> None:
    """Writes `<name>.txt` where it is not there yet; on the disk, files and names, when this returns."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    parts = {folder / f".{name}.part": folder / f"{name}.txt" for name in notices}
    try:
        new = [
            (part, text)
            for (part, target), text in zip(parts.items(), notices.values(), strict=True)
            if not target.exists()
        ]
        for part, text in new:
            _write_new(part, text)
        sync(folder)
        for part, _ in new:
            # A rename would overwrite what another process has just delivered.
            with suppress(FileExistsError):
                os.link(part, parts[part])
    finally:
        _remove(parts)
    sync(folder)


def _write_new(part: Path, text: bytes) -> None:
    part.unlink(missing_ok=True)  # left by a crash
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(text)


def _remove(parts: Iterable[Path]) -> None:
    for part in parts:
        part.unlink(missing_ok=True)


def sync(folder: Path) -> None:
    """Brings everything written below this folder's file system to its disk (syncfs, Linux). Raises OSError."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        if _libc.syncfs(handle) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    finally:
        os.close(handle)


def folder_channel(settings: NotifySettings) -> FolderChannel:
    """Raises Drift where nothing says which folder."""
    if settings.folder is None:
        raise Drift("this user has no home folder to keep notices in: set LIANSHEN_NOTIFY_FOLDER")
    return FolderChannel(settings.folder)
