"""Spans, kept as they come for so many days and megabytes: the oldest go first, and the log alone draws a trace."""

import json
import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from chassis.telemetry.span_tree import APPLICATION, Span

TABLES = """
PRAGMA auto_vacuum = FULL;
CREATE TABLE IF NOT EXISTS spans (
  trace TEXT NOT NULL, span TEXT NOT NULL, application TEXT NOT NULL, began INT NOT NULL, said TEXT NOT NULL,
  UNIQUE (trace, span)
);
CREATE INDEX IF NOT EXISTS spans_of_application ON spans (application, began);
CREATE INDEX IF NOT EXISTS spans_by_age ON spans (began);
"""
MEGABYTE = 1024 * 1024
A_PART = 0.1
"""How much of all spans goes at once when there is no room."""


class SpanStore:
    """One connection, used by one thread. A file that cannot be read is begun anew."""

    def __init__(self, file: Path, days: int, megabytes: int) -> None:
        self._file, self._days, self._most = file, days, megabytes * MEGABYTE
        try:
            self._db = _opened(file)
        except sqlite3.DatabaseError:
            for name in ("", "-wal", "-shm"):
                file.with_name(file.name + name).unlink(missing_ok=True)
            self._db = _opened(file)

    def keep(self, spans: Iterable[Span]) -> None:
        """Those of an application; each once, however often it comes."""
        rows = [_row(span) for span in spans if span["attributes"].get(APPLICATION)]
        with self._db:
            self._db.executemany("INSERT OR IGNORE INTO spans VALUES (?, ?, ?, ?, ?)", rows)

    def make_room(self, now: datetime) -> None:
        """What is older than its days goes, and then the oldest until it fits."""
        oldest = int((now - timedelta(days=self._days)).timestamp() * 1e9)
        with self._db:
            self._db.execute("DELETE FROM spans WHERE began < ?", (oldest,))
        while self.size > self._most and self.count:
            some = max(1, int(self.count * A_PART))
            with self._db:
                self._db.execute(
                    "DELETE FROM spans WHERE rowid IN (SELECT rowid FROM spans ORDER BY began LIMIT ?)",
                    (some,),
                )

    def of(self, number: str) -> list[Span]:
        """Of one application, the oldest first."""
        found = self._db.execute("SELECT said FROM spans WHERE application = ? ORDER BY began", (number,))
        return [json.loads(said) for (said,) in found]

    @property
    def count(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM spans").fetchone()[0])

    @property
    def size(self) -> int:
        """Bytes of the file."""
        (pages,), (each,) = (self._db.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "page_size"))
        return int(pages * each)

    def close(self) -> None:
        self._db.close()


def _opened(file: Path) -> sqlite3.Connection:
    file.touch(mode=0o600)
    db = sqlite3.connect(file)
    db.executescript(TABLES)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = OFF")
    return db


def _row(span: Span) -> tuple[object, ...]:
    said = json.dumps(span, ensure_ascii=False, separators=(",", ":"))
    return span["trace"], span["span"], span["attributes"][APPLICATION], int(span["start"]), said
