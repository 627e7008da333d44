"""The accounts of those who work here, in one SQLite file that nobody else can read."""

import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from console.who import Role, SignedIn
from contracts.events.values import FAMILY, TYPED
from contracts.text import key

TABLES = """
CREATE TABLE IF NOT EXISTS staff (
  account TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, roles TEXT NOT NULL,
  password TEXT NOT NULL, totp TEXT NOT NULL, last_step INTEGER NOT NULL, stamp TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE IF NOT EXISTS recovery (
  account TEXT NOT NULL REFERENCES staff ON DELETE CASCADE, hash TEXT NOT NULL, PRIMARY KEY (account, hash)
) STRICT;
CREATE TABLE IF NOT EXISTS invitation (
  hash TEXT PRIMARY KEY, account TEXT NOT NULL, name TEXT NOT NULL, roles TEXT NOT NULL, ends TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS browser (
  hash TEXT PRIMARY KEY, account TEXT NOT NULL REFERENCES staff ON DELETE CASCADE, since TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS security_key (
  id TEXT PRIMARY KEY, account TEXT NOT NULL REFERENCES staff ON DELETE CASCADE, name TEXT NOT NULL,
  public_key TEXT NOT NULL, counter INTEGER NOT NULL, since TEXT NOT NULL, UNIQUE (account, name)
) STRICT;
CREATE TABLE IF NOT EXISTS subject (account TEXT PRIMARY KEY, subject TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE IF NOT EXISTS answers_for (
  account TEXT NOT NULL REFERENCES staff ON DELETE CASCADE, department TEXT NOT NULL, PRIMARY KEY (account, department)
) STRICT;
CREATE TABLE IF NOT EXISTS token (
  hash TEXT PRIMARY KEY, account TEXT NOT NULL REFERENCES staff ON DELETE CASCADE, stamp TEXT NOT NULL,
  ends TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS change (at TEXT NOT NULL, account TEXT NOT NULL, what TEXT NOT NULL) STRICT;
"""
"""`stamp` is another one after every change of a secret: whoever signed in before is signed out by it. `change` keeps
who was given what and when; nothing removes a line of it."""


class Taken(ValueError):
    """Somebody else has this account or this name."""


@dataclass(frozen=True)
class Secrets:
    """How one person shows who they are, as it is kept."""

    password: str
    """Its Argon2 hash."""
    totp: str
    """The seed of the codes, which the server must know as it is; empty if the person has keys instead."""
    recovery: tuple[str, ...]
    """Hashes of the codes that are left."""


class Staff:
    """Who has an account, with which roles, and by which secrets they sign in."""

    def __init__(self, file: Path) -> None:
        file.touch(mode=0o600)
        self.db = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = FULL")
        self.db.execute("PRAGMA foreign_keys = ON")
        self.db.executescript(TABLES)

    @contextmanager
    def whole(self) -> Iterator[None]:
        """All that is written within, or nothing of it."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")

    def all(self) -> tuple[SignedIn, ...]:
        return tuple(map(_person, self.db.execute(f"{PERSON} ORDER BY account")))

    def of(self, account: str) -> SignedIn | None:
        row = self.db.execute(f"{PERSON} WHERE account = ?", (account,)).fetchone()
        return row and _person(row)

    def is_taken(self, account: str, name: str) -> bool:
        """However the name is typed: width, case, blanks and what cannot be seen make nobody another person. The
        family's own word is nobody's name here: what stands under it was done by the household itself. Nor is one with
        the mark of what was typed in a drill.
        """
        known = {key(FAMILY), *(key(who.name) for who in self.all())}
        return self.of(account) is not None or key(name) in known or key(TYPED) in key(name)

    def stamped(self, stamp: str) -> SignedIn | None:
        """Whose session it is; nobody's once a secret was changed, or the account removed."""
        row = self.db.execute(f"{PERSON} WHERE stamp = ?", (stamp,)).fetchone()
        return row and _person(row)

    def stamp(self, account: str) -> str:
        return str(self.db.execute("SELECT stamp FROM staff WHERE account = ?", (account,)).fetchone()[0])

    def secrets(self, account: str) -> Secrets | None:
        row = self.db.execute("SELECT password, totp FROM staff WHERE account = ?", (account,)).fetchone()
        left = self.db.execute("SELECT hash FROM recovery WHERE account = ?", (account,))
        return row and Secrets(row[0], row[1], tuple(hash for (hash,) in left))

    def add(self, who: SignedIn, kept: Secrets, now: datetime) -> None:
        """Raises Taken."""
        if self.is_taken(who.account, who.name):
            raise Taken("somebody has this account or this name")
        row = who.account, who.name, _written(who.roles), "", "", 0, secrets.token_hex(16)
        try:
            self.db.execute("INSERT INTO staff VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        except sqlite3.IntegrityError:
            raise Taken("somebody has this account or this name") from None
        self._keep(who.account, kept)
        self._changed(now, who.account, f"added: {_written(who.roles)}")

    def replace(self, account: str, kept: Secrets, now: datetime) -> None:
        """New secrets for an account that there is; the line before says who invited to it."""
        self._keep(account, kept)
        self._changed(now, account, "new secrets")

    def secret_changed(self, account: str, what: str, now: datetime) -> None:
        """One of several was added or removed: whoever signed in before signs in again."""
        self.db.execute("UPDATE staff SET stamp = ? WHERE account = ?", (secrets.token_hex(16), account))
        self._changed(now, account, what)

    def invited(self, account: str, by: str, now: datetime) -> None:
        """That a link was made, by whom; of the first one nobody knows the account yet."""
        self._changed(now, account, f"invited by {by}")

    def _keep(self, account: str, kept: Secrets) -> None:
        row = kept.password, kept.totp, secrets.token_hex(16), account
        self.db.execute("UPDATE staff SET password = ?, totp = ?, stamp = ?, last_step = 0 WHERE account = ?", row)
        # Whoever knew the old secrets may have added a key, too.
        self.db.execute("DELETE FROM security_key WHERE account = ?", (account,))
        self.db.execute("DELETE FROM browser WHERE account = ?", (account,))
        self.db.execute("DELETE FROM recovery WHERE account = ?", (account,))
        rows = [(account, hash) for hash in kept.recovery]
        self.db.executemany("INSERT INTO recovery VALUES (?, ?)", rows)

    def give_roles(self, account: str, roles: Iterable[Role], by: str, now: datetime) -> bool:
        """In place of those that the account has; False if there is no such account."""
        row = _written(roles), account
        there = self.db.execute("UPDATE staff SET roles = ? WHERE account = ?", row).rowcount == 1
        if there:
            self._changed(now, account, f"roles by {by}: {row[0]}")
        return there

    def give_departments(self, account: str, departments: Iterable[str], by: str, now: datetime) -> None:
        """For which a clerk answers, in place of those before."""
        names = sorted(departments)
        self.db.execute("DELETE FROM answers_for WHERE account = ?", (account,))
        self.db.executemany("INSERT INTO answers_for VALUES (?, ?)", [(account, name) for name in names])
        self._changed(now, account, f"answers for, by {by}: {' '.join(names)}")

    def remove(self, account: str, by: str, now: datetime) -> bool:
        self.db.execute("DELETE FROM invitation WHERE account = ?", (account,))
        self.db.execute("DELETE FROM subject WHERE account = ?", (account,))
        there = self.db.execute("DELETE FROM staff WHERE account = ?", (account,)).rowcount == 1
        if there:
            self._changed(now, account, f"removed by {by}")
        return there

    def use_step(self, account: str, step: int) -> bool:
        """A code of this step of time counts once, and none before it counts from then on."""
        row = step, account, step
        return self.db.execute("UPDATE staff SET last_step = ? WHERE account = ? AND last_step < ?", row).rowcount == 1

    def use_recovery(self, account: str, hash: str) -> bool:
        """Each code counts once."""
        row = account, hash
        return self.db.execute("DELETE FROM recovery WHERE account = ? AND hash = ?", row).rowcount == 1

    def _changed(self, now: datetime, account: str, what: str) -> None:
        self.db.execute("INSERT INTO change VALUES (?, ?, ?)", (now.isoformat(), account, what))


PERSON = (
    "SELECT account, name, roles,"
    " (SELECT group_concat(department, ' ') FROM answers_for a WHERE a.account = staff.account) FROM staff"
)


def _person(row: tuple[str, str, str, str | None]) -> SignedIn:
    return SignedIn(row[0], row[1], frozenset(map(Role, row[2].split())), frozenset((row[3] or "").split()))


def _written(roles: Iterable[Role]) -> str:
    return " ".join(sorted(roles))
