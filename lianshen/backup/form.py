"""What lies where in the folder of a backup.

log/ looks/      every record, chained and encrypted like an archive's, appended to by each backup
streams/         what is no record: small streams, each in one encrypted file, written anew each time
archive/         the archive's own files: copied as far as they have grown
keys/            what opens all this and lets everybody in; belongs elsewhere
"""

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from nacl.secret import Aead

from chassis.log.store_version import NEWER, STORE_VERSION
from chassis.process.keys import read_key
from contracts.jws import Signer
from contracts.text_file import read_json, read_text
from evidence.archive.chain import ChainLine, Torn, decrypt
from lianshen.errors import CommandError

FORM = 1
RECORDS = {"CASES": "log", "LOOKS": "looks"}
"""The streams of which nothing is ever deleted, and where their records are kept."""
SMALL = ("OBJECTORS", "DEAD")
"""Those whose messages are replaced or erased. TIMERS, CHECKPOINTS, PROBE and SPANS are made anew from the log."""
APART = """What lies here opens the backup beside it: whoever has both reads what was said about every family.
Keep it in another place than the records, and as safe as the keys of the system that it was taken from.
Without it the records can be read by nobody, ever.
"""
ABOUT = """A backup of Lianshen. `lianshen backup` of the same system adds what is new;
`lianshen restore THIS_FOLDER --data-dir EMPTY_PLACE` makes a system of it. The records are encrypted under a key
that lies in keys/, or wherever that was put. Nothing here is to be changed or deleted by hand.
"""


class BackupError(CommandError):
    """A backup cannot be taken, read or restored; the text says why."""


@dataclass(frozen=True)
class Keys:
    """What encrypts the records, and seals how far they go."""

    box: Aead
    seal: Signer
    before: tuple[Aead, ...] = ()
    """Those that encrypted older records, until `lianshen key replace archive`."""

    @classmethod
    def of(cls, folder: Path) -> "Keys":
        """Raises BackupError where a key is not there."""
        try:
            box = Aead(read_key(folder, "archive")[: Aead.KEY_SIZE])
            old = sorted(folder.glob("archive.key.until-*"), reverse=True)
            before = tuple(Aead(bytes.fromhex(read_text(file).strip())[: Aead.KEY_SIZE]) for file in old)
            return cls(box, Signer.from_seed(read_key(folder, "seal")), before)
        except (OSError, ValueError) as error:
            raise BackupError(f"{error}; name the folder that the backup's keys were put into with --keys") from None

    def open(self, line: ChainLine) -> bytes:
        """The record in a line. Raises Torn where none of the keys is its own."""
        for box in (self.box, *self.before):
            with suppress(Torn):
                return decrypt(line, box)
        raise Torn(f"record {line.sequence} cannot be decrypted with these keys")


@dataclass(frozen=True)
class Folder:
    """The folder of a backup, and that of its keys, which need not lie in it."""

    path: Path
    keys: Path

    @classmethod
    def at(cls, path: Path, keys: Path | None) -> "Folder":
        return cls(path, keys or path / "keys")

    @property
    def archive(self) -> Path:
        return self.path / "archive"

    @property
    def said(self) -> Path:
        return self.path / "backup.json"

    def records(self, stream: str) -> Path:
        return self.path / RECORDS[stream]

    def small(self, stream: str) -> Path:
        return self.path / "streams" / f"{stream}.sealed"

    def make(self) -> None:
        """Raises BackupError for a folder that holds something else."""
        if self.path.is_dir() and any(self.path.iterdir()) and not (self.path / "README").is_file():
            raise BackupError(f"{self.path} holds something that is no backup: name an empty folder, or a new one")
        for folder in (self.path, self.path / "streams", self.keys):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)
        write(self.path / "README", ABOUT.encode())
        write(self.keys / "README", APART.encode())

    def describe(self, records: dict[str, int], at: datetime) -> None:
        said = {"form": FORM, "store_version": STORE_VERSION, "at": at.isoformat(), "records": records}
        write(self.said, json.dumps(said, indent=2).encode())

    def read(self) -> dict[str, Any]:
        """What was said of it. Raises BackupError where this is no backup, or one of another version."""
        if not self.said.is_file():
            raise BackupError(f"{self.path} is no backup, or one that was cut short: it has no backup.json")
        said: dict[str, Any] = read_json(self.said)
        if (said.get("form"), said.get("store_version")) != (FORM, STORE_VERSION):
            raise BackupError(f"{self.path} was made by another version of Lianshen; {NEWER}")
        return said


def write(path: Path, body: bytes) -> None:
    """The whole file or none of it, of mode 0600, on disk when this returns."""
    fresh = path.with_name(f"{path.name}.new")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
