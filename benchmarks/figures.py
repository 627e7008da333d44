"""What is measured of a system in a round, and the arithmetic over the rounds: pure functions."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import NamedTuple


@dataclass(frozen=True)
class Figures:
    """One system in one round; `lianshen bench --json` says the same names."""

    cases: int
    cases_per_second: float
    """From the first submission to the last decision."""
    p50_ms: float
    p99_ms: float
    """From a case's submission to its decision."""
    cpu_ms_per_case: float
    """Of everything that was started for it: servers, workers, and the load generator."""
    peak_pss_mb: float
    cpu_ms_by_part: Mapping[str, float] = field(default_factory=dict)
    """The same CPU by the processes that used it, a case."""
    counts: Mapping[str, float] = field(default_factory=dict)
    """What was counted a case, by its name: flushes of the disk, and of ours what went over its bus."""


class Spread(NamedTuple):
    """The least, the middle and the most over the rounds."""

    low: float
    middle: float
    high: float


def figures(
    waits_ms: Sequence[float],
    seconds: float,
    cpu_seconds: Mapping[str, float],
    peak_pss_mb: float,
    counted: Mapping[str, float] | None = None,
) -> Figures:
    """From one wait a case, CPU by part, and what was counted in all. Raises ValueError where there was no case."""
    if not waits_ms:
        raise ValueError("no case was measured")
    cases = len(waits_ms)
    return Figures(
        cases=cases,
        cases_per_second=round(cases / seconds, 1),
        p50_ms=round(percentile(waits_ms, 0.50), 1),
        p99_ms=round(percentile(waits_ms, 0.99), 1),
        cpu_ms_per_case=round(sum(cpu_seconds.values()) * 1000 / cases, 2),
        peak_pss_mb=round(peak_pss_mb, 1),
        cpu_ms_by_part={part: round(seconds * 1000 / cases, 2) for part, seconds in cpu_seconds.items()},
        counts={name: round(n / cases, 1) for name, n in (counted or {}).items()},
    )


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of them do not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def spread(values: Sequence[float]) -> Spread:
    return Spread(min(values), median(values), max(values))


Rounds = Sequence[Mapping[str, Figures]]
"""What each round found, by system; a system that failed in a round is missing there."""


def ratios(rounds: Rounds, ours: str, peer: str) -> list[float]:
    """Our rate divided by the peer's of the same round, for every round that has both."""
    return [
        found[ours].cases_per_second / found[peer].cases_per_second
        for found in rounds
        if ours in found and peer in found and found[peer].cases_per_second > 0
    ]


def as_json(rounds: Rounds, ours: str, peers: Sequence[str]) -> dict[str, object]:
    """The figures of every round, and the spread of our ratio to each peer where there is one."""
    found = {peer: ratios(rounds, ours, peer) for peer in peers if peer != ours}
    return {
        "rounds": [{name: asdict(one) for name, one in each.items()} for each in rounds],
        "ratios": {peer: {**spread(values)._asdict(), "each": values} for peer, values in found.items() if values},
    }
