"""A recorded log of thirty families, and what a projection holds, so that two can be compared."""

import gzip
import json
from functools import cache
from pathlib import Path

from console.projection.schema import COUNTED
from console.projection.store import Projection

from chassis.log.stored import Stored, recorded, server_time
from contracts.case.case import Case
from contracts.case.fold import evolve

FILE = Path(__file__).parent.parent / "recorded" / "a68a448" / "log.jsonl.gz"
TABLES = ("place", "cases", "waits", "events", *COUNTED)


@cache
def the_log() -> tuple[Stored, ...]:
    return tuple(
        Stored(
            record["subject"],
            record["sequence"],
            server_time(record["stored_at"]),
            record["headers"],
            record["body"].encode(),
        )
        for record in map(json.loads, gzip.decompress(FILE.read_bytes()).splitlines())
    )


@cache
def the_cases() -> dict[str, Case]:
    cases: dict[str, Case] = {}
    for stored in the_log():
        if stored.subject.startswith("case."):
            item = recorded(stored)
            number = item.event.application
            cases[number] = evolve(cases.get(number, Case(number)), item)
    return cases


def everything(projection: Projection) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, whatever its place."""
    return {table: sorted(projection.db.execute(f"SELECT * FROM {table}"), key=str) for table in TABLES}
