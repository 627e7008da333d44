"""The keys a deployment holds: one file of 64 hex digits each, mode 0600, made once and kept."""

import os
import secrets
from pathlib import Path

from contracts.text_file import read_text

NAMES = ("application-number", "receipt", "claim", "question", "notice", "signing", "seal", "archive")
"""Which keys there are. Losing `application-number` or `claim` means an Idempotency-Key opens a second case;
without `archive` the archive's records cannot be read. `signing` signs questions; `seal` heads of the archive,
dossiers and certificates."""


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


def make_keys(folder: Path) -> None:
    """Makes the keys that are not there yet; never changes one."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in NAMES:
        write_secret(folder / f"{name}.key", secrets.token_hex(32))


def write_secret(path: Path, text: str) -> None:
    """Writes a secret of mode 0600 once; what is there stays."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
