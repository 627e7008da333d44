"""From instants to places on a line of fixed width: steps of milliseconds beside gaps of days. Pure.

An even scale of three weeks would draw all that ever happened as two dots. Here each distance between two neighbours
is as wide as its order of magnitude, and a gap is at least so wide that its label can be read; so the scale is not
even, and every instant is written beside it.
"""

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

GAP = timedelta(hours=1)
"""A longer silence is a gap, said in words."""
WIDEST_GAP = 150.0
MOST_OF_IT = 0.5
"""How much of the width all gaps together may take beyond their order of magnitude."""


@dataclass(frozen=True)
class Scale:
    """Places of the instants that it was made of; what lies between two of them lies between their places."""

    instants: tuple[datetime, ...]
    places: tuple[float, ...]

    def x(self, at: datetime) -> float:
        """Rounded to a tenth of a pixel; beyond the ends, at the end."""
        n = bisect_right(self.instants, at)
        if n == 0:
            return round(self.places[0], 1)
        if n == len(self.instants):
            return round(self.places[-1], 1)
        share = (at - self.instants[n - 1]) / (self.instants[n] - self.instants[n - 1])
        return round(self.places[n - 1] + share * (self.places[n] - self.places[n - 1]), 1)

    def gaps(self) -> list[tuple[datetime, datetime]]:
        """The silences between neighbours."""
        return [pair for pair in pairwise(self.instants) if pair[1] - pair[0] >= GAP]


def scale(instants: Iterable[datetime], left: float, width: float) -> Scale:
    """At least one instant."""
    known = tuple(sorted(set(instants)))
    distances = [later - earlier for earlier, later in pairwise(known)]
    weights = [math.log1p(distance.total_seconds() * 1000) for distance in distances]
    wide = _room_for_gaps(distances, width)
    rest = width - sum(wide)
    whole = sum(weights) or 1.0
    places = [left]
    for weight, more in zip(weights, wide, strict=True):
        places.append(places[-1] + more + rest * weight / whole)
    return Scale(known, tuple(places))


def _room_for_gaps(distances: Sequence[timedelta], width: float) -> list[float]:
    gaps = sum(distance >= GAP for distance in distances)
    each = min(WIDEST_GAP, MOST_OF_IT * width / gaps) if gaps else 0.0
    return [each if distance >= GAP else 0.0 for distance in distances]
