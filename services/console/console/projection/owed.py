"""The questions that departments have not answered, one a line: for whoever answers them by hand."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from console.projection.instants import read
from console.projection.store import Projection
from console.projection.waiting import MOST_AT_ONCE


@dataclass(frozen=True)
class Owed:
    """One question; `promised` is what its department said, where it said anything."""

    number: str
    department: str
    since: datetime
    due: datetime | None
    promised: datetime | None


def owed_by(projection: Projection, departments: Iterable[str], most: int = MOST_AT_ONCE) -> list[Owed]:
    """By due date first, then the oldest."""
    names = json.dumps(list(departments))
    found = projection.db.execute(
        "SELECT c.number, w.whom, w.since, w.due, json_extract(c.standing, '$.promised.\"' || w.whom || '\"')"
        " FROM waits w JOIN cases c ON c.id = w.case_id WHERE w.whom IN (SELECT value FROM json_each(?))"
        " ORDER BY w.due IS NULL, w.due, w.since LIMIT ?",
        (names, most),
    )
    return [
        Owed(number, whom, read(since), read(due), _promised(said, read(due)))
        for number, whom, since, due, said in found
    ]


def _promised(said: str | None, due: datetime | None) -> datetime | None:
    """The deadline itself is no promise: it stands for every question that waits for a clerk."""
    promised = datetime.fromisoformat(said) if said else None
    return None if promised == due else promised
