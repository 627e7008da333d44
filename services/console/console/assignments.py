"""Who works on which case until when: a small record beside the case, for colleagues.

Not an event: every event under a case moves the sequence that decisions rest on. It ends by itself at its date, and
decides nothing; whoever may decide still may.
"""

import sqlite3
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from pathlib import Path

from console.who import SignedIn

TABLE = """
CREATE TABLE IF NOT EXISTS assignments (
  application TEXT NOT NULL, account TEXT NOT NULL, by TEXT NOT NULL, at INT NOT NULL, until INT NOT NULL, ended INT
);
CREATE INDEX IF NOT EXISTS assignments_now ON assignments (application, until) WHERE ended IS NULL;
"""
IN_FORCE = "SELECT application, account, by, at, until FROM assignments WHERE ended IS NULL AND until > ?"


class SomebodyElse(Exception):
    """A colleague works on this case already."""


@dataclass(frozen=True)
class Assignment:
    """One person is on one case."""

    application: str
    account: str
    by: str
    at: int
    until: int
    """Seconds of the epoch, as `at`."""

    @property
    def ends(self) -> datetime:
        return datetime.fromtimestamp(self.until, UTC)

    def is_of(self, who: SignedIn) -> bool:
        return who.account == self.account


class Assignments:
    """One connection, used by one thread. What has ended stays in the file: who was on what, and when."""

    def __init__(self, file: Path) -> None:
        file.touch(mode=0o600)
        self._db = sqlite3.connect(file)
        self._db.executescript(TABLE)

    def take(self, application: str, who: SignedIn, now: datetime, until: datetime) -> None:
        """Another date in place of one's own. Raises SomebodyElse."""
        held = self.of(application, now)
        if held is not None and not held.is_of(who):
            raise SomebodyElse
        fresh = Assignment(application, who.account, who.name, _seconds(now), _seconds(until))
        with self._db:
            self._end(application, who, now)
            self._db.execute("INSERT INTO assignments VALUES (?, ?, ?, ?, ?, NULL)", astuple(fresh))

    def give_back(self, application: str, who: SignedIn, now: datetime) -> None:
        """Nobody gives back what is a colleague's."""
        with self._db:
            self._end(application, who, now)

    def _end(self, application: str, who: SignedIn, now: datetime) -> None:
        self._db.execute(
            "UPDATE assignments SET ended = ? WHERE application = ? AND account = ? AND ended IS NULL",
            (_seconds(now), application, who.account),
        )

    def of(self, application: str, now: datetime) -> Assignment | None:
        found = self._db.execute(f"{IN_FORCE} AND application = ?", (_seconds(now), application)).fetchone()
        return Assignment(*found) if found else None

    def now(self, now: datetime) -> Mapping[str, Assignment]:
        """Every one in force, by application."""
        found = (Assignment(*row) for row in self._db.execute(IN_FORCE, (_seconds(now),)))
        return {one.application: one for one in found}

    def close(self) -> None:
        self._db.close()


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
