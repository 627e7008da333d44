"""Spans and hops of the server, kept for so many days and megabytes: the oldest go first, and the log draws alone."""

import json
import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from chassis.telemetry.span_tree import APPLICATION, Span
from console.trace.hops import Hop

TABLES = """
PRAGMA auto_vacuum = FULL;
CREATE TABLE IF NOT EXISTS spans (
  trace TEXT NOT NULL, span TEXT NOT NULL, application TEXT NOT NULL, began INT NOT NULL, said TEXT NOT NULL,
  UNIQUE (trace, span)
);
CREATE TABLE IF NOT EXISTS hops (
  trace TEXT NOT NULL, span TEXT NOT NULL, step TEXT NOT NULL, began INT NOT NULL, said TEXT NOT NULL,
  UNIQUE (trace, span)
);
CREATE INDEX IF NOT EXISTS spans_of_application ON spans (application, began);
CREATE INDEX IF NOT EXISTS spans_by_age ON spans (began);
CREATE INDEX IF NOT EXISTS hops_by_step ON hops (step);
CREATE INDEX IF NOT EXISTS hops_by_age ON hops (began);
"""
MEGABYTE = 1024 * 1024
KEPT = ("spans", "hops")
A_PART = 0.1
"""How much of each goes at once when there is no room."""


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

    def keep_hops(self, hops: Iterable[Hop]) -> None:
        """Whatever step they belong to: its span comes later, and says of which application it is."""
        rows = [
            (hop.span["trace"], hop.span["span"], hop.step, int(hop.span["start"]), _written(hop.span)) for hop in hops
        ]
        with self._db:
            self._db.executemany("INSERT OR IGNORE INTO hops VALUES (?, ?, ?, ?, ?)", rows)

    def make_room(self, now: datetime) -> None:
        """What is older than its days goes, and then the oldest until it fits."""
        oldest = int((now - timedelta(days=self._days)).timestamp() * 1e9)
        with self._db:
            for table in KEPT:
                self._db.execute(f"DELETE FROM {table} WHERE began < ?", (oldest,))
        while self.size > self._most and self.count:
            with self._db:
                for table in KEPT:
                    self._drop_oldest(table)

    def _drop_oldest(self, table: str) -> None:
        some = -(-self._count(table) // int(1 / A_PART))
        oldest = f"SELECT rowid FROM {table} ORDER BY began LIMIT ?"
        self._db.execute(f"DELETE FROM {table} WHERE rowid IN ({oldest})", (some,))

    def of(self, number: str) -> list[Span]:
        """Of one application, the oldest first; hops belong to it by the step that sent the message."""
        spans = self._read("SELECT said FROM spans WHERE application = ? ORDER BY began", number)
        hops = self._read(
            "SELECT h.said FROM spans s JOIN hops h ON h.step = s.span WHERE s.application = ? ORDER BY h.began",
            number,
        )
        for hop in hops:
            hop["attributes"][APPLICATION] = number
        return spans + hops

    def _read(self, asked: str, number: str) -> list[Span]:
        return [json.loads(said) for (said,) in self._db.execute(asked, (number,))]

    @property
    def count(self) -> int:
        return sum(map(self._count, KEPT))

    def _count(self, table: str) -> int:
        return int(self._db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

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
    return span["trace"], span["span"], span["attributes"][APPLICATION], int(span["start"]), _written(span)


def _written(span: Span) -> str:
    return json.dumps(span, ensure_ascii=False, separators=(",", ":"))
