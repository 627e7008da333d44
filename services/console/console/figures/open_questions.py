"""The questions that one department has not answered, as the projection knows them."""

from dataclasses import dataclass
from datetime import datetime

from console.figures.forecast import Question
from console.projection.instants import read, stored
from console.projection.store import Projection

MOST = 500
"""Cases of one page; how many more there are is said."""


@dataclass(frozen=True)
class Open:
    """Those whose date is ahead and passes before an instant, the next ones first; and how many there are."""

    questions: tuple[Question, ...]
    ahead: int
    passed: int
    """Whose date is missed already."""
    later: int
    """Whose date comes after it."""


def open_questions(projection: Projection, department: str, now: datetime, before: datetime) -> Open:
    """A department is waited for by its questions only, so that one index has all that is counted and its order."""
    values = (department, stored(now), stored(before))
    passed, ahead, later = projection.db.execute(
        "SELECT count(*) FILTER (WHERE late_at < ?2), count(*) FILTER (WHERE late_at >= ?2 AND late_at < ?3),"
        " count(*) FILTER (WHERE late_at >= ?3) FROM waits WHERE whom = ?1",
        values,
    ).fetchone()
    rows = projection.db.execute(
        "SELECT c.number, c.state, w.since, w.late_at FROM waits w JOIN cases c ON c.id = w.case_id"
        " WHERE w.whom = ?1 AND w.late_at >= ?2 AND w.late_at < ?3 ORDER BY w.late_at, w.since LIMIT ?4",
        (*values, MOST),
    )
    found = tuple(Question(number, state, read(since), read(due)) for number, state, since, due in rows)
    return Open(found, ahead, passed, later)
