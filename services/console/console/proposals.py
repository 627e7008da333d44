"""Answers by hand that one person proposed and another one has to look at: one a question, until somebody decides.

Only kinds of answers without rows are proposed here, so nothing of a person's is in the file but what a reason says.
"""

import sqlite3
from dataclasses import astuple, dataclass
from datetime import datetime
from pathlib import Path

from console.who import SignedIn

KINDS = ("none", "not_matched", "cannot_determine", "refused")
TABLE = """
CREATE TABLE IF NOT EXISTS proposals (
  application TEXT, department TEXT, round INT, kind TEXT, reason TEXT, account TEXT, by TEXT, at TEXT,
  PRIMARY KEY (application, department, round)
)
"""


@dataclass(frozen=True)
class Proposal:
    """What the first person would have the case say in a department's place."""

    application: str
    department: str
    round: int
    kind: str
    reason: str
    account: str
    by: str
    at: str

    def may_be_approved_by(self, who: SignedIn) -> bool:
        """Two people are two accounts, whatever they are called."""
        return who.account != self.account and who.name != self.by


class Proposals:
    """One connection, used by one thread."""

    def __init__(self, file: Path) -> None:
        file.touch(mode=0o600)
        self._db = sqlite3.connect(file)
        self._db.execute(TABLE)

    def propose(self, proposal: Proposal) -> None:
        """In place of an older one for the same question."""
        with self._db:
            self._db.execute("INSERT OR REPLACE INTO proposals VALUES (?, ?, ?, ?, ?, ?, ?, ?)", astuple(proposal))

    def of(self, application: str) -> list[Proposal]:
        found = self._db.execute("SELECT * FROM proposals WHERE application = ? ORDER BY at", (application,))
        return [Proposal(*row) for row in found]

    def all(self) -> list[Proposal]:
        """The oldest first."""
        return [Proposal(*row) for row in self._db.execute("SELECT * FROM proposals ORDER BY at")]

    def remove(self, proposal: Proposal) -> None:
        with self._db:
            self._db.execute(
                "DELETE FROM proposals WHERE application = ? AND department = ? AND round = ?",
                (proposal.application, proposal.department, proposal.round),
            )

    def forget_before(self, instant: datetime) -> None:
        """What nobody looked at for so long is proposed anew if it is still wanted."""
        with self._db:
            self._db.execute("DELETE FROM proposals WHERE at < ?", (instant.isoformat(),))

    def close(self) -> None:
        self._db.close()
