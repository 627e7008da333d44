"""The keys a deployment holds: one file of 64 hex digits each, mode 0600, made once and kept."""

import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from contracts.text_file import read_text

OF_THE_LOG = {
    "application-number": "a form sent again under its Idempotency-Key opens a second case",
    "receipt": "no receipt given before opens its case any more",
    "claim": "a person with an open application can open another one",
    "ban": "a ban binds nobody any more, since nobody is found under it",
    "draw-number": "whoever is in a draw under way stands there under another number",
    "question": "open questions are asked again, and answers to the old ones are not taken",
    "notice": "what was told about open cases may be told once more",
}
"""What the log was written with, and what it costs to go on with another: so none is ever made anew beside a log."""

CAME_LATER = ("ban", "draw-number")
"""Of them, those that an older log was written without, so that they are made beside it. One that was lost is told by
its fingerprint in the log at the next start."""

OF_THE_ARCHIVE = {"archive": "the archive's records so far cannot be read without the old key"}
"""The same of the archive."""

SIGNING = ("signing", "seal")
"""Whose public parts stand in the register: `signing` signs questions; `seal` heads of the archive, dossiers and
certificates. Another one counts from its registration; what the one before signed still holds."""

NAMES = (*OF_THE_LOG, *SIGNING, *OF_THE_ARCHIVE)
"""Which keys there are."""


def read_key(folder: Path, name: str) -> bytes:
    """Raises FileNotFoundError or ValueError saying which key and how to make it."""
    path = folder / f"{name}.key"
    if not path.is_file():
        raise FileNotFoundError(
            f"key {name!r} is missing in the keys folder; `lianshen up` makes it, or mount the secret"
        )
    try:
        key = bytes.fromhex(read_text(path).strip())
    except ValueError:
        raise ValueError(f"key {name!r} is not written in hex digits") from None
    if len(key) < 32:
        raise ValueError(f"key {name!r} is shorter than 32 bytes")
    return key


def make_keys(folder: Path, names: Iterable[str] = NAMES) -> None:
    """Makes the keys that are not there yet; never changes one."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in names:
        write_secret(folder / f"{name}.key", secrets.token_hex(32))


def write_secret(path: Path, text: str, end: str = "\n") -> None:
    """Writes a secret of mode 0600 once; what is there stays."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text + end)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        # Of a full disk an empty file would stay, and be taken for another key or a strange stamp from then on.
        path.unlink()
        raise
