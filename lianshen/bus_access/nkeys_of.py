"""Who may connect to the bus: one nkey seed a user, made once; the server only ever sees the public key."""

import os
from dataclasses import dataclass
from pathlib import Path

import nkeys

from chassis.process.keys import write_secret
from contracts.text_file import read_text


@dataclass(frozen=True)
class PublicKeys:
    """The public key of every user the server lets in; None for a department whose key was revoked."""

    provisioner: str
    operator: str
    check: str
    groups: dict[str, str]
    """Of each process of services."""
    departments: dict[str, str | None]
    system: str | None = None
    """Of whoever takes a lost node off the list of a cluster."""


def make_user_seed(path: Path) -> None:
    """Makes a user's seed file of mode 0600; one that is there stays."""
    if not path.exists():
        seed: bytes = nkeys.encode_seed(os.urandom(32), nkeys.PREFIX_BYTE_USER)
        # Without a line's end: clients of departments take the file's bytes for the seed.
        write_secret(path, seed.decode(), end="")


def public_key(path: Path) -> str:
    """The public key of a seed file, `U…`. Raises ValueError where the file holds no user seed."""
    try:
        pair = nkeys.from_seed(bytearray(read_text(path).strip().encode()))
        key: bytes = pair.public_key
        pair.wipe()
    except (nkeys.NkeysError, ValueError):
        raise ValueError(f"{path.name} holds no nkey seed; remove it, and the next start makes a new one") from None
    if not key.startswith(b"U"):
        raise ValueError(f"{path.name} holds a seed that is not a user's")
    return key.decode()
