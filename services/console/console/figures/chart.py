"""Bars as numbers of an SVG: place and width of each, so that a page draws them without a style or a script. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LABEL, BAR, VALUE = 280.0, 380.0, 160.0
"""Widths of label, longest bar and value, in units of the drawing."""
ROW, THICK = 34.0, 20.0
NARROWEST = 1.0
"""Of a bar that is not nothing."""


@dataclass(frozen=True)
class Bar:
    """One line: its label, a bar, a thinner one behind it if there are two values, and what they say."""

    label: str
    said: str
    y: float
    width: float
    behind: float = 0.0


@dataclass(frozen=True)
class Chart:
    """All lines, and how large the drawing is."""

    bars: tuple[Bar, ...]
    width: float = LABEL + BAR + VALUE

    @property
    def height(self) -> float:
        return ROW * len(self.bars)


def chart(rows: Iterable[tuple[str, str, Sequence[float]]], whole: float | None = None) -> Chart:
    """Label, what is said, and one or two values, the second one the longer; `whole` is a full bar's."""
    lines = list(rows)
    longest = whole or max((max(values) for _, _, values in lines), default=0.0)
    return Chart(tuple(_bar(n, line, longest) for n, line in enumerate(lines)))


def _bar(n: int, line: tuple[str, str, Sequence[float]], longest: float) -> Bar:
    label, said, values = line
    width, behind = (*(_width(value, longest) for value in values), 0.0)[:2]
    return Bar(label, said, ROW * n, width, behind)


def _width(value: float, longest: float) -> float:
    return round(max(NARROWEST, min(value / longest, 1.0) * BAR), 1) if value > 0 and longest > 0 else 0.0
