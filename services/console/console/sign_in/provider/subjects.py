"""Which account is whose at the provider. Nobody has one here because the provider knows them."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from console.sign_in.staff import Staff, Taken
from console.who import SignedIn


@dataclass(frozen=True)
class Subjects:
    """An account may be bound before its link is taken; until then nobody signs in by that."""

    staff: Staff

    def of(self, account: str) -> str | None:
        row = self.staff.db.execute("SELECT subject FROM subject WHERE account = ?", (account,)).fetchone()
        return row and str(row[0])

    def who(self, subject: str) -> SignedIn | None:
        row = self.staff.db.execute("SELECT account FROM subject WHERE subject = ?", (subject,)).fetchone()
        return row and self.staff.of(row[0])

    def bind(self, account: str, subject: str | None, by: str, now: datetime) -> None:
        """In place of what was bound before; None: to nobody. Raises Taken."""
        if self.of(account) == subject:
            return
        with self.staff.whole():
            self.staff.db.execute(NOBODYS, (subject,))
            self.staff.db.execute("DELETE FROM subject WHERE account = ?", (account,))
            if subject is not None:
                self._insert(account, subject)
            what = "bound to the provider" if subject else "no more bound to the provider"
            self.staff.secret_changed(account, f"{what} by {by}", now)

    def _insert(self, account: str, subject: str) -> None:
        try:
            self.staff.db.execute("INSERT INTO subject VALUES (?, ?)", (account, subject))
        except sqlite3.IntegrityError:
            raise Taken("another account is bound to it") from None


NOBODYS = "DELETE FROM subject WHERE subject = ? AND account NOT IN (SELECT account FROM staff)"
"""What is left of a link that nobody took."""
