"""The waterfall as places and widths, which a template writes into SVG: no style, no script. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from console.trace.rows import Mark, Row, rows
from console.trace.scale import Scale, scale
from console.trace.turns import Stretch, rest_days, turns
from contracts.case.case import Recorded
from procedures.working_days import Calendar

WIDTH, LEFT, RIGHT = 1200.0, 210.0, 16.0
TOP, ROW, BAR = 64.0, 26.0, 14.0
CROWD, CROWDED_APART = 60, 12.0
"""A row of more marks than this draws them so many pixels apart."""
NARROWEST = 2.0
"""A bar of a millisecond can still be seen."""
READABLE = 40.0
"""A gap that is narrower has no room for a word."""


@dataclass(frozen=True)
class Bar:
    """One row: its bar and its marks, at their places."""

    row: Row
    y: float
    x: float
    width: float
    open: bool
    marks: tuple[tuple[float, Mark], ...]
    many: tuple[int, ...]
    """How many events each mark stands for: more than one only on a crowded row."""


@dataclass(frozen=True)
class Gap:
    """A silence of hours or days, and whose turn it was."""

    stretch: Stretch
    since: datetime
    until: datetime
    x: float
    width: float
    rest_days: int


@dataclass(frozen=True)
class Drawing:
    """A waterfall of `width` by `height`."""

    bars: tuple[Bar, ...]
    gaps: tuple[Gap, ...]
    turns: tuple[tuple[float, float, Stretch], ...]
    """Place and width of each stretch of somebody's turn."""
    stretches: tuple[Stretch, ...]
    rows: tuple[Row, ...]
    now_x: float | None
    """Where today is, if the case goes on."""
    height: float
    width: float = WIDTH
    left: float = LEFT


def draw(history: Sequence[Recorded], now: datetime, calendar: Calendar) -> Drawing:
    """Of at least one event."""
    stretches = turns(history, now)
    goes_on = stretches[-1].whose != "nobody"
    found = rows(history)
    ends = {item.event.at for item in history} | ({now} if goes_on else set())
    placed = scale(ends, LEFT, WIDTH - LEFT - RIGHT)
    last = placed.instants[-1]
    return Drawing(
        tuple(_bar(row, n, placed, last) for n, row in enumerate(found)),
        tuple(
            _gap(since, until, stretches, placed, calendar)
            for since, until in placed.gaps()
            if placed.x(until) - placed.x(since) >= READABLE
        ),
        tuple(_turn(stretch, placed) for stretch in stretches if stretch.whose != "nobody"),
        stretches,
        found,
        placed.x(now) if goes_on else None,
        TOP + ROW * len(found) + 8,
    )


def _bar(row: Row, n: int, placed: Scale, last: datetime) -> Bar:
    x = placed.x(row.since)
    width = max(NARROWEST, round(placed.x(row.until or last) - x, 1))
    marks = [(placed.x(mark.at), mark) for mark in row.marks]
    apart = CROWDED_APART if len(marks) > CROWD else 0.0
    return Bar(row, TOP + ROW * n, x, width, row.until is None, *_apart(marks, apart))


def _wide(placed: Scale) -> list[tuple[datetime, datetime]]:
    """Gaps that have room for a word."""
    return [(since, until) for since, until in placed.gaps() if placed.x(until) - placed.x(since) >= READABLE]


def _apart(
    marks: Sequence[tuple[float, Mark]], apart: float
) -> tuple[tuple[tuple[float, Mark], ...], tuple[int, ...]]:
    """Marks of one sign that would lie on each other become one, which says how many it stands for."""
    drawn: list[tuple[float, Mark]] = []
    many: list[int] = []
    for x, mark in marks:
        if drawn and mark.sign is drawn[-1][1].sign and 0 <= x - drawn[-1][0] < apart:
            many[-1] += 1
        else:
            drawn.append((x, mark))
            many.append(1)
    return tuple(drawn), tuple(many)


def _gap(since: datetime, until: datetime, stretches: Sequence[Stretch], placed: Scale, calendar: Calendar) -> Gap:
    here = next((one for one in reversed(stretches) if one.since <= since), stretches[0])
    x = placed.x(since)
    return Gap(here, since, until, x, round(placed.x(until) - x, 1), rest_days(calendar, since, until))


def _turn(stretch: Stretch, placed: Scale) -> tuple[float, float, Stretch]:
    x = placed.x(stretch.since)
    return x, max(NARROWEST, round(placed.x(stretch.until) - x, 1)), stretch
