"""The spans of a case as lines of a table, each with its place in the time of the trace that it belongs to. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from chassis.telemetry.span_tree import Step

WIDTH = 300.0
NARROWEST = 2.0


@dataclass(frozen=True)
class Line:
    """One span: how deep it hangs, when it began within its root, and what it says."""

    depth: int
    name: str
    service: str
    after: timedelta
    took: timedelta
    x: float
    width: float
    failed: bool
    said: tuple[tuple[str, str], ...]


def drawn(roots: Sequence[Step]) -> Iterator[Line]:
    """In the order of the tree; each root has the whole width."""
    for root in roots:
        whole = max(_end(root) - root.begun, 1)
        yield from _lines(root, root.begun, whole, 0)


def _end(step: Step) -> int:
    return max((int(step.span["end"]), *map(_end, step.below)))


def _lines(step: Step, begun: int, whole: int, depth: int) -> Iterator[Line]:
    span, after = step.span, step.begun - begun
    x = round(max(after, 0) / whole * WIDTH, 1)
    yield Line(
        depth,
        str(span["name"]),
        str(span["service"] or ""),
        timedelta(microseconds=after / 1000),
        timedelta(seconds=step.seconds),
        min(x, WIDTH - NARROWEST),
        max(NARROWEST, round(min(step.seconds * 1e9 / whole * WIDTH, WIDTH - x), 1)),
        span["status"] == "ERROR",
        tuple((str(key), str(value)) for key, value in span["attributes"].items()),
    )
    for below in step.below:
        yield from _lines(below, begun, whole, depth + 1)
