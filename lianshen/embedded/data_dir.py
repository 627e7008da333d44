"""The data directory of a deployment on one machine: what lies where, and whose it is."""

import fcntl
import hashlib
import os
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter

from chassis.process.keys import CAME_LATER, OF_THE_ARCHIVE, OF_THE_LOG, make_keys, read_key, write_secret
from chassis.process.state_folder import NoHome, state_folder
from contracts.inquiries import DepartmentName
from lianshen.bus_access.nkeys_of import PublicKeys, make_user_seed, public_key
from lianshen.embedded.store_version import Store, stamp
from lianshen.errors import CommandError

User = Literal["provisioner", "operator", "check"]
USERS: tuple[User, ...] = ("provisioner", "operator", "check")

ORPHAN_GRACE = 10.0
"""Seconds a start waits for the server of an owner that was killed; it dies with its owner, but not at once."""

_department_name: TypeAdapter[str] = TypeAdapter(DepartmentName)


class DataDirError(CommandError):
    """The data directory cannot be used as it is; the text says why and what to do."""


@dataclass(frozen=True)
class DataDir:
    """keys/ · credentials/ · jetstream/ · logs/ · run/, all of mode 0700, under one path."""

    path: Path

    @classmethod
    def at(cls, path: Path | None) -> "DataDir":
        """The one that was named, else the default one. Raises DataDirError as that does."""
        return cls(path) if path else cls.default()

    @classmethod
    def default(cls) -> "DataDir":
        """`$XDG_STATE_HOME/lianshen`, or `~/.local/state/lianshen`. Raises DataDirError for a user without a home."""
        try:
            return cls(state_folder())
        except NoHome:
            raise DataDirError(
                "this user has no home folder to keep data in: name one with --data-dir, or set XDG_STATE_HOME"
            ) from None

    @property
    def keys(self) -> Path:
        return self.path / "keys"

    @property
    def credentials(self) -> Path:
        return self.path / "credentials"

    @property
    def jetstream(self) -> Path:
        return self.path / "jetstream"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def archive(self) -> Path:
        return self.path / "archive"

    @property
    def run(self) -> Path:
        return self.path / "run"

    def seed(self, user: User) -> Path:
        """The nkey seed of one of Lianshen's own users."""
        return self.credentials / f"{user}.seed"

    def group_seed(self, group: str) -> Path:
        """The nkey seed of one process of services."""
        return self.credentials / "services" / f"{group}.seed"

    def department_seed(self, department: str) -> Path:
        """The nkey seed of a department. Raises ValueError for what is no department's name."""
        return self.credentials / "departments" / f"{_department_name.validate_python(department)}.seed"

    def renew_department_seed(self, department: str) -> Path:
        """Puts a new seed in the place of the old one, which counts until the bus has read its accounts again."""
        seed = self.department_seed(department)
        fresh = seed.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        make_user_seed(fresh)
        fresh.replace(seed)
        return seed

    def revoke_department(self, department: str) -> None:
        """Nobody is let in with its seed any more, once the bus has read its accounts again."""
        self._revoked(department).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._revoked(department).touch(mode=0o600)

    def restore_department(self, department: str) -> None:
        """Lets it in again, with the seed that is there now."""
        self._revoked(department).unlink(missing_ok=True)

    def is_revoked(self, department: str) -> bool:
        return self._revoked(department).exists()

    def _revoked(self, department: str) -> Path:
        return self.department_seed(department).with_suffix(".revoked")

    def encryption_key(self) -> str:
        """The key of the store at rest, 64 hex digits. Raises FileNotFoundError or ValueError."""
        return read_key(self.keys, "jetstream").hex()

    def prepare(self, departments: Iterable[str], groups: Iterable[str] = ()) -> None:
        """Makes the folders, keys and seeds that are not there yet; never changes one.

        Raises DataDirError where the store is another version's, where a key is lost that its log was written with,
        and where the key is not the one that it was encrypted with.
        """
        seeds = [*(self.department_seed(name) for name in departments), *(self.group_seed(name) for name in groups)]
        users = (self.credentials, self.credentials / "departments", self.credentials / "services")
        for folder in (self.path, self.keys, *users, self.jetstream, self.logs, self.run):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)
        if (why := Store.in_(self.jetstream).refusal()) is not None:
            raise DataDirError(why)
        self._make_keys()
        self.keep_encryption_key()
        stamp(self.jetstream)
        for seed in (*(self.seed(user) for user in USERS), *seeds):
            make_user_seed(seed)

    def public_keys(self, departments: Iterable[str], groups: Iterable[str] = ()) -> PublicKeys:
        """What the server is told about its users."""
        return PublicKeys(
            provisioner=public_key(self.seed("provisioner")),
            operator=public_key(self.seed("operator")),
            check=public_key(self.seed("check")),
            groups={name: public_key(self.group_seed(name)) for name in groups},
            departments={
                name: None if self.is_revoked(name) else public_key(self.department_seed(name)) for name in departments
            },
        )

    def _make_keys(self) -> None:
        # A key made anew is another key: beside a log, an Idempotency-Key or a person would open a second case.
        of_the_log = [name for name in OF_THE_LOG if name not in CAME_LATER]
        used = [*([] if is_empty(self.jetstream) else of_the_log), *([] if is_empty(self.archive) else OF_THE_ARCHIVE)]
        lost = [name for name in used if not (self.keys / f"{name}.key").is_file()]
        if lost:
            files = ", ".join(f"keys/{name}.key" for name in lost)
            raise DataDirError(
                f"lost beside a log that was written with it: {files}; restore it from the backup of the keys"
                " (`lianshen key replace --help` says what it costs to go on without)"
            )
        make_keys(self.keys)

    def keep_encryption_key(self) -> None:
        """Makes the key of a new store. Raises DataDirError where it is not the one of the store."""
        # With a wrong key nats-server starts, shows no streams, and a provisioner that makes them anew
        # destroys what is stored for good: so the store carries a fingerprint of its key.
        fingerprint = self.jetstream / "key.sha256"
        if is_empty(self.jetstream):
            write_secret(self.keys / "jetstream.key", secrets.token_hex(32))
        try:
            actual = hashlib.sha256(self.encryption_key().encode()).hexdigest()
        except (FileNotFoundError, ValueError):
            raise DataDirError(
                "the log is encrypted, and keys/jetstream.key is lost or damaged: restore it from the backup"
            ) from None
        write_secret(fingerprint, actual)
        if fingerprint.read_text().strip() != actual:
            raise DataDirError("keys/jetstream.key is not the key of this log: restore the right one from the backup")

    def own(self) -> int:
        """Locks the directory for one owner and returns the lock's descriptor; closing it gives the directory up.

        Raises DataDirError with the owner's process id. The server inherits the descriptor, so a store whose owner
        was killed stays locked until its server is gone too.
        """
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        deadline = time.monotonic() + ORPHAN_GRACE
        while not _locked(lock):
            owner = os.pread(lock, 20, 0).decode().strip()
            if (owner and is_alive(int(owner))) or time.monotonic() > deadline:
                os.close(lock)
                raise DataDirError(f"the data directory is in use by process {owner}: stop that, or use another one")
            time.sleep(0.05)
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
        return lock


def is_empty(folder: Path) -> bool:
    return not folder.is_dir() or not any(folder.iterdir())


def _locked(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
