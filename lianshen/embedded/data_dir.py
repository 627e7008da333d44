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

User = Literal["provisioner", "operator", "check", "system"]
USERS: tuple[User, ...] = ("provisioner", "operator", "check", "system")

NODE_MARK = "node"
"""In the store of a node: its name."""

GROWING = "growing"
"""Beside the nodes: their stores are a copy that is not whole yet."""

ORPHAN_GRACE = 10.0
"""Seconds a start waits for the server of an owner that was killed; it dies with its owner, but not at once."""

UNFINISHED = "restore.unfinished"
"""Lies in a place until all of a log is restored there, so that no half of one is ever started."""

_department_name: TypeAdapter[str] = TypeAdapter(DepartmentName)


class DataDirError(CommandError):
    """The data directory cannot be used as it is; the text says why and what to do."""


@dataclass(frozen=True)
class DataDir:
    """keys/ · credentials/ · jetstream/ · logs/ · run/, all of mode 0700, under one path.

    Of a cluster each `node` has the last three in a folder of its own, nodes/NAME.
    """

    path: Path
    node: str | None = None
    growing: bool = False
    """While a log is copied to the nodes, both lie here."""

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
    def place(self) -> Path:
        """Where the store and what is run lie."""
        return self.nodes / self.node if self.node else self.path

    @property
    def nodes(self) -> Path:
        return self.path / "nodes"

    @property
    def keys(self) -> Path:
        return self.path / "keys"

    @property
    def credentials(self) -> Path:
        return self.path / "credentials"

    @property
    def jetstream(self) -> Path:
        return self.place / "jetstream"

    @property
    def logs(self) -> Path:
        return self.place / "logs"

    @property
    def archive(self) -> Path:
        return self.path / "archive"

    @property
    def run(self) -> Path:
        return self.place / "run"

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
        for folder in (self.path, self.place, self.keys, *users, self.jetstream, self.logs, self.run):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)
        for why in (Store.in_(self.jetstream).refusal(), self._refusal_as_node()):
            if why is not None:
                raise DataDirError(why)
        self._make_keys()
        self.keep_encryption_key()
        stamp(self.jetstream)
        if self.node is not None:
            write_secret(self.jetstream / NODE_MARK, self.node)
        for seed in (*(self.seed(user) for user in USERS), *seeds):
            make_user_seed(seed)

    def _refusal_as_node(self) -> str | None:
        """Why a server alone, or a node of this name, may not be started here: it would begin a second log."""
        if self.growing:
            return None
        alone, mark = DataDir(self.path).jetstream, self.jetstream / NODE_MARK
        unfinished = (self.nodes / GROWING).exists()
        if self.node is not None and unfinished:
            return "a copy of the log to three nodes is not finished: do `lianshen cluster grow` again"
        if self.node is not None and Store.in_(alone).logs:
            return "the log here is that of one server: `lianshen cluster grow` makes a cluster of it"
        if (
            self.node is None
            and not unfinished
            and any(Store.in_(store).logs for store in self.nodes.glob("*/jetstream"))
        ):
            return "the log here is kept by three nodes: start it with `lianshen up --nodes 3`"
        written_by = mark.read_text().strip() if mark.is_file() else None
        if Store.in_(self.jetstream).logs and written_by != self.node:
            whose = f"node {written_by}" if written_by else "a server that was no node"
            return (
                f"{self.jetstream.relative_to(self.path)} was written by {whose}: a store that is copied becomes no"
                " node's. An empty folder is filled by the others; `lianshen cluster grow` makes three of one"
            )
        return None

    def refuse_half_a_log(self) -> None:
        """Raises DataDirError where a restore was cut short."""
        if (self.path / UNFINISHED).exists():
            raise DataDirError(f"a restore into {self.path} was cut short: empty that place, and restore again")

    def public_keys(self, departments: Iterable[str], groups: Iterable[str] = ()) -> PublicKeys:
        """What the server is told about its users."""
        return PublicKeys(
            provisioner=public_key(self.seed("provisioner")),
            operator=public_key(self.seed("operator")),
            check=public_key(self.seed("check")),
            system=public_key(self.seed("system")),
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
        self.place.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(self.place / "lock", os.O_RDWR | os.O_CREAT, 0o600)
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
