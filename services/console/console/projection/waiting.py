"""Who is waited for: the desk of one kind of worker, cases by what they wait for, and what each department owes."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from console.projection.instants import read, stored
from console.projection.latencies import percentiles
from console.projection.store import Projection

MOST_AT_ONCE = 200
"""Cases that one action may be about: so many can be read before it is pressed."""


@dataclass(frozen=True)
class Task:
    """One case on somebody's desk."""

    number: str
    state: str
    turn: str
    since: datetime
    due: datetime | None
    round: int
    departments: tuple[str, ...] = ()
    """Whom an officer may answer for."""
    objections: tuple[int, ...] = ()


@dataclass(frozen=True)
class Cause:
    """What several cases wait for."""

    whom: str
    turn: str
    cases: int
    since: datetime
    overdue: int


@dataclass(frozen=True)
class Owing:
    """What one department owes, and what it did since a day; latencies are p50, p95 and p99."""

    department: str
    waiting: int
    oldest: datetime | None
    overdue: int
    answered: int
    by_hand: int
    latencies: tuple[timedelta, ...]


def desk(projection: Projection, whom: Iterable[str], most: int = MOST_AT_ONCE) -> list[Task]:
    """What waits for any of these: by due date first, then the oldest."""
    names = tuple(whom)
    marks = ", ".join("?" * len(names))
    found = projection.db.execute(
        "SELECT c.number, c.state, w.turn, w.since, w.due, c.round,"
        " (SELECT group_concat(value) FROM json_each(c.standing, '$.overdue')),"
        " (SELECT group_concat(value) FROM json_each(c.standing, '$.objections'))"
        f" FROM waits w JOIN cases c ON c.id = w.case_id WHERE w.whom IN ({marks})"
        " ORDER BY w.due IS NULL, w.due, w.since LIMIT ?",
        (*names, most),
    )
    return [
        Task(number, state, turn, read(since), read(due), round, _words(late), tuple(map(int, _words(open_ones))))
        for number, state, turn, since, due, round, late, open_ones in found
    ]


def _words(joined: str | None) -> tuple[str, ...]:
    return tuple(sorted(joined.split(","))) if joined else ()


def causes(projection: Projection, now: datetime) -> list[Cause]:
    """Every cause that a case waits for, most cases first."""
    found = projection.db.execute(
        "SELECT whom, turn, count(*), min(since), total(late_at < ?) FROM waits GROUP BY whom, turn"
        " ORDER BY count(*) DESC",
        (stored(now),),
    )
    return [Cause(whom, turn, n, read(since), int(late)) for whom, turn, n, since, late in found]


def of_cause(projection: Projection, whom: str, turn: str, most: int = MOST_AT_ONCE) -> list[str]:
    """The numbers of the cases that wait for this, those that wait longest first."""
    found = projection.db.execute(
        "SELECT c.number FROM waits w JOIN cases c ON c.id = w.case_id WHERE w.whom = ? AND w.turn = ?"
        " ORDER BY w.since LIMIT ?",
        (whom, turn, most),
    )
    return [number for (number,) in found]


def departments(projection: Projection, names: Iterable[str], now: datetime, since: date) -> list[Owing]:
    """What each of these owes now, and what it did from a day on."""
    owed = _owed(projection, now)
    took, did = _took(projection, since), _did(projection, since)
    found = []
    for name in names:
        waiting, oldest, late = owed.get(name, (0, None, 0))
        answers = did.get((name, "answered"), 0), did.get((name, "by_hand"), 0)
        found.append(Owing(name, waiting, oldest, late, *answers, percentiles(took[name])))
    return found


def backlog(projection: Projection, department: str) -> list[tuple[str, int]]:
    """By day, how many questions were open at its end."""
    rows = projection.db.execute(
        "SELECT day, total(CASE what WHEN 'asked' THEN n WHEN 'overdue' THEN 0 ELSE -n END) FROM did"
        " WHERE department = ? GROUP BY day ORDER BY day",
        (department,),
    )
    open_ones, found = 0, []
    for day, more in rows:
        open_ones += int(more)
        found.append((day, open_ones))
    return found


def _owed(projection: Projection, now: datetime) -> dict[str, tuple[int, datetime | None, int]]:
    found = projection.db.execute(
        "SELECT whom, count(*), min(since), total(late_at < ?) FROM waits WHERE turn IN ('answers', 'answers_later')"
        " GROUP BY whom",
        (stored(now),),
    )
    return {whom: (n, read(oldest), int(late)) for whom, n, oldest, late in found}


def _took(projection: Projection, since: date) -> dict[str, dict[int, int]]:
    counts: dict[str, dict[int, int]] = defaultdict(dict)
    rows = projection.db.execute(
        "SELECT department, bucket, sum(n) FROM took WHERE day >= ? GROUP BY department, bucket", (str(since),)
    )
    for department, bucket, n in rows:
        counts[department][bucket] = n
    return counts


def _did(projection: Projection, since: date) -> dict[tuple[str, str], int]:
    rows = projection.db.execute(
        "SELECT department, what, sum(n) FROM did WHERE day >= ? GROUP BY department, what", (str(since),)
    )
    return {(department, what): n for department, what, n in rows}
