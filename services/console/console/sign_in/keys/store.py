"""The security keys of those who work here; they stand beside the other secrets of their accounts."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from console.sign_in.staff import Staff

MOST = 10
"""Keys of one account."""
KEY = "SELECT id, account, name, public_key, counter, since FROM security_key"


class LastFactor(Exception):
    """Without it there would be no second factor left but recovery codes."""


class NotAdded(Exception):
    """There is a key of this name, this very key is somebody's, or there are too many."""


@dataclass(frozen=True)
class SecurityKey:
    """One key: by which it is told from others, and what its signature is checked with."""

    id: str
    account: str
    name: str
    """As its owner calls it."""
    public_key: str = field(repr=False)
    counter: int
    since: datetime


@dataclass(frozen=True)
class SecurityKeys:
    """Whoever adds or removes one is signed out in every other browser, as after any change of a secret."""

    staff: Staff

    def of(self, account: str) -> tuple[SecurityKey, ...]:
        rows = self.staff.db.execute(f"{KEY} WHERE account = ? ORDER BY since, id", (account,))
        return tuple(map(_key, rows))

    def known(self, id: str) -> SecurityKey | None:
        row = self.staff.db.execute(f"{KEY} WHERE id = ?", (id,)).fetchone()
        return row and _key(row)

    def add(self, key: SecurityKey) -> None:
        """Raises NotAdded."""
        there = self.of(key.account)
        if self.known(key.id) or key.name in {it.name for it in there} or len(there) >= MOST:
            raise NotAdded
        row = key.id, key.account, key.name, key.public_key, key.counter, key.since.isoformat()
        with self.staff.whole():
            self.staff.db.execute("INSERT INTO security_key VALUES (?, ?, ?, ?, ?, ?)", row)
            self.staff.secret_changed(key.account, "a security key added", key.since)

    def remove(self, account: str, id: str, now: datetime) -> None:
        """Raises LastFactor."""
        with self._something_left(account):
            self.staff.db.execute("DELETE FROM security_key WHERE account = ? AND id = ?", (account, id))
            self.staff.secret_changed(account, "a security key removed", now)

    def remove_authenticator(self, account: str, now: datetime) -> None:
        """From here on only keys and recovery codes sign in. Raises LastFactor."""
        with self._something_left(account):
            self.staff.db.execute("UPDATE staff SET totp = '' WHERE account = ?", (account,))
            self.staff.secret_changed(account, "the authenticator removed", now)

    @contextmanager
    def _something_left(self, account: str) -> Iterator[None]:
        """Nothing is changed where it would leave no second factor."""
        with self.staff.whole():
            yield
            kept = self.staff.secrets(account)
            if not self.of(account) and not (kept and kept.totp):
                raise LastFactor

    def counted(self, id: str, counter: int) -> bool:
        """That it signed once more; False after another try at the same time. Passkeys count nothing and stay at 0."""
        row = counter, id, counter, counter
        update = "UPDATE security_key SET counter = ? WHERE id = ? AND (counter < ? OR (counter = 0 AND ? = 0))"
        return self.staff.db.execute(update, row).rowcount == 1


def _key(row: tuple[str, str, str, str, int, str]) -> SecurityKey:
    return SecurityKey(row[0], row[1], row[2], row[3], row[4], datetime.fromisoformat(row[5]))
