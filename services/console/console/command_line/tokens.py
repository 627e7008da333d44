"""Tokens of people who signed in at a command line: good for eight hours, kept as hashes."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.sign_in.staff import Staff
from console.who import SignedIn

GOOD_FOR = timedelta(hours=8)
MOST = 10
"""Of one account; the newest count."""
OLDEST = """DELETE FROM token WHERE account = ? AND hash NOT IN
(SELECT hash FROM token WHERE account = ? ORDER BY ends DESC LIMIT ?)"""


@dataclass(frozen=True)
class Tokens:
    """Beside the accounts. Under the stamp of then: who is removed, or has new secrets, has no token any more."""

    staff: Staff

    def begin(self, account: str, now: datetime) -> tuple[str, datetime]:
        """A new token, and when it ends."""
        token, ends = secrets.token_urlsafe(32), now + GOOD_FOR
        row = _hash(token), account, self.staff.stamp(account), ends.isoformat()
        with self.staff.whole():
            self.staff.db.execute("DELETE FROM token WHERE ends <= ?", (now.isoformat(),))
            self.staff.db.execute("INSERT INTO token VALUES (?, ?, ?, ?)", row)
            self.staff.db.execute(OLDEST, (account, account, MOST))
        return token, ends

    def of(self, token: str, now: datetime) -> SignedIn | None:
        """Whose it is, with the roles of now; nobody's once it has ended."""
        row = _hash(token), now.isoformat()
        found = self.staff.db.execute("SELECT stamp FROM token WHERE hash = ? AND ends > ?", row).fetchone()
        return found and self.staff.stamped(found[0])

    def end(self, token: str) -> None:
        self.staff.db.execute("DELETE FROM token WHERE hash = ?", (_hash(token),))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
