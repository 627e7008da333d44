"""Notices as text files in a folder: needs nothing else installed, and can be printed from."""

import asyncio
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from notify.outgoing import ChannelUnavailable, Outgoing
from notify.settings import NotifySettings


@dataclass(frozen=True)
class FolderChannel:
    """One file a notice, `<notice id>.txt`, for its owner only; a file that is there was delivered."""

    folder: Path

    async def deliver(self, notice: Outgoing) -> None:
        """Raises ChannelUnavailable if the folder cannot be written; a crash leaves a whole file or none."""
        text = f"{notice.subject}\n\n{notice.body}"
        try:
            await asyncio.to_thread(write_once, self.folder, notice.notice_id, text.encode())
        except OSError as error:
            raise ChannelUnavailable(f"the notice folder cannot be written: {error.strerror}") from None


def write_once(folder: Path, name: str, text: bytes) -> None:
    """Writes `<name>.txt` if it is not there yet; on the disk, file and name, when this returns."""
    target = folder / f"{name}.txt"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        if not target.exists():
            _write_beside_and_link(target, text)
    finally:
        for left_by_a_crash in folder.glob(f".{name}.*.part"):
            left_by_a_crash.unlink(missing_ok=True)
    _sync_folder(folder)


def _write_beside_and_link(target: Path, text: bytes) -> None:
    handle, part = tempfile.mkstemp(prefix=f".{target.stem}.", suffix=".part", dir=target.parent)  # mode 0600
    with os.fdopen(handle, "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    # A rename would overwrite what another process has just delivered.
    with suppress(FileExistsError):
        os.link(part, target)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def folder_channel(settings: NotifySettings) -> FolderChannel:
    return FolderChannel(settings.folder)
