"""A log of as many cases as are wanted, made of a few hundred stories that are told again under other numbers."""

import json
import os
import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path

from chassis.log.stored import Stored
from tests.console.random_stories import stories
from tests.support.families import an_application_number

CASES = int(os.environ.get("SPEED_CASES", "20000"))
"""`make test-nightly` has 200,000."""
NOW = datetime(2027, 1, 20, 2, tzinfo=UTC)
TOLD = 250
PAGE = 1000


def log_of(cases: int) -> Iterator[Stored]:
    """In the order of the log, as it stands on a day on which many of them are open."""
    told = [one for one in stories(11, TOLD) if one.at <= NOW]
    sequences = count(1)
    for _ in range(cases // TOLD):
        numbers: dict[str, str] = {}
        for one in told:
            old = one.subject.split(".")[1]
            new = numbers.setdefault(old, an_application_number())
            body = one.body.replace(old.encode(), new.encode())
            yield replace(one, subject=one.subject.replace(old, new), sequence=next(sequences), body=body)


def pages_of(log: Iterator[Stored]) -> Iterator[list[Stored]]:
    while page := list(islice(log, PAGE)):
        yield page


class PlainTable:
    """The least that anybody does who keeps a log's events: their JSON is read, and stored as it is."""

    def __init__(self, path: Path) -> None:
        self._table = sqlite3.connect(path)
        self._table.execute("CREATE TABLE event (sequence INTEGER PRIMARY KEY, subject TEXT, body TEXT)")

    def take(self, page: Sequence[Stored]) -> None:
        with self._table:
            rows = [(one.sequence, one.subject, json.dumps(json.loads(one.body))) for one in page]
            self._table.executemany("INSERT INTO event VALUES (?, ?, ?)", rows)


@dataclass(frozen=True)
class Took:
    """Seconds of several tries, in order: of this process alone, and as a clock on the wall saw it."""

    processor: tuple[float, ...]
    wall: tuple[float, ...]

    @property
    def p95(self) -> float:
        return self.processor[int(len(self.processor) * 0.95)]

    @property
    def least(self) -> float:
        return self.processor[0]

    def __str__(self) -> str:
        return (
            f"p95 {self.p95 * 1000:.1f} ms of CPU, {self.wall[int(len(self.wall) * 0.95)] * 1000:.1f} ms on the wall"
        )


async def took(act: Callable[[], Awaitable[object]], times: int = 40) -> Took:
    """Once before, for whatever is made at the first time."""
    await act()
    found = []
    for _ in range(times):
        begun, on_the_wall = time.process_time(), time.perf_counter()
        await act()
        found.append((time.process_time() - begun, time.perf_counter() - on_the_wall))
    processor, wall = zip(*found, strict=True)
    return Took(tuple(sorted(processor)), tuple(sorted(wall)))
