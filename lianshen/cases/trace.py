"""Reads the spans of one application off the bus, which keeps those of a day."""

import json
from pathlib import Path

from chassis.telemetry.span_tree import Span, Step, trees
from lianshen.embedded.client import connected

STREAM = "SPANS"


async def trace(number: str, data_dir: Path | None) -> list[Step]:
    """Its steps as trees; none where the bus keeps no span of it any more."""
    from chassis.log.follow import records
    from chassis.log.history import History
    from chassis.telemetry.export import SPANS_SUBJECT

    found: list[Span] = []
    token = number.encode()
    async with connected(data_dir) as nc:
        history = History(nc, STREAM)
        await history.start()
        async for stored in records(history, SPANS_SUBJECT):
            found += [json.loads(line) for line in stored.body.splitlines() if token in line]
    return trees(found, number)
