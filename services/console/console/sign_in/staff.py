"""The accounts of those who work here, in one SQLite file that nobody else can read."""

import sqlite3
from pathlib import Path

from console.who import Role, SignedIn

TABLES = """
CREATE TABLE IF NOT EXISTS staff (account TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, roles TEXT NOT NULL) STRICT;
"""


class Staff:
    """Who has an account, and with which roles."""

    def __init__(self, file: Path) -> None:
        file.touch(mode=0o600)
        self._db = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.executescript(TABLES)

    def of(self, account: str) -> SignedIn | None:
        row = self._db.execute("SELECT account, name, roles FROM staff WHERE account = ?", (account,)).fetchone()
        return None if row is None else SignedIn(row[0], row[1], frozenset(map(Role, row[2].split())))

    def add(self, who: SignedIn) -> None:
        """Raises sqlite3.IntegrityError if the account or the name is taken."""
        self._db.execute("INSERT INTO staff VALUES (?, ?, ?)", (who.account, who.name, " ".join(sorted(who.roles))))
