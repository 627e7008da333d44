"""The projection's file: pages of the log go in, each in one transaction with its place; it can be lost any time."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from chassis.log.stored import Stored
from console.projection.course import Course
from console.projection.fold import Folding, Line, fold, late_at, since_of
from console.projection.instants import read, stored
from console.projection.schema import COUNTED, TABLES, VERSION
from contracts.case.standing import Standing
from procedures.working_days import Calendar

STANDING, COURSE = TypeAdapter(Standing), TypeAdapter(Course)
CASE = """
INSERT INTO cases (id, number, project, state, round, since, updated, sequence, due, next, next_at, provisional,
  standing, course) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET project = excluded.project, state = excluded.state, round = excluded.round,
  since = excluded.since, updated = excluded.updated, sequence = excluded.sequence, due = excluded.due,
  next = excluded.next, next_at = excluded.next_at, provisional = excluded.provisional, standing = excluded.standing,
  course = excluded.course
"""
COUNT = "INSERT INTO {table} VALUES ({marks}) ON CONFLICT DO UPDATE SET n = n + excluded.n"


@dataclass(frozen=True)
class Place:
    """How far the log was read: its newest record, and the server's time on it."""

    sequence: int = 0
    at: str = ""

    @property
    def instant(self) -> datetime | None:
        return datetime.fromisoformat(self.at) if self.at else None


class Projection:
    """One connection, used by one thread. A file that is no projection of this version is made anew."""

    def __init__(self, file: Path, calendar: Calendar | None = None) -> None:
        """Rest days are counted by this calendar as the log is read; a later one counts from a rebuild on."""
        self._file = file
        self._calendar = calendar or Calendar()
        self.db = self._opened()
        self.place = self._place()

    def _opened(self) -> sqlite3.Connection:
        db = self._connect()
        try:
            _set_up(db)
            if db.execute("SELECT version FROM place").fetchone() == (VERSION,):
                return db
        except sqlite3.DatabaseError:
            pass
        db.close()
        for name in ("", "-wal", "-shm"):
            self._file.with_name(self._file.name + name).unlink(missing_ok=True)
        db = self._connect()
        _set_up(db)
        db.executescript(TABLES)
        db.execute("INSERT INTO place VALUES (1, ?, 0, '')", (VERSION,))
        db.commit()
        return db

    def _connect(self) -> sqlite3.Connection:
        """To a file that nobody else reads."""
        self._file.touch(mode=0o600)
        return sqlite3.connect(self._file)

    def _place(self) -> Place:
        return Place(*self.db.execute("SELECT sequence, at FROM place").fetchone())

    def forget(self) -> None:
        """Everything goes; it is read again from the log's beginning."""
        with self.db:
            for table in ("cases", "waits", "events", *COUNTED):
                self.db.execute(f"DELETE FROM {table}")
            self.db.execute("INSERT INTO words (words) VALUES ('delete-all')")
            self.db.execute("UPDATE place SET sequence = 0, at = ''")
        self.place = Place()

    def take(self, page: Sequence[Stored]) -> None:
        """Records in the order of the log; one that was taken before changes nothing."""
        fresh = [record for record in page if record.sequence > self.place.sequence]
        if not fresh:
            return
        numbers = {record.subject.split(".", 2)[1] for record in fresh if record.subject.startswith("case.")}
        ids, known = self._known(numbers)
        folding = fold(known, fresh, self._calendar)
        place = Place(fresh[-1].sequence, fresh[-1].at.isoformat())
        with self.db:
            self._write(folding, ids)
            self.db.execute("UPDATE place SET sequence = ?, at = ?", (place.sequence, place.at))
        self.place = place

    def _known(self, numbers: Iterable[str]) -> tuple[dict[str, int], dict[str, Line]]:
        rows = self.db.execute(
            "SELECT id, number, standing, sequence, updated, course FROM cases"
            " WHERE number IN (SELECT value FROM json_each(?))",
            (json.dumps(list(numbers)),),
        )
        ids, lines = {}, {}
        for id, number, standing, sequence, updated, course in rows:
            ids[number] = id
            read_standing, read_course = STANDING.validate_json(standing), COURSE.validate_json(course)
            lines[number] = Line(number, read_standing, sequence, read(updated), read_course)
        return ids, lines

    def _write(self, folding: Folding, ids: dict[str, int]) -> None:
        changed = tuple(folding.changed)
        self._number(ids, changed, folding.lines)
        self.db.executemany(CASE, (_case(ids[number], folding.lines[number]) for number in changed))
        self.db.executemany("DELETE FROM waits WHERE case_id = ?", ((ids[number],) for number in changed))
        waits = (row for number in changed for row in _waits(ids[number], folding.lines[number]))
        self.db.executemany("INSERT INTO waits VALUES (?, ?, ?, ?, ?, ?, ?)", waits)
        self.db.executemany(
            "INSERT INTO events VALUES (?, ?, ?, ?, ?)",
            ((one.sequence, ids[one.number], stored(one.at), one.kind, one.about) for one in folding.events),
        )
        counts = folding.counts
        counted: list[Mapping[Any, int]] = [folding.did, folding.took]
        counted += [counts.reached, counts.spent, counts.findings, counts.dates]
        for table, by_key in zip(COUNTED, counted, strict=True):
            self._count(table, by_key)

    def _count(self, table: str, by_key: Mapping[Any, int]) -> None:
        rows = [(*(str(part) if isinstance(part, date) else part for part in key), n) for key, n in by_key.items()]
        if rows:
            self.db.executemany(COUNT.format(table=table, marks=", ".join("?" * len(rows[0]))), rows)

    def _number(self, ids: dict[str, int], changed: Iterable[str], lines: Mapping[str, Line]) -> None:
        """Whoever is new gets the next id, and can be found by its number from now on."""
        (newest,) = self.db.execute("SELECT coalesce(max(id), 0) FROM cases").fetchone()
        fresh = [number for number in changed if number not in ids]
        ids.update((number, newest + n) for n, number in enumerate(fresh, start=1))
        words = ((ids[number], number.replace("-", ""), lines[number].standing.project) for number in fresh)
        self.db.executemany("INSERT INTO words (rowid, number, project) VALUES (?, ?, ?)", words)

    def close(self) -> None:
        self.db.close()


def _set_up(db: sqlite3.Connection) -> None:
    db.execute("PRAGMA journal_mode = WAL")
    # A transaction that the disk lost is read again.
    db.execute("PRAGMA synchronous = NORMAL")


def _case(id: int, line: Line) -> tuple[object, ...]:
    standing, comes = line.standing, line.next
    due = min((wait.by for wait in line.waits if wait.by is not None), default=None)
    return (
        *(id, line.number, standing.project, str(standing.state), standing.round, stored(standing.since)),
        *(stored(line.updated), line.sequence, stored(due)),
        *((str(comes[0]), stored(comes[1])) if comes else (None, None)),
        *(standing.provisional, STANDING.dump_json(standing).decode(), COURSE.dump_json(line.course).decode()),
    )


def _waits(id: int, line: Line) -> Iterable[tuple[object, ...]]:
    # An officer may answer for several departments, which is one thing to do.
    for (whom, turn), wait in {(wait.whom, str(wait.turn)): wait for wait in line.waits}.items():
        since, late = stored(since_of(wait, line.standing)), stored(late_at(wait, line.standing))
        yield id, whom, turn, since, stored(wait.by), late, line.sequence
