"""Two plain figures beside a result, which found frauds elsewhere; they prove nothing and void nothing.

Wuhan 2009 was noticed by six consecutive numbers among 124 winners, Haidian 2008 by who stood first.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from math import comb

from allocation.draw.entrants import Entrant


@dataclass(frozen=True)
class LongestRun:
    """Of consecutive lines of a pool's list that were drawn."""

    length: int
    probability: float
    """That a run is so long or longer, if every choice of as many lines is equally likely."""


@dataclass(frozen=True)
class DeclaredInterests:
    """Entries that declared an interest: how many were to be expected among the drawn, and how many came."""

    declared: int
    expected: float
    came: int


def longest_run(pool: str, entrants: Iterable[Entrant], drawn: Collection[str]) -> LongestRun:
    """The lines of the pool are numbered in the order of the file."""
    chosen = set(drawn)
    won = [it.application in chosen for it in entrants if it.pool == pool]
    length = max((len(list(run)) for is_drawn, run in groupby(won) if is_drawn), default=0)
    return LongestRun(length, probability_of_run(len(won), sum(won), length))


def runs_of(entrants: bytes, drawn: Mapping[str, Collection[str]]) -> list[tuple[str, LongestRun]]:
    """By pool, from the bytes of a list that was checked."""
    listed = [Entrant(*line.split(",")) for line in entrants.decode().splitlines()]
    return [(pool, longest_run(pool, listed, numbers)) for pool, numbers in drawn.items()]


def probability_of_run(lines: int, drawn: int, length: int) -> float:
    """Exact, by inclusion and exclusion over the gaps between those not drawn; lengths in lines."""
    if length < 1:
        return 1.0
    gaps = lines - drawn + 1
    all_ways = ways = comb(lines, drawn)
    gaps_chosen, term, with_run = 1, ways, 0
    for runs in range(1, drawn // length + 1):
        gaps_chosen = gaps_chosen * (gaps - runs + 1) // runs
        ways = _with_fewer_lines(ways, lines - (runs - 1) * length, lines - drawn, length)
        before, term = term, gaps_chosen * ways
        # From here on each term is smaller than the one before, and too small for a float to keep.
        if term < before and term << 60 < with_run:
            break
        with_run -= (-1) ** runs * term
    return float(Fraction(with_run, all_ways))


def _with_fewer_lines(ways: int, lines: int, others: int, by: int) -> int:
    """`comb(lines - by, others)` from `comb(lines, others)`, not made anew: it may have thousands of digits."""
    for fewer in range(lines, lines - by, -1):
        ways = ways * (fewer - others) // fewer if fewer > 0 else 0
    return ways


def declared_interests(
    entrants: Collection[str], declared: Collection[str], drawn: Collection[str]
) -> DeclaredInterests:
    """Of one pool, by application; nobody is named in what comes out."""
    present = set(declared) & set(entrants)
    expected = len(present) * len(drawn) / len(entrants) if entrants else 0.0
    return DeclaredInterests(len(present), expected, len(present & set(drawn)))
