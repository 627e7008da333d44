"""Answers by hand that one person proposed and another one has to look at: one a question, until somebody decides.

Rows say what a register has of a person, so the file is nobody else's to read, and what is decided is overwritten in
it. The numbers of those who were asked about are not in it.
"""

import json
import sqlite3
from dataclasses import astuple, dataclass
from datetime import datetime
from pathlib import Path

from console.who import SignedIn

TABLE = """
DROP TABLE IF EXISTS proposals;
CREATE TABLE IF NOT EXISTS proposed (
  application TEXT, department TEXT, round INT, answer TEXT, reason TEXT, account TEXT, by TEXT, at TEXT,
  PRIMARY KEY (application, department, round)
);
"""
"""The first table knew no rows."""


@dataclass(frozen=True)
class Proposal:
    """What the first person would have the case say in a department's place."""

    application: str
    department: str
    round: int
    answer: str
    """As console/answering/checked.py keeps it."""
    reason: str
    account: str
    by: str
    at: str

    @property
    def kind(self) -> str:
        return str(json.loads(self.answer)["kind"])

    def may_be_approved_by(self, who: SignedIn) -> bool:
        """Two people are two accounts, whatever they are called."""
        return who.account != self.account and who.name != self.by


class Proposals:
    """One connection, used by one thread."""

    def __init__(self, file: Path) -> None:
        file.touch(mode=0o600)
        self._db = sqlite3.connect(file)
        self._db.execute("PRAGMA secure_delete = ON")
        self._db.executescript(TABLE)

    def propose(self, proposal: Proposal) -> None:
        """In place of an older one for the same question."""
        with self._db:
            self._db.execute("INSERT OR REPLACE INTO proposed VALUES (?, ?, ?, ?, ?, ?, ?, ?)", astuple(proposal))

    def of(self, application: str) -> list[Proposal]:
        found = self._db.execute("SELECT * FROM proposed WHERE application = ? ORDER BY at", (application,))
        return [Proposal(*row) for row in found]

    def all(self) -> list[Proposal]:
        """The oldest first."""
        return [Proposal(*row) for row in self._db.execute("SELECT * FROM proposed ORDER BY at")]

    def remove(self, proposal: Proposal) -> None:
        with self._db:
            self._db.execute(
                "DELETE FROM proposed WHERE application = ? AND department = ? AND round = ?",
                (proposal.application, proposal.department, proposal.round),
            )

    def forget_before(self, instant: datetime) -> None:
        """What nobody looked at for so long is proposed anew if it is still wanted."""
        with self._db:
            self._db.execute("DELETE FROM proposed WHERE at < ?", (instant.isoformat(),))

    def close(self) -> None:
        self._db.close()
